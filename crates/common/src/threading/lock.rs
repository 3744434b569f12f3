//! Python's `threading.Lock`.

mod contended;

use super::RuntimeError;
use super::line::Line;
use crate::sync::atomic::{AtomicU8, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use crate::sync::fault::{Fault, planted};
use std::fmt;
use std::time::Duration;

const FREE: u8 = 0;
/// Held, and its release has nobody to wake.
const HELD: u8 = 1;
/// Held, and its release looks into the line.
const WAITED_FOR: u8 = 2;

/// A lock that any thread may release. Python's `threading.Lock`.
///
/// It is held or free, and nobody owns it: what one thread acquired another may release. It guards
/// nothing by itself; what it protects lives beside it, in atomics or an uncontended `Mutex`. Where
/// data and lock belong together, `std::sync::Mutex<T>` is the Rust way.
///
/// Threads that wait are woken oldest first, but a running thread that finds the lock free may take it
/// before the one that was woken, which then keeps its place. A panic neither poisons the lock nor, with
/// a guard, leaves it held.
///
/// ```
/// use common::threading::Lock;
///
/// let lock = Lock::new();
/// lock.acquire();
/// assert!(!lock.try_acquire());
/// std::thread::scope(|scope| scope.spawn(|| lock.release()).join().unwrap()).unwrap();
/// assert_eq!(lock.release().unwrap_err().to_string(), "release unlocked lock");
/// ```
#[derive(Default)]
pub struct Lock {
    /// `FREE`, `HELD` or `WAITED_FOR`. While somebody is in line it is `WAITED_FOR`, or a release is on
    /// its way to the line, or a thread that was woken is on its way to the lock; and whatever that one
    /// does, getting it, going back to the line or giving up, it leaves `WAITED_FOR` behind.
    state: AtomicU8,
    line: Line,
}

impl Lock {
    /// A free lock.
    pub const fn new() -> Self {
        Self {
            state: AtomicU8::new(FREE),
            line: Line::new(()),
        }
    }

    /// Takes the lock, waiting until it is free. Python's `acquire()`.
    ///
    /// A thread that already holds it waits for another to release it: use [`RLock`](super::RLock) to enter twice.
    #[inline]
    pub fn acquire(&self) {
        if !self.take_if_free() {
            self.acquire_contended(None);
        }
    }

    /// Takes the lock if it is free, without waiting. Python's `acquire(blocking=False)`.
    #[inline]
    #[must_use = "when it is false, the lock was not taken"]
    pub fn try_acquire(&self) -> bool {
        self.take_if_free()
    }

    /// Takes the lock, waiting no longer than `timeout`. Python's `acquire(timeout=…)`.
    ///
    /// False when the time was up first. Zero is a try; a timeout beyond the clock is for ever.
    #[inline]
    #[must_use = "when it is false, the lock was not taken"]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.take_if_free() || self.acquire_contended(Some(timeout))
    }

    /// Gives the lock back, whoever took it, and wakes the oldest that waits.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::ReleaseUnlocked`] when nobody holds it.
    #[inline]
    pub fn release(&self) -> Result<(), RuntimeError> {
        // Release: pairs with the Acquire of whoever takes it next, which sees all that was done under it.
        let order = if planted(Fault::WeakRelease) {
            Relaxed
        } else {
            Release
        };
        match self.state.swap(FREE, order) {
            HELD => Ok(()),
            FREE => Err(RuntimeError::ReleaseUnlocked),
            _ => {
                self.wake_oldest();
                Ok(())
            }
        }
    }

    /// Whether somebody holds it at this moment. Python's `locked()`.
    pub fn locked(&self) -> bool {
        self.state.load(Relaxed) != FREE
    }

    /// Takes the lock until the guard is dropped, also by a panic. Python's `with lock:`.
    ///
    /// ```
    /// use common::threading::Lock;
    ///
    /// let lock = Lock::new();
    /// {
    ///     let _guard = lock.guard();
    ///     assert!(lock.locked());
    /// }
    /// assert!(!lock.locked());
    /// ```
    #[inline]
    pub fn guard(&self) -> LockGuard<'_> {
        self.acquire();
        LockGuard { lock: self }
    }

    /// As [`guard`](Self::guard) if the lock is free; `None`, without waiting, if it is not.
    #[inline]
    pub fn try_guard(&self) -> Option<LockGuard<'_>> {
        self.try_acquire().then(|| LockGuard { lock: self })
    }

    /// As [`guard`](Self::guard), waiting no longer than `timeout`.
    #[inline]
    pub fn guard_timeout(&self, timeout: Duration) -> Option<LockGuard<'_>> {
        self.acquire_timeout(timeout)
            .then(|| LockGuard { lock: self })
    }

    /// How many are in line.
    pub(super) fn waiting(&self) -> usize {
        self.line.len()
    }

    /// The whole of an uncontended acquire: one read-modify-write. Takes a free lock though others may
    /// wait: it is wake-ups that are ordered, not ownership.
    #[inline]
    fn take_if_free(&self) -> bool {
        self.state
            .compare_exchange(FREE, HELD, Acquire, Relaxed)
            .is_ok()
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock")
            .field("held", &self.locked())
            .field("waiting", &self.waiting())
            .finish()
    }
}

/// Holds a [`Lock`] until it is dropped.
#[must_use = "an unused guard releases the lock at once; bind it to a name: `let _guard`, not `let _`"]
#[derive(Debug)]
pub struct LockGuard<'a> {
    lock: &'a Lock,
}

impl Drop for LockGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        // An error means that somebody released the lock by hand meanwhile: then there is nothing to give back.
        let _ = self.lock.release();
    }
}
