//! Lets three threads wait for each other with a timeout: a missing thread breaks the barrier, a reset restores it.

#![allow(clippy::print_stdout, reason = "an example needs no feature of common")]

use common::threading::{Barrier, BarrierError};
use std::error::Error;
use std::thread;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_millis(20);
const NO_LIMIT: Duration = Duration::MAX;

fn main() -> Result<(), Box<dyn Error>> {
    let barrier = Barrier::new(3);

    // The third thread is missing. The timeout of one thread breaks the barrier for the other one too.
    for outcome in arrive(&barrier, &[TIMEOUT, NO_LIMIT]) {
        println!("two of three: {}", outcome.unwrap_err());
    }
    println!("broken: {}", barrier.broken());

    // A broken barrier refuses each later arrival at once.
    for outcome in arrive(&barrier, &[NO_LIMIT]) {
        println!("a late thread: {}", outcome.unwrap_err());
    }

    barrier.reset()?;
    println!("broken after the reset: {}", barrier.broken());
    // `wait_timeout` returns the index of the arrival: exactly one thread gets 0, for work that is done once.
    let outcomes = arrive(&barrier, &[NO_LIMIT; 3]);
    let mut indices = outcomes.into_iter().collect::<Result<Vec<_>, _>>()?;
    indices.sort_unstable();
    println!("three of three: {indices:?}");
    Ok(())
}

/// Waits at the barrier with one thread for each timeout, and returns what the waits returned.
fn arrive(barrier: &Barrier, timeouts: &[Duration]) -> Vec<Result<usize, BarrierError>> {
    thread::scope(|scope| {
        let spawn = |&timeout| scope.spawn(move || barrier.wait_timeout(timeout));
        let threads: Vec<_> = timeouts.iter().map(spawn).collect();
        let join = |thread: thread::ScopedJoinHandle<_>| thread.join().expect("no thread panics");
        threads.into_iter().map(join).collect()
    })
}
