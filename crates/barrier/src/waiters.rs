//! Threads that arrive at a barrier one after the other, and what the last one does.

use crate::Options;
use common::demo::{or_fail, scope, spawn, until};
use common::println;
use common::threading::{Barrier, BarrierError, current_thread};
use std::sync::OnceLock;

pub(crate) fn index(options: &Options) {
    all_arrive(&Barrier::new(options.parties));
}

pub(crate) fn all_arrive(barrier: &Barrier) {
    with_waiters(barrier, barrier.parties(), || {});
}

/// Lets `count` threads arrive at `barrier`, one after the other, calls `then`, and prints what `wait` returned to each.
pub(crate) fn with_waiters(barrier: &Barrier, count: usize, then: impl FnOnce()) {
    scope(|scope| {
        let mut waiters = Vec::new();
        for number in 1..=count {
            waiters.push(spawn(scope, || barrier.wait()));
            until(|| barrier.n_waiting() == number % barrier.parties()); // the last one does not wait
        }
        then();
        for (number, waiter) in (1..).zip(waiters) {
            let outcome = waiter.join().expect("wait does not panic");
            print_outcome(&format!("thread {number}"), outcome);
        }
    });
}

pub(crate) fn print_outcome(name: &str, outcome: Result<usize, BarrierError>) {
    match outcome {
        Ok(index) => println!("{name}: continues, index {index}"),
        Err(error) => println!("{name}: BrokenBarrierError: {error}"),
    }
}

static BARRIER: OnceLock<Barrier> = OnceLock::new(); // set once; a static, because its own action uses it

pub(crate) fn action(options: &Options) {
    let barrier = BARRIER.get_or_init(|| Barrier::new(options.parties).with_action(inspect));
    with_waiters(barrier, options.parties - 1, || {
        println!("the last thread arrives: {}", current_thread().name());
        or_fail(barrier.wait());
    });
}

fn inspect() {
    let barrier = BARRIER.get().expect("the barrier is built");
    let (thread, n_waiting) = (current_thread().name(), barrier.n_waiting());
    println!("the action runs in {thread}, n_waiting: {n_waiting}");
}
