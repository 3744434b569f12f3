//! Python's `threading.BoundedSemaphore`.

use super::SemaphoreError;
use super::permits::{self, Permit, Permits};
use std::fmt;
use std::time::Duration;

/// A [`Semaphore`](super::Semaphore) whose counter never exceeds its initial value. Python's
/// `threading.BoundedSemaphore`.
///
/// A release without an acquire is most often a bug. A plain semaphore does not detect it and from then on allows one
/// connection too many; a bounded semaphore returns an error.
///
/// ```
/// use common::threading::{BoundedSemaphore, SemaphoreError};
///
/// let connections = BoundedSemaphore::new(2);
/// connections.acquire();
/// connections.release()?;
/// assert_eq!(connections.release(), Err(SemaphoreError::ReleasedTooOften));
/// assert_eq!(format!("{connections:?}"), "BoundedSemaphore { value: 2, initial: 2, waiting: 0 }");
/// # Ok::<(), SemaphoreError>(())
/// ```
pub struct BoundedSemaphore {
    permits: Permits,
    initial: u64,
}

impl BoundedSemaphore {
    /// A semaphore with `value` permits, and never more.
    pub const fn new(value: usize) -> Self {
        Self {
            permits: Permits::new(value),
            initial: permits::saturating(value),
        }
    }

    /// Blocks until there is a permit, and takes it. Python's `acquire()`.
    #[inline]
    pub fn acquire(&self) {
        self.permits.acquire();
    }

    /// Takes a permit if there is one, without blocking. Python's `acquire(blocking=False)`.
    #[inline]
    #[must_use = "when it is false, no permit was acquired"]
    pub fn try_acquire(&self) -> bool {
        self.permits.try_acquire()
    }

    /// Blocks until there is a permit, no longer than `timeout`. Python's `acquire(timeout=…)`.
    ///
    /// Returns false when the timeout expired first. Zero does not wait; a timeout beyond the clock is no limit.
    #[inline]
    #[must_use = "when it is false, no permit was acquired"]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.permits.acquire_timeout(timeout)
    }

    /// Adds a permit, and wakes the oldest waiter. Python's `release()`.
    ///
    /// # Errors
    ///
    /// [`SemaphoreError::ReleasedTooOften`] when the counter has its initial value: then nothing changes.
    #[inline]
    pub fn release(&self) -> Result<(), SemaphoreError> {
        self.permits.release(1, Some(self.initial))
    }

    /// Adds `n` permits in one step, and wakes the `n` oldest waiters. Python's `release(n)`.
    ///
    /// # Errors
    ///
    /// [`SemaphoreError::ReleaseOfNone`] when `n` is 0; [`SemaphoreError::ReleasedTooOften`] when the counter would exceed its
    /// initial value. Then nothing changes.
    pub fn release_many(&self, n: usize) -> Result<(), SemaphoreError> {
        let count = permits::at_least_one(n)?;
        self.permits.release(count, Some(self.initial))
    }

    /// Acquires a permit until the guard is dropped, by a panic too. Python's `with semaphore:`.
    #[inline]
    pub fn permit(&self) -> Permit<'_> {
        self.acquire();
        self.acquired_permit()
    }

    /// Returns a permit if there is one, without blocking.
    #[inline]
    pub fn try_permit(&self) -> Option<Permit<'_>> {
        self.try_acquire().then(|| self.acquired_permit())
    }

    /// Returns a permit unless `timeout` expires first.
    #[inline]
    pub fn permit_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.acquire_timeout(timeout)
            .then(|| self.acquired_permit())
    }

    #[inline]
    fn acquired_permit(&self) -> Permit<'_> {
        Permit::new(&self.permits, Some(self.initial))
    }

    /// The number of threads that are blocked in acquire at this moment.
    pub fn waiting(&self) -> usize {
        self.permits.waiting()
    }
}

/// One permit, as in Python.
impl Default for BoundedSemaphore {
    fn default() -> Self {
        Self::new(1)
    }
}

/// Converts a number that the caller has not validated. A negative one is an error, as Python's `ValueError`.
impl TryFrom<i64> for BoundedSemaphore {
    type Error = SemaphoreError;

    fn try_from(value: i64) -> Result<Self, SemaphoreError> {
        permits::not_negative(value).map(Self::new)
    }
}

impl fmt::Debug for BoundedSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedSemaphore")
            .field("value", &self.permits.count())
            .field("initial", &self.initial)
            .field("waiting", &self.waiting())
            .finish()
    }
}
