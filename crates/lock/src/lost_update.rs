//! The step that makes the lost update certain.

use crate::Options;
use common::demo::spawn;
use common::println;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

pub(crate) fn certain(&Options { threads, .. }: &Options) {
    let number = AtomicU64::new(0);
    let all_have_read = Barrier::new(threads);
    let add_one = || {
        let read = number.load(Relaxed);
        all_have_read.wait(); // every thread has read 0, so every thread writes 1
        number.store(read + 1, Relaxed);
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            spawn(scope, add_one);
        }
    });
    let sum = number.into_inner();
    let lost = threads as u64 - sum;
    println!("threads: {threads}, additions by each: 1, sum: {sum}, lost: {lost}");
}
