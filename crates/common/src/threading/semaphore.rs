//! Python's `threading.Semaphore` and `BoundedSemaphore`.

/// The methods and traits of both semaphores, except `new`, `release` and `release_many`.
macro_rules! common_methods {
    ($semaphore:ident) => {
        impl $semaphore {
            /// Blocks until there is a permit, and takes it. Python's `acquire()`; P in textbooks.
            #[inline]
            pub fn acquire(&self) {
                self.0.acquire(None);
            }

            /// Takes a permit if there is one, without blocking. Python's `acquire(blocking=False)`.
            #[inline]
            #[must_use = "when it is false, no permit was acquired"]
            pub fn try_acquire(&self) -> bool {
                self.0.try_acquire()
            }

            /// Blocks until there is a permit, no longer than `timeout`, and takes it. Python's `acquire(timeout=…)`.
            ///
            /// Returns false when the timeout expired first. Zero does not wait; a timeout beyond the clock is no
            /// limit.
            #[inline]
            #[must_use = "when it is false, no permit was acquired"]
            pub fn acquire_timeout(&self, timeout: Duration) -> bool {
                self.0.acquire(Some(timeout))
            }

            /// Acquires a permit until the guard is dropped, by a panic too. Python's `with semaphore:`.
            #[inline]
            pub fn permit(&self) -> Permit<'_> {
                self.acquire();
                Permit(&self.0)
            }

            /// Returns a permit if there is one, without blocking.
            #[inline]
            pub fn try_permit(&self) -> Option<Permit<'_>> {
                self.try_acquire().then(|| Permit(&self.0))
            }

            /// Returns a permit unless `timeout` expires first.
            #[inline]
            pub fn permit_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
                self.acquire_timeout(timeout).then(|| Permit(&self.0))
            }

            /// The number of threads that are blocked in acquire at this moment.
            pub fn waiting(&self) -> usize {
                self.0.waiting()
            }
        }

        /// One permit, as in Python.
        impl Default for $semaphore {
            fn default() -> Self {
                Self::new(1)
            }
        }

        /// Creates a semaphore with a number of permits that the caller has not validated: a negative number is an
        /// error, in Python a `ValueError`.
        impl TryFrom<i64> for $semaphore {
            type Error = SemaphoreError;

            fn try_from(value: i64) -> Result<Self, SemaphoreError> {
                let value = u64::try_from(value).map_err(|_| SemaphoreError::NegativeValue)?;
                Ok(Self::new(usize::try_from(value).unwrap_or(usize::MAX)))
            }
        }

        impl fmt::Debug for $semaphore {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.show(stringify!($semaphore), f)
            }
        }
    };
}

mod bounded;
mod permits;

pub use bounded::BoundedSemaphore;
pub use permits::Permit;
use permits::Permits;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// A counter of permits: `acquire` blocks while it is zero. Python's `threading.Semaphore`.
///
/// A permit stands for one of a limited number of things, such as connections: [`acquire`](Self::acquire) takes one,
/// [`release`](Self::release) adds one. No thread owns a permit: any thread may release, also one that has acquired
/// none. Where that would be a mistake, [`BoundedSemaphore`] reports it.
///
/// Waiters are woken oldest first. A running thread that finds a permit may acquire it before the woken waiter,
/// which keeps its place; a waiter that was overtaken for half a millisecond is handed a permit by the next release.
/// The counter ends below 2⁶¹: [`release_many`](Self::release_many) drops the permits beyond that.
///
/// Contract: `docs/semantics.md`, lines 18, 19 and 21.
///
/// ```
/// use common::threading::{Permit, Semaphore, SemaphoreError};
/// use std::time::Duration;
///
/// let connections = Semaphore::new(2);
/// connections.acquire();
/// let second: Permit<'_> = connections.permit();
/// assert!(!connections.try_acquire());
/// drop(second);
/// assert!(connections.try_acquire());
/// assert!(!connections.acquire_timeout(Duration::from_millis(1)));
/// assert!(connections.permit_timeout(Duration::ZERO).is_none());
/// connections.release_many(2)?;
/// assert!(connections.try_permit().is_some() && connections.waiting() == 0);
/// # Ok::<(), SemaphoreError>(())
/// ```
pub struct Semaphore(Permits);

common_methods!(Semaphore);

impl Semaphore {
    /// A semaphore with `value` permits.
    pub const fn new(value: usize) -> Self {
        Self(Permits::new(value, false))
    }

    /// Adds a permit, and wakes the oldest waiter. Python's `release()`; V in textbooks.
    #[inline]
    pub fn release(&self) {
        // Without a bound, a release of one permit does not fail.
        let _ = self.0.release(1);
    }

    /// Adds `n` permits in one step, and wakes the `n` oldest waiters. Python's `release(n)`.
    ///
    /// # Errors
    ///
    /// [`SemaphoreError::ReleaseOfNone`] when `n` is 0.
    pub fn release_many(&self, n: usize) -> Result<(), SemaphoreError> {
        self.0.release_many(n)
    }
}

/// Why a semaphore could not be created or released. Python's `ValueError`, with its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SemaphoreError {
    /// The initial value is negative.
    NegativeValue,
    /// A release of no permits.
    ReleaseOfNone,
    /// The counter of a bounded semaphore would exceed its initial value.
    ReleasedTooOften,
}

show! {
    Display for SemaphoreError {
        Self::NegativeValue => "semaphore initial value must be >= 0",
        Self::ReleaseOfNone => "n must be one or more",
        Self::ReleasedTooOften => "Semaphore released too many times",
    }
}

impl Error for SemaphoreError {}
