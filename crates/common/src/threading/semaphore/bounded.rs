//! The semaphore that notices when it is released too often.

use super::permit::Permit;
use super::units::{self, Units};
use crate::threading::ValueError;
use std::fmt;
use std::time::Duration;

/// A [`Semaphore`](super::Semaphore) whose value never exceeds the one it began with. Python's
/// `threading.BoundedSemaphore`.
///
/// A release that nobody acquired for is most often a mistake, and with a plain semaphore it goes
/// unnoticed: there is one connection too many from then on. Here it is an error.
///
/// ```
/// use common::threading::{BoundedSemaphore, ValueError};
///
/// let connections = BoundedSemaphore::new(2);
/// connections.acquire();
/// connections.release()?;
/// assert_eq!(connections.release(), Err(ValueError::ReleasedTooOften));
/// assert_eq!(format!("{connections:?}"), "BoundedSemaphore { value: 2, initial: 2, waiting: 0 }");
/// # Ok::<(), ValueError>(())
/// ```
pub struct BoundedSemaphore {
    units: Units,
    initial: u64,
}

impl BoundedSemaphore {
    /// A semaphore with so many units, and never more.
    pub const fn new(value: usize) -> Self {
        let units = Units::new(value);
        Self {
            units,
            initial: units::counted(value),
        }
    }

    /// Takes a unit, waiting until there is one. Python's `acquire()`.
    #[inline]
    pub fn acquire(&self) {
        self.units.take();
    }

    /// Takes a unit if there is one, without waiting. Python's `acquire(blocking=False)`.
    #[inline]
    #[must_use = "when it is false, nothing was taken"]
    pub fn try_acquire(&self) -> bool {
        self.units.try_take()
    }

    /// Takes a unit, waiting no longer than `timeout`. Python's `acquire(timeout=…)`.
    ///
    /// False when the time was up first. Zero is a try; a timeout beyond the clock is for ever.
    #[inline]
    #[must_use = "when it is false, nothing was taken"]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.units.take_timeout(timeout)
    }

    /// Gives a unit back, and wakes the oldest that waits. Python's `release()`.
    ///
    /// # Errors
    ///
    /// [`ValueError::ReleasedTooOften`] when all of them are there already.
    #[inline]
    pub fn release(&self) -> Result<(), ValueError> {
        self.units.give(1, Some(self.initial))
    }

    /// Gives `n` units back in one step, and wakes the `n` oldest that wait. Python's `release(n)`.
    ///
    /// # Errors
    ///
    /// [`ValueError::ReleaseOfNone`] when `n` is 0; [`ValueError::ReleasedTooOften`] when so many were not
    /// taken. Then none is given back.
    pub fn release_many(&self, n: usize) -> Result<(), ValueError> {
        self.units.give(units::at_least_one(n)?, Some(self.initial))
    }

    /// Takes a unit until the permit is dropped, also by a panic. Python's `with semaphore:`.
    #[inline]
    pub fn permit(&self) -> Permit<'_> {
        self.acquire();
        self.permit_for_taken()
    }

    /// As [`permit`](Self::permit) if there is a unit; `None`, without waiting, if there is none.
    #[inline]
    pub fn try_permit(&self) -> Option<Permit<'_>> {
        self.try_acquire().then(|| self.permit_for_taken())
    }

    /// As [`permit`](Self::permit), waiting no longer than `timeout`.
    #[inline]
    pub fn permit_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.acquire_timeout(timeout)
            .then(|| self.permit_for_taken())
    }

    #[inline]
    fn permit_for_taken(&self) -> Permit<'_> {
        Permit::within(&self.units, self.initial)
    }
}

/// One unit, as in Python.
impl Default for BoundedSemaphore {
    fn default() -> Self {
        Self::new(1)
    }
}

/// For a value that comes from outside.
impl TryFrom<i64> for BoundedSemaphore {
    type Error = ValueError;

    fn try_from(value: i64) -> Result<Self, ValueError> {
        units::not_negative(value).map(Self::new)
    }
}

impl fmt::Debug for BoundedSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedSemaphore")
            .field("value", &self.units.value())
            .field("initial", &self.initial)
            .field("waiting", &self.units.waiting())
            .finish()
    }
}
