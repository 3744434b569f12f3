//! Everything `common` takes from the system, in one place.
//!
//! The primitives name `crate::sync`, never `std::sync` or `std::thread`, so that a scheduler that
//! explores interleavings can stand in for the system.

pub(crate) use std::sync::Arc;
pub(crate) use std::sync::atomic;
pub(crate) use std::sync::{MutexGuard, PoisonError};

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
