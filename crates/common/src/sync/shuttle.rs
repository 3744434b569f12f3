//! Shuttle's primitives instead of `std`'s. Shuttle samples schedules; it models neither weak memory nor time.

pub(crate) use shuttle::hint::spin_loop;
pub(crate) use shuttle::sync::{Arc, Condvar, Mutex, MutexGuard, atomic};
pub(crate) use shuttle::{thread, thread_local};
use std::cell::Cell;
use std::time::Duration;

// A model runs on one system thread.
std::thread_local! {
    /// The probability that a deadline has passed when a thread reads the clock.
    pub(crate) static CHANCE: Cell<f64> = const { Cell::new(0.3) };
    /// Whether the system refuses the next thread of the library.
    pub(crate) static REFUSE_SPAWN: Cell<bool> = const { Cell::new(false) };
}

/// A clock without time: each check of a deadline finds it passed with probability [`CHANCE`]. A timeout of a day or
/// more is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant;

impl Instant {
    pub(crate) fn now() -> Self {
        Self
    }

    pub(crate) fn checked_add(self, timeout: Duration) -> Option<Self> {
        (timeout < Duration::from_secs(24 * 60 * 60)).then_some(self)
    }

    pub(crate) fn saturating_duration_since(self, _: Self) -> Duration {
        use shuttle::rand::{Rng, thread_rng};
        if thread_rng().gen_bool(CHANCE.get()) {
            Duration::ZERO
        } else {
            Duration::from_nanos(1)
        }
    }
}
