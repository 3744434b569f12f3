//! Python's `threading.BoundedSemaphore`.

use super::SemaphoreError;
use super::permits::{Permit, Permits};
use std::fmt;
use std::time::Duration;

/// A [`Semaphore`](super::Semaphore) whose counter never exceeds its initial value. Python's
/// `threading.BoundedSemaphore`.
///
/// A release without an acquire is most often a bug. A plain semaphore does not detect it and from then on allows one
/// connection too many; a bounded semaphore returns an error.
///
/// Contract: `docs/semantics.md`, lines 18 to 21.
///
/// ```
/// use common::threading::{BoundedSemaphore, SemaphoreError};
/// use std::time::Duration;
///
/// let connections = BoundedSemaphore::new(2);
/// connections.acquire();
/// connections.release()?;
/// assert_eq!(connections.release(), Err(SemaphoreError::ReleasedTooOften));
/// assert_eq!(format!("{connections:?}"), "BoundedSemaphore { value: 2, initial: 2, waiting: 0 }");
/// let permits = (connections.permit(), connections.try_permit().unwrap());
/// assert!(connections.permit_timeout(Duration::ZERO).is_none() && connections.waiting() == 0);
/// drop(permits);
/// assert!(connections.acquire_timeout(Duration::ZERO));
/// assert_eq!(connections.release_many(2), Err(SemaphoreError::ReleasedTooOften));
/// # Ok::<(), SemaphoreError>(())
/// ```
pub struct BoundedSemaphore(Permits);

common_methods!(BoundedSemaphore);

impl BoundedSemaphore {
    /// A semaphore with `value` permits, which is also the bound.
    pub const fn new(value: usize) -> Self {
        Self(Permits::new(value, true))
    }

    /// Adds a permit, and wakes the oldest waiter. Python's `release()`.
    ///
    /// # Errors
    ///
    /// [`SemaphoreError::ReleasedTooOften`] when the counter has its initial value: then nothing changes.
    #[inline]
    pub fn release(&self) -> Result<(), SemaphoreError> {
        self.0.release(1)
    }

    /// Adds `n` permits in one step, and wakes the `n` oldest waiters. Python's `release(n)`.
    ///
    /// # Errors
    ///
    /// [`SemaphoreError::ReleaseOfNone`] when `n` is 0; [`SemaphoreError::ReleasedTooOften`] when the counter would
    /// exceed its initial value. Then nothing changes.
    pub fn release_many(&self, n: usize) -> Result<(), SemaphoreError> {
        self.0.release_many(n)
    }
}
