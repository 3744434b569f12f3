//! What breaks a barrier: the waiters get an error and do not wait for a thread that never arrives.

use crate::Options;
use crate::waiters::{all_arrive, print_outcome, with_waiters};
use common::demo::or_fail;
use common::println;
use common::threading::Barrier;
use std::panic::{catch_unwind, resume_unwind};
use std::time::Duration;

pub(crate) fn timeout(options: &Options) {
    let barrier = Barrier::new(options.parties);
    println!("one of {} threads never arrives", options.parties);
    with_waiters(&barrier, options.parties - 2, || {
        let outcome = barrier.wait_timeout(Duration::from_millis(20));
        print_outcome("timeout after 20 ms", outcome);
    });
    print_outcome("a thread that arrives later", barrier.wait());
}

pub(crate) fn abort(options: &Options) {
    let barrier = Barrier::new(options.parties);
    with_waiters(&barrier, options.parties - 1, || {
        println!("the last thread fails and aborts the barrier");
        or_fail(barrier.abort());
    });
    println!("broken: {}", barrier.broken());
    or_fail(barrier.reset());
    println!("after reset, broken: {}", barrier.broken());
    all_arrive(&barrier);
}

pub(crate) fn reset(options: &Options) {
    let barrier = Barrier::new(options.parties);
    with_waiters(&barrier, options.parties - 1, || {
        println!("reset while {} threads wait", barrier.n_waiting());
        or_fail(barrier.reset());
    });
    println!("broken: {}", barrier.broken());
    all_arrive(&barrier);
}

pub(crate) fn failing_action(options: &Options) {
    let fail = || resume_unwind(Box::new("something went wrong")); // a panic that prints no message
    let barrier = Barrier::new(options.parties).with_action(fail);
    with_waiters(&barrier, options.parties - 1, || {
        let panicked = catch_unwind(|| barrier.wait()).is_err();
        println!("the last thread runs the action and panics: {panicked}");
    });
    println!("broken: {}", barrier.broken());
}
