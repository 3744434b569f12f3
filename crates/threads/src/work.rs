//! Work of both kinds: waiting for something (I/O-bound), and computing (CPU-bound).

use common::demo::fail;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread::{Builder, scope, sleep};
use std::time::Duration;

pub(crate) const LIMIT: usize = 200_000;

/// As long as a server takes to answer.
pub(crate) fn wait_for_an_answer() {
    sleep(Duration::from_millis(20));
}

/// How many of these numbers are primes, by division: nothing but computing.
pub(crate) fn primes(numbers: impl Iterator<Item = usize>) -> usize {
    let is_prime = |n: &usize| *n > 1 && (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0);
    numbers.filter(is_prime).count()
}

/// How many are inside something now, and how many were at most.
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
///
/// Without all of them the others might wait for ever, so the program ends where one is refused.
pub(crate) fn on_threads<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let work = &work;
    scope(|scope| {
        let spawn = |number| Builder::new().spawn_scoped(scope, move || work(number));
        let handles: Vec<_> = (0..count)
            .map(|number| {
                spawn(number)
                    .unwrap_or_else(|error| fail(&format!("cannot start a thread: {error}")))
            })
            .collect();
        let join = |handle: std::thread::ScopedJoinHandle<'_, T>| handle.join();
        let results = handles.into_iter().map(join);
        results
            .map(|result| result.expect("it does not panic"))
            .collect()
    })
}
