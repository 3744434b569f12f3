//! Shuttle in place of the system: it samples schedules, and knows neither weak memory nor time.

pub(crate) use shuttle::hint::spin_loop;
pub(crate) use shuttle::sync::{Arc, Condvar, Mutex, MutexGuard, atomic};
pub(crate) use shuttle::{thread, thread_local};
use std::time::Duration;

// A model runs on one system thread.
std::thread_local! {
    /// The chance that a deadline has passed when a thread looks at the clock.
    pub(crate) static CHANCE: std::cell::Cell<f64> = const { std::cell::Cell::new(0.3) };
}

/// A clock without time: a deadline passes when chance says so, differently in each schedule.
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
