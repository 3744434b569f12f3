//! What Rust refuses, and what it has for a number that threads share.

use crate::Options;
use common::demo::spawn;
use common::println;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

/// A test compiles the listing and compares the error.
pub(crate) fn what_rustc_says(_: &Options) {
    println!("{}", include_str!("../compile_fail/plain_global.rs"));
    let error = include_str!("../compile_fail/plain_global.stderr");
    println!("{}", error.trim_end());
}

pub(crate) fn mutex_and_atomic(options: &Options) {
    let (mutex, atomic) = (Mutex::new(0), AtomicU64::new(0));
    let add = || {
        for _ in 0..options.times {
            *mutex.lock().expect("no thread panics under it") += 1;
            atomic.fetch_add(1, Relaxed); // one atomic operation: no update is lost
        }
    };
    thread::scope(|scope| {
        spawn(scope, add);
        spawn(scope, add);
    });
    let number = mutex.into_inner().expect("no thread panicked under it");
    println!("Mutex<u64>: {number}");
    println!("AtomicU64:  {}", atomic.into_inner());
}
