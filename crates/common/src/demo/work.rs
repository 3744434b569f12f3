//! Work that takes time, as downloads and computations do.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::thread;
use std::time::Duration;

/// Sleeps as long as the simulated work `number` takes, 1 to 5 milliseconds: random, but the same for the same `seed`.
pub fn simulated_work(seed: u64, number: u64) {
    let mut random = SmallRng::seed_from_u64(seed.wrapping_add(number));
    sleep(Duration::from_micros(random.random_range(1_000..=5_000)));
}

/// As [`thread::sleep`]; a timeline shows the sleep in its declared length.
pub fn sleep(duration: Duration) {
    trace!(Sleep, "", "", "", duration.as_micros() as usize);
    thread::sleep(duration);
}
