//! What breaks a barrier: those who wait are told, and do not wait for one who never comes.

use crate::options::Options;
use crate::waiters::{come, outcome, tell};
use common::demo::heading;
use common::println;
use common::threading::Barrier;
use std::panic::{catch_unwind, resume_unwind};
use std::thread;
use std::time::Duration;

pub(crate) fn by_a_timeout(&Options { parties, .. }: &Options) {
    heading("§2.9", "Timeout", "超时");
    let barrier = Barrier::new(parties);
    println!("one of {parties} never comes");
    thread::scope(|scope| {
        let patient = come(scope, &barrier, parties - 2);
        let impatient = barrier.wait_timeout(Duration::from_millis(20));
        println!("who gave up after 20 ms: {}", outcome(impatient));
        tell(patient);
    });
    println!("who comes later: {}", outcome(barrier.wait()));
    println!("{barrier:?}\n");
}

pub(crate) fn by_abort(&Options { parties, .. }: &Options) {
    heading("§2.9", "abort", "中止");
    let barrier = Barrier::new(parties);
    thread::scope(|scope| {
        let waiters = come(scope, &barrier, parties - 1);
        println!("the last one cannot do its part, and aborts");
        barrier.abort().expect("this is not its action");
        tell(waiters);
    });
    println!("broken: {}", barrier.broken());
    barrier.reset().expect("this is not its action");
    println!("after a reset: {}", barrier.broken());
    all_pass(&barrier);
}

pub(crate) fn by_reset(&Options { parties, .. }: &Options) {
    heading("§2.9", "reset", "重置");
    let barrier = Barrier::new(parties);
    thread::scope(|scope| {
        let waiters = come(scope, &barrier, parties - 1);
        println!("a reset while {} wait", barrier.n_waiting());
        barrier.reset().expect("this is not its action");
        tell(waiters);
    });
    println!("broken: {}", barrier.broken());
    all_pass(&barrier);
}

pub(crate) fn by_its_action(&Options { parties, .. }: &Options) {
    heading("§2.9", "An action that fails", "动作出错");
    let builder = Barrier::builder().parties(parties);
    let builder = builder.action(|| resume_unwind(Box::new("something went wrong")));
    let barrier = builder.build().expect("it has parties");
    thread::scope(|scope| {
        let waiters = come(scope, &barrier, parties - 1);
        // The last to come runs the action, so the panic is its own.
        let panic = catch_unwind(|| barrier.wait()).expect_err("the action fails");
        let said = panic.downcast_ref::<&str>().expect("it says a text");
        println!("the last: panicked, {said}");
        tell(waiters);
    });
    println!("broken: {}\n", barrier.broken());
}

/// It is as good as new.
fn all_pass(barrier: &Barrier) {
    thread::scope(|scope| {
        let waiters = come(scope, barrier, barrier.parties() - 1);
        let last = barrier.wait();
        tell(waiters);
        println!("the last: {}\n", outcome(last));
    });
}
