//! Two threads add to one number, each addition under the lock.

use crate::Options;
use common::demo::{or_fail, start};
use common::println;
use common::threading::{Lock, Runnable, Thread};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static NUMBER: AtomicU64 = AtomicU64::new(0);
static LOCK: Lock = Lock::new();

// The notes' listing, §2.4
struct MyThread {
    k: u64,
}

impl Runnable for MyThread {
    fn run(self) {
        for _ in 0..self.k {
            LOCK.acquire();
            let number = NUMBER.load(Relaxed);
            NUMBER.store(number + 1, Relaxed);
            or_fail(LOCK.release());
        }
    }
}

pub(crate) fn with_a_lock(options: &Options) {
    let t1 = Thread::of(MyThread { k: options.times });
    let t2 = Thread::of(MyThread { k: options.times });
    start(&t1);
    start(&t2);
    or_fail(t1.join());
    or_fail(t2.join());
    println!("main {}", NUMBER.load(Relaxed));
}
