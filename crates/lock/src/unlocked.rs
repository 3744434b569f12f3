//! Two threads add to one number without a lock.

use crate::Options;
use common::demo::{or_fail, scope, spawn, start};
use common::println;
use common::threading::{Runnable, Thread};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static NUMBER: AtomicU64 = AtomicU64::new(0); // a plain u64 does not compile: see the idea `rustc`

// The notes' listing, §2.4
struct MyThread {
    k: u64,
}

impl Runnable for MyThread {
    fn run(self) {
        for _ in 0..self.k {
            // LOCK.acquire();
            let number = NUMBER.load(Relaxed); // Python's `number += 1`:
            NUMBER.store(number + 1, Relaxed); // read, add, write
            // LOCK.release();
        }
    }
}

pub(crate) fn without_a_lock(options: &Options) {
    let t1 = Thread::of(MyThread { k: options.times });
    let t2 = Thread::of(MyThread { k: options.times });
    start(&t1);
    start(&t2);
    or_fail(t1.join());
    or_fail(t2.join());
    println!("main {}", NUMBER.load(Relaxed));
}

pub(crate) fn lost_update(options: &Options) {
    let (threads, number) = (options.threads, AtomicU64::new(0));
    let all_have_read = Barrier::new(threads);
    let add_one = || {
        let read = number.load(Relaxed);
        println!("reads {read}");
        all_have_read.wait(); // every thread has read 0, so every thread writes 1
        number.store(read + 1, Relaxed);
        println!("writes {}", read + 1);
    };
    scope(|scope| {
        for _ in 0..threads {
            spawn(scope, add_one);
        }
    });
    let number = number.into_inner();
    println!("threads that add 1: {threads}, number: {number}");
}
