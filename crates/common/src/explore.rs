//! `just explore`: the primitives over many schedules, and proof that a fault would be found.
//!
//! Shuttle samples schedules of whole primitives: a case that passes has passed as many as were sampled
//! and no more. Loom goes through all there are of a few steps, with every value that the orderings
//! allow. Each case is run as it is, when it must pass, and with each fault that it is there for, when it
//! must fail.

#[cfg(shuttle)]
mod barrier;
#[cfg(shuttle)]
mod condition;
#[cfg(shuttle)]
mod event;
#[cfg(shuttle)]
mod executor;
#[cfg(shuttle)]
mod future;
#[cfg(shuttle)]
mod lock;
#[cfg(loom)]
mod orderings;
#[cfg(shuttle)]
mod queue;
#[cfg(shuttle)]
mod rlock;
#[cfg(shuttle)]
mod semaphore;
#[cfg(shuttle)]
mod thread;
#[cfg(shuttle)]
mod timer;
#[cfg(shuttle)]
mod wait_queue;

use crate::sync::fault::{Fault, plant};
use std::io::Write;
use std::panic::catch_unwind;

/// Enough schedules to find each planted fault; the search ends with the first schedule that fails.
#[cfg(shuttle)]
const ENOUGH: usize = 20_000;

/// Runs as many schedules of a case as `SCHEDULES` says.
#[cfg(shuttle)]
fn run(case: fn()) {
    let asked = std::env::var("SCHEDULES").ok();
    sample(
        case,
        asked.and_then(|count| count.parse().ok()).unwrap_or(ENOUGH),
    );
}

/// Runs schedules of a case until one fails.
#[cfg(shuttle)]
fn search(case: fn()) {
    sample(case, ENOUGH);
}

/// Half of the schedules are chosen at random, half have few but ill-placed switches.
#[cfg(shuttle)]
fn sample(case: fn(), schedules: usize) {
    shuttle::check_random(case, schedules / 2);
    shuttle::check_pct(case, schedules / 2, 3);
}

/// Runs all schedules of a case.
#[cfg(loom)]
fn run(case: fn()) {
    loom::model(case);
}

#[cfg(loom)]
use run as search;

/// How a case fails: by a thread that nobody wakes, by what it asserts, or by what it may not see.
const SIGNS: [&str; 3] = ["deadlock", "assertion", "Causality violation"];

/// The case must fail with the fault planted: then it would find such a one. Says so past the capture of
/// the tests' output, because that is what the run is for.
fn finds(fault: Fault, case: fn()) {
    let outcome = catch_unwind(|| {
        plant(Some(fault));
        search(case);
    });
    plant(None);
    let panic = outcome.expect_err("the planted fault was not found");
    let message = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic
            .downcast::<&str>()
            .map_or_else(|_| String::new(), |text| (*text).into()),
    };
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    let sign = SIGNS.iter().find(|sign| message.contains(**sign));
    let sign = sign.unwrap_or_else(|| panic!("{name} failed for another reason: {message}"));
    let found = format!("planted {fault:?}: found by {name}, as {sign}\n");
    let _ = std::io::stderr().write_all(found.as_bytes());
}
