//! The mutexes that everything here stands on.

use super::looking::look_again;
use super::system::{self, MutexGuard};
use std::sync::{LockResult, PoisonError, TryLockError};

/// Nothing here poisons, as Python's locks do not: this is the one place where that is decided. Nothing
/// that a user wrote runs while one of these is held, so a panic cannot leave half a change behind.
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

    /// What is done under one of these takes a moment, so it is looked for again before it is slept for:
    /// once one thread sleeps, every release is a syscall until nobody does.
    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.try_lock().unwrap_or_else(|| self.lock_contended())
    }

    #[cold]
    fn lock_contended(&self) -> MutexGuard<'_, T> {
        let mut guard = None;
        look_again(|| {
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

/// The same for what the whole program has once. It outlives any exploration, so it is always the
/// system's; under it nothing is done that a scheduler would want to know of.
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
