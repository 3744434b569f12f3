//! I/O-bound and CPU-bound work, and threads that do it.

use common::demo::spawn;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

/// Sleeps as long as a server takes to answer: I/O-bound work.
pub(crate) fn wait_for_an_answer() {
    thread::sleep(Duration::from_millis(20));
}

/// Counts the primes below 10,000 by division: CPU-bound work.
pub(crate) fn compute() {
    let is_prime = |n: &u32| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0);
    black_box((2..black_box(10_000)).filter(is_prime).count());
}

/// The number of threads in a section now, and the highest number so far.
#[derive(Default)]
pub(crate) struct AtOnce {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl AtOnce {
    pub(crate) fn enter(&self) {
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(now, SeqCst);
    }

    pub(crate) fn leave(&self) {
        self.now.fetch_sub(1, SeqCst);
    }

    pub(crate) fn most(&self) -> usize {
        self.most.load(SeqCst)
    }
}

/// Runs `work` on each of `count` threads, and waits for all of them.
pub(crate) fn on_threads(count: usize, work: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..count {
            spawn(scope, &work);
        }
    });
}
