//! The noise of the machine, and the rounds that count.

use std::hint::black_box;
use std::num::NonZero;
use std::thread;
use std::time::{Duration, Instant};

/// A round is quiet if its noise is within this factor of the lowest noise.
const TOLERANCE: f64 = 1.1;
/// Takes less than a millisecond on an idle core.
const STEPS: u64 = 300_000;

/// The time that a fixed piece of arithmetic takes on the busiest core.
pub(crate) fn noise() -> Duration {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let probes: Vec<_> = (0..cores).map(|_| scope.spawn(probe)).collect();
        let times = probes.into_iter().filter_map(|probe| probe.join().ok());
        times.max().unwrap_or_default()
    })
}

fn probe() -> Duration {
    let start = Instant::now();
    black_box(work(STEPS, black_box(1)));
    start.elapsed()
}

/// Arithmetic that neither compiler nor processor can shorten: each step needs the step before, and the shift keeps the
/// compiler from folding the multiplications into one.
#[inline]
pub(crate) fn work(steps: u64, from: u64) -> u64 {
    (0..steps).fold(from, |value, step| {
        let value = (value ^ step).wrapping_mul(6_364_136_223_846_793_005);
        value ^ (value >> 29)
    })
}

/// The numbers of the rounds that count: all quiet rounds, and at least the quieter half.
pub(crate) fn quiet_rounds(noise: &[Duration]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..noise.len()).collect();
    order.sort_by_key(|&round| noise[round]);
    let Some(&quietest) = order.first() else {
        return order;
    };
    let limit = noise[quietest].mul_f64(TOLERANCE);
    let half = noise.len().div_ceil(2);
    let quiet = order.iter().filter(|&&round| noise[round] <= limit).count();
    order.truncate(quiet.max(half));
    order.sort_unstable();
    order
}

#[cfg(test)]
mod tests {
    use super::quiet_rounds;
    use std::time::Duration;

    fn quiet(noise: &[u64]) -> Vec<usize> {
        let noise: Vec<_> = noise.iter().copied().map(Duration::from_micros).collect();
        quiet_rounds(&noise)
    }

    #[test]
    fn quiet_rounds_of_a_quiet_machine_are_all_rounds() {
        assert_eq!(quiet(&[100, 101, 105, 100]), [0, 1, 2, 3]);
    }

    #[test]
    fn quiet_rounds_omit_disturbed_rounds() {
        assert_eq!(quiet(&[100, 300, 101, 102, 200]), [0, 2, 3]);
    }

    #[test]
    fn quiet_rounds_of_a_busy_machine_are_the_quieter_half() {
        assert_eq!(quiet(&[500, 100, 400, 300, 200]), [1, 3, 4]);
    }

    #[test]
    fn quiet_rounds_of_no_rounds_are_none() {
        assert!(quiet(&[]).is_empty());
    }
}
