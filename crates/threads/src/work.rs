//! I/O-bound and CPU-bound work.

use common::demo::spawn;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread::{ScopedJoinHandle, scope, sleep};
use std::time::Duration;

pub(crate) const LIMIT: usize = 200_000;

/// Sleeps as long as a server takes to answer: I/O-bound work.
pub(crate) fn wait_for_an_answer() {
    sleep(Duration::from_millis(20));
}

/// Counts the primes among the numbers, by division: CPU-bound work.
pub(crate) fn primes(numbers: impl Iterator<Item = usize>) -> usize {
    let is_prime = |n: &usize| *n > 1 && (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0);
    numbers.filter(is_prime).count()
}

/// The numbers below [`LIMIT`] that thread `number` of `threads` looks at.
pub(crate) fn share(number: usize, threads: usize) -> Range<usize> {
    LIMIT * number / threads..LIMIT * (number + 1) / threads
}

/// The number of threads inside a section now, and the highest number so far.
#[derive(Default)]
pub(crate) struct Inside {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Inside {
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

/// The results of `work` for 0, 1, …, each on a thread of its own.
pub(crate) fn on_threads<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let work = &work;
    scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|number| spawn(scope, move || work(number)))
            .collect();
        let results = threads.into_iter().map(ScopedJoinHandle::join);
        results
            .map(|result| result.expect("the thread does not panic"))
            .collect()
    })
}
