//! Python's `threading.Semaphore` and `BoundedSemaphore`.

mod bounded;
mod permit;
mod units;

use super::ValueError;
pub use bounded::BoundedSemaphore;
pub use permit::Permit;
use std::fmt;
use std::time::Duration;
use units::Units;

/// A counter that cannot go below 0: whoever would take it there waits. Python's `threading.Semaphore`.
///
/// It stands for things of which there is a limited number, such as connections: [`acquire`](Self::acquire)
/// takes one, [`release`](Self::release) gives one back, and nobody owns what it took: any thread may
/// release, also one that has acquired nothing. Where that would be a mistake, [`BoundedSemaphore`] says so.
///
/// Threads that wait are woken oldest first, but a running thread that finds a unit may take it before
/// the one that was woken, which then keeps its place; given back at once, that unit wakes no other. It
/// counts to 2⁶² and no further, which is as good as for ever: to take so many one by one takes more than
/// a century.
///
/// ```
/// use common::threading::Semaphore;
///
/// let connections = Semaphore::new(2);
/// connections.acquire();
/// let second = connections.permit();
/// assert!(!connections.try_acquire());
/// drop(second);
/// assert!(connections.try_acquire());
/// ```
pub struct Semaphore(Units);

impl Semaphore {
    /// A semaphore with so many units.
    pub const fn new(value: usize) -> Self {
        Self(Units::new(value))
    }

    /// Takes a unit, waiting until there is one. Python's `acquire()`; the P of the literature.
    #[inline]
    pub fn acquire(&self) {
        self.0.take();
    }

    /// Takes a unit if there is one, without waiting. Python's `acquire(blocking=False)`.
    #[inline]
    #[must_use = "when it is false, nothing was taken"]
    pub fn try_acquire(&self) -> bool {
        self.0.try_take()
    }

    /// Takes a unit, waiting no longer than `timeout`. Python's `acquire(timeout=…)`.
    ///
    /// False when the time was up first. Zero is a try; a timeout beyond the clock is for ever.
    #[inline]
    #[must_use = "when it is false, nothing was taken"]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.0.take_timeout(timeout)
    }

    /// Gives a unit, and wakes the oldest that waits. Python's `release()`; the V of the literature.
    #[inline]
    pub fn release(&self) {
        self.0.give_one();
    }

    /// Gives `n` units in one step, and wakes the `n` oldest that wait. Python's `release(n)`.
    ///
    /// # Errors
    ///
    /// [`ValueError::ReleaseOfNone`] when `n` is 0.
    pub fn release_many(&self, n: usize) -> Result<(), ValueError> {
        self.0.give(units::at_least_one(n)?, None)
    }

    /// Takes a unit until the permit is dropped, also by a panic. Python's `with semaphore:`.
    #[inline]
    pub fn permit(&self) -> Permit<'_> {
        self.acquire();
        Permit::of(&self.0)
    }

    /// As [`permit`](Self::permit) if there is a unit; `None`, without waiting, if there is none.
    #[inline]
    pub fn try_permit(&self) -> Option<Permit<'_>> {
        self.try_acquire().then(|| Permit::of(&self.0))
    }

    /// As [`permit`](Self::permit), waiting no longer than `timeout`.
    #[inline]
    pub fn permit_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.acquire_timeout(timeout).then(|| Permit::of(&self.0))
    }
}

/// One unit, as in Python.
impl Default for Semaphore {
    fn default() -> Self {
        Self::new(1)
    }
}

/// For a value that comes from outside.
impl TryFrom<i64> for Semaphore {
    type Error = ValueError;

    fn try_from(value: i64) -> Result<Self, ValueError> {
        units::not_negative(value).map(Self::new)
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore")
            .field("value", &self.0.value())
            .field("waiting", &self.0.waiting())
            .finish()
    }
}
