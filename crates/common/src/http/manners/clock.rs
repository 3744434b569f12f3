//! The clock of the rate limiter: every moment that a worker reads, and every wait, goes through it.
//!
//! In the program it is the system's clock. A unit test replaces it with a virtual one, whose time advances only
//! when all workers wait.

#[cfg(test)]
mod virtual_time;

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};
#[cfg(test)]
pub(super) use virtual_time::VirtualTime;

/// The source of time, and of waits that end at a moment.
#[derive(Clone, Debug)]
pub(super) enum Clock {
    System,
    #[cfg(test)]
    Virtual(std::sync::Arc<VirtualTime>),
}

impl Clock {
    /// The current moment.
    pub(super) fn now(&self) -> Instant {
        match self {
            Self::System => Instant::now(),
            #[cfg(test)]
            Self::Virtual(time) => time.now(),
        }
    }

    /// The current date.
    pub(super) fn date(&self) -> SystemTime {
        match self {
            Self::System => SystemTime::now(),
            #[cfg(test)]
            Self::Virtual(time) => time.date(),
        }
    }

    /// Releases `guard`, blocks until `condvar` is notified or the clock reaches `until`, and locks `mutex` again.
    /// May wake spuriously.
    #[cfg_attr(
        not(test),
        expect(unused_variables, reason = "virtual time locks the mutex again")
    )]
    pub(super) fn wait<'a, T>(
        &self,
        condvar: &Condvar,
        mutex: &'a Mutex<T>,
        guard: MutexGuard<'a, T>,
        until: Option<Instant>,
    ) -> MutexGuard<'a, T> {
        match (self, until) {
            (Self::System, None) => condvar.wait(guard).unwrap_or_else(PoisonError::into_inner),
            (Self::System, Some(until)) => {
                let left = until.saturating_duration_since(self.now());
                let woken = condvar.wait_timeout(guard, left);
                woken.unwrap_or_else(PoisonError::into_inner).0
            }
            #[cfg(test)]
            (Self::Virtual(time), until) => {
                let version = time.version();
                drop(guard);
                time.wait(version, until);
                mutex.lock().unwrap_or_else(PoisonError::into_inner)
            }
        }
    }

    /// Wakes every waiter of `condvar`.
    pub(super) fn notify_all(&self, condvar: &Condvar) {
        condvar.notify_all();
        self.released();
    }

    /// Acquires a lock or a permit: `acquire` blocks until it is free, `try_acquire` does not.
    #[cfg_attr(not(test), expect(unused_variables, reason = "virtual time polls"))]
    pub(super) fn acquire<T>(
        &self,
        try_acquire: impl Fn() -> Option<T>,
        acquire: impl FnOnce() -> T,
    ) -> T {
        match self {
            Self::System => acquire(),
            #[cfg(test)]
            Self::Virtual(time) => loop {
                let version = time.version();
                if let Some(acquired) = try_acquire() {
                    return acquired;
                }
                time.wait(version, None);
            },
        }
    }

    /// Tells the virtual clock that a lock or a permit was released; the system's needs no telling.
    #[cfg_attr(
        not(test),
        expect(clippy::unused_self, reason = "only virtual time counts waiters")
    )]
    pub(super) fn released(&self) {
        #[cfg(test)]
        if let Self::Virtual(time) = self {
            time.notify();
        }
    }
}
