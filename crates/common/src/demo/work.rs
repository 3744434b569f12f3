//! Simulated work, such as a download.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::thread;
use std::time::Duration;

/// Sleeps 1 to 5 milliseconds: a random duration that depends on `seed` and `number` only.
pub fn simulated_work(seed: u64, number: u64) {
    let mut random = SmallRng::seed_from_u64(seed.wrapping_add(number));
    sleep(Duration::from_micros(random.random_range(1_000..=5_000)));
}

/// As [`thread::sleep`]; a timeline shows the sleep in its declared length.
pub fn sleep(duration: Duration) {
    trace!(Sleep, "", "", "", duration.as_micros() as usize);
    thread::sleep(duration);
}
