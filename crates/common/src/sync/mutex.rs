//! The mutexes that everything here stands on.

use super::system::{self, MutexGuard};
use std::sync::{LockResult, PoisonError};

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

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        unpoisoned(self.0.lock())
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
