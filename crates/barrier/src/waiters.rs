//! Threads that come to a barrier one after the other.

use common::demo::{fail, until};
use common::println;
use common::threading::{Barrier, BarrierError};
use std::thread::{Builder, Scope, ScopedJoinHandle};

pub(crate) type Outcome = Result<usize, BarrierError>;

/// Those who wait, in the order in which they came.
pub(crate) type Waiters<'scope> = Vec<ScopedJoinHandle<'scope, Outcome>>;

/// So many come, each once the one before it waits.
pub(crate) fn come<'scope>(
    scope: &'scope Scope<'scope, '_>,
    barrier: &'scope Barrier,
    count: usize,
) -> Waiters<'scope> {
    (0..count).map(|_| one_more(scope, barrier)).collect()
}

/// One comes; returns when it waits.
pub(crate) fn one_more<'scope>(
    scope: &'scope Scope<'scope, '_>,
    barrier: &'scope Barrier,
) -> ScopedJoinHandle<'scope, Outcome> {
    let before = barrier.n_waiting();
    let waiter = spawn(scope, || barrier.wait());
    until(|| barrier.n_waiting() == before + 1);
    waiter
}

pub(crate) fn join(waiters: Waiters<'_>) -> impl Iterator<Item = Outcome> {
    let waiters = waiters.into_iter();
    waiters.map(|waiter| waiter.join().expect("waiting does not panic"))
}

/// What each of them was told, in the order in which they came.
pub(crate) fn tell(waiters: Waiters<'_>) {
    for (number, told) in (1..).zip(join(waiters)) {
        println!("waiter {number}: {}", outcome(told));
    }
}

pub(crate) fn outcome(outcome: Outcome) -> String {
    match outcome {
        Ok(index) => format!("goes on, index {index}"),
        Err(error) => format!("BrokenBarrierError: {error}"),
    }
}

/// Without all of them the others would wait for ever, so the program ends where one is refused.
pub(crate) fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    let spawned = Builder::new().spawn_scoped(scope, work);
    spawned.unwrap_or_else(|error| fail(&format!("cannot start a thread: {error}")))
}
