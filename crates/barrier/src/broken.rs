//! What breaks a barrier: the waiters get an error and do not wait for a thread that never arrives.

use crate::Options;
use crate::waiters::{all_pass, block, outcome, tell};
use common::demo::or_fail;
use common::println;
use common::threading::Barrier;
use std::thread;
use std::time::Duration;

pub(crate) fn timeout(&Options { parties, .. }: &Options) {
    let barrier = Barrier::new(parties);
    println!("one of {parties} threads never arrives");
    thread::scope(|scope| {
        let waiters = block(scope, &barrier, parties - 2);
        let returned = barrier.wait_timeout(Duration::from_millis(20));
        println!("timeout after 20 ms: {}", outcome(returned));
        tell(waiters);
    });
    println!("a thread that arrives later: {}", outcome(barrier.wait()));
}

pub(crate) fn abort(&Options { parties, .. }: &Options) {
    let barrier = Barrier::new(parties);
    thread::scope(|scope| {
        let waiters = block(scope, &barrier, parties - 1);
        println!("the last thread fails and aborts the barrier");
        or_fail(barrier.abort());
        tell(waiters);
    });
    println!("broken: {}", barrier.broken());
    or_fail(barrier.reset());
    println!("broken after reset: {}", barrier.broken());
    all_pass(&barrier);
}

pub(crate) fn reset(&Options { parties, .. }: &Options) {
    let barrier = Barrier::new(parties);
    thread::scope(|scope| {
        let waiters = block(scope, &barrier, parties - 1);
        println!("reset while {} threads wait", barrier.n_waiting());
        or_fail(barrier.reset());
        tell(waiters);
    });
    println!("broken: {}", barrier.broken());
    all_pass(&barrier);
}
