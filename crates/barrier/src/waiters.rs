//! Threads that arrive at a barrier one after the other.

use crate::Options;
use common::demo::{spawn, until};
use common::println;
use common::threading::{Barrier, BarrierError};
use std::thread::{self, Scope, ScopedJoinHandle};

type Outcome = Result<usize, BarrierError>;

/// Spawns `count` threads that wait at `barrier`, each once the one before it blocks.
pub(crate) fn block<'scope>(
    scope: &'scope Scope<'scope, '_>,
    barrier: &'scope Barrier,
    count: usize,
) -> Vec<ScopedJoinHandle<'scope, Outcome>> {
    let waiters = (0..count).map(|_| {
        let before = barrier.n_waiting();
        let waiter = spawn(scope, || barrier.wait());
        until(|| barrier.n_waiting() == before + 1);
        waiter
    });
    waiters.collect()
}

/// Prints what `wait` returned to each of the `waiters`, in the order of their arrival.
pub(crate) fn tell(waiters: Vec<ScopedJoinHandle<'_, Outcome>>) {
    for (number, waiter) in (1..).zip(waiters) {
        let returned = waiter.join().expect("wait does not panic");
        println!("thread {number}: {}", outcome(returned));
    }
}

pub(crate) fn index(&Options { parties, .. }: &Options) {
    all_pass(&Barrier::new(parties));
}

pub(crate) fn all_pass(barrier: &Barrier) {
    thread::scope(|scope| {
        let waiters = block(scope, barrier, barrier.parties() - 1);
        let last = barrier.wait();
        tell(waiters);
        println!("last thread: {}", outcome(last));
    });
}

pub(crate) fn outcome(outcome: Outcome) -> String {
    match outcome {
        Ok(index) => format!("goes on, index {index}"),
        Err(error) => format!("BrokenBarrierError: {error}"),
    }
}
