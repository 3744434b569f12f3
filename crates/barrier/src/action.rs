//! What the last thread to arrive does before any thread goes on, and what happens if that fails.

use crate::Options;
use crate::waiters::{block, tell};
use common::demo::or_fail;
use common::println;
use common::threading::{Barrier, current_thread};
use std::panic::{catch_unwind, resume_unwind};
use std::sync::OnceLock;
use std::thread;

pub(crate) fn action(&Options { parties, .. }: &Options) {
    static BARRIER: OnceLock<Barrier> = OnceLock::new(); // a static, as the action looks at its barrier
    let action = || {
        let barrier = BARRIER.get().expect("the barrier is built");
        let (thread, waiting) = (current_thread().name(), barrier.n_waiting());
        println!("the action runs in {thread}: n_waiting is {waiting}");
        let error = barrier.wait().expect_err("it would wait for itself");
        println!("wait in the action: {error}");
    };
    let barrier = Barrier::builder().parties(parties).action(action).build();
    let barrier = BARRIER.get_or_init(|| or_fail(barrier));
    thread::scope(|scope| {
        let waiters = block(scope, barrier, parties - 1);
        println!("the last thread arrives: {}", current_thread().name());
        or_fail(barrier.wait());
        tell(waiters);
    });
}

pub(crate) fn failing(&Options { parties, .. }: &Options) {
    let fail = || resume_unwind(Box::new("something went wrong"));
    let barrier = or_fail(Barrier::builder().parties(parties).action(fail).build());
    thread::scope(|scope| {
        let waiters = block(scope, &barrier, parties - 1);
        // The last thread runs the action, so the panic unwinds in it.
        let panic = catch_unwind(|| barrier.wait()).expect_err("the action fails");
        let message = panic.downcast_ref::<&str>().expect("a message");
        println!("last thread: panics: {message}");
        tell(waiters);
    });
    println!("broken: {}", barrier.broken());
}
