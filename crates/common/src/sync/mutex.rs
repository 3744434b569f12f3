//! The mutexes and the condition variable that all primitives use.

use super::backoff::Backoff;
use super::system::{self, MutexGuard};
use std::sync::{LockResult, PoisonError, TryLockError};
use std::time::Duration;

/// Ignores poisoning: Python's locks do not poison either. No panic of user code leaves the protected data half
/// changed: the only user code that runs while one of these mutexes is held compares items, before any of them moves.
fn unpoisoned<G>(guard: LockResult<G>) -> G {
    guard.unwrap_or_else(PoisonError::into_inner)
}

/// A mutex that does not poison.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(system::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(system::Mutex::new(value))
    }

    /// Spins before it blocks: critical sections are short, and an unlock is a system call while a thread is blocked.
    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.try_lock().unwrap_or_else(|| self.lock_contended())
    }

    #[cold]
    fn lock_contended(&self) -> MutexGuard<'_, T> {
        let mut guard = None;
        Backoff::Yield.until(|| {
            guard = self.try_lock();
            guard.is_some()
        });
        guard.unwrap_or_else(|| unpoisoned(self.0.lock()))
    }

    fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(guard)) => Some(guard.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// A condition variable for a [`Mutex`]. It has spurious wake-ups: the caller checks its predicate in a loop.
#[derive(Debug, Default)]
pub(crate) struct Condvar(system::Condvar);

impl Condvar {
    pub(crate) const fn new() -> Self {
        Self(system::Condvar::new())
    }

    pub(crate) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        unpoisoned(self.0.wait(guard))
    }

    /// Blocks no longer than `timeout`. `mutex` is the mutex of `guard`. A model checker has no time: there this
    /// unlocks, yields once and locks again.
    pub(crate) fn wait_timeout<'a, T>(
        &self,
        mutex: &'a Mutex<T>,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> MutexGuard<'a, T> {
        if cfg!(all(test, any(shuttle, loom))) {
            drop(guard);
            super::thread::yield_now();
            return mutex.lock();
        }
        unpoisoned(self.0.wait_timeout(guard, timeout)).0
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }
}

/// A mutex for statics, which is always that of std.
#[derive(Debug, Default)]
pub(crate) struct GlobalMutex<T>(std::sync::Mutex<T>);

impl<T> GlobalMutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> std::sync::MutexGuard<'_, T> {
        unpoisoned(self.0.lock())
    }
}
