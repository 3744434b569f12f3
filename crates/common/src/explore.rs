//! `just explore`: the primitives under the model checkers, and proof that a fault would be found.
//!
//! Shuttle samples schedules of whole primitives; a case that passes has passed the sampled schedules and no others.
//! Loom explores every schedule of a few steps, with every value that the orderings allow. Each case runs without a
//! fault, and must pass; then with each of its faults, and must fail.

#[cfg(loom)]
mod orderings;
#[cfg(shuttle)]
mod schedules;

use crate::sync::fault::{Fault, plant};
#[cfg(loom)]
use orderings::{run, run as search};
#[cfg(shuttle)]
use schedules::{run, search};
use std::io::Write;

/// Checks that `case` passes, and that it fails with each of the `faults` planted. Each run has its own system thread,
/// as the faults and the model's settings are thread-local.
fn explore(faults: &[Fault], case: fn()) {
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    let run = std::thread::spawn(move || run(case)).join();
    run.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    for &fault in faults {
        let outcome = std::thread::spawn(move || {
            plant(Some(fault));
            search(case);
        });
        let panic = outcome.join().expect_err("the planted fault was not found");
        let message = match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => panic
                .downcast::<&str>()
                .map_or_else(|_| String::new(), |text| (*text).into()),
        };
        let sign = SIGNS.iter().find(|sign| message.contains(**sign));
        let sign = sign.unwrap_or_else(|| panic!("{name} failed for another reason: {message}"));
        // Past the capture of the tests' output: this report is the purpose of the run.
        let found = format!("planted {fault:?}: found by {name}, as {sign}\n");
        let _ = std::io::stderr().write_all(found.as_bytes());
    }
}

/// How a case fails: by a thread that is never woken, by an assertion, or by a read that the orderings do not allow.
const SIGNS: [&str; 3] = ["deadlock", "assertion", "Causality violation"];
