//! The mutex that everything here stands on.

use std::sync::PoisonError;

pub(crate) use std::sync::MutexGuard;

/// A mutex that does not poison, as Python's locks do not.
///
/// This is the one place where that is decided. Nothing that a user wrote runs while one of these is
/// held, so a panic cannot leave half a change behind.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
