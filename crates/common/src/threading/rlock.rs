//! Python's `threading.RLock`.

mod guard;
mod levels;

pub use guard::RLockGuard;

use super::thread::known_ident;
use super::{Lock, RuntimeError};
use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};
use crate::sync::fault::{Fault, planted};
use std::fmt;
use std::time::Duration;

/// No thread has this id.
const NOBODY: u64 = 0;

/// A lock that its owner may take again. Python's `threading.RLock`.
///
/// The thread that holds it enters as often as it likes without waiting, and the lock is free once it
/// has released it as often; no other thread may release it. The owner is the thread, known by its
/// [id](super::get_ident), which no other thread ever gets: a thread that ends while it holds the lock leaves
/// it locked for ever.
///
/// It guards nothing by itself, wakes those who wait as a [`Lock`] does, and is not poisoned by a panic.
///
/// ```
/// use common::threading::RLock;
///
/// let lock = RLock::new();
/// lock.acquire();
/// lock.acquire();
/// lock.release().unwrap();
/// assert!(lock.locked());
/// lock.release().unwrap();
/// assert_eq!(lock.release().unwrap_err().to_string(), "cannot release un-acquired lock");
/// ```
#[derive(Default)]
pub struct RLock {
    /// Held while there is an owner.
    lock: Lock,
    /// Who holds `lock`, or `NOBODY`. Written only by whoever holds it, after taking it and before
    /// letting it go; so a thread finds its own id here when it is the owner, and never otherwise.
    owner: AtomicU64,
    /// How often the owner has it; 0 while the lock is free. Nobody else touches it, and `lock` shows it to
    /// the next owner. One level a nanosecond would fill it in five hundred years.
    level: AtomicU64,
}

impl RLock {
    /// A free lock.
    pub const fn new() -> Self {
        Self {
            lock: Lock::new(),
            owner: AtomicU64::new(NOBODY),
            level: AtomicU64::new(0),
        }
    }

    /// Takes the lock, waiting until it is free or the caller's own. Python's `acquire()`.
    #[inline]
    pub fn acquire(&self) {
        self.enter(|lock| {
            lock.acquire();
            true
        });
    }

    /// Takes the lock if it is free or the caller's own, without waiting. Python's
    /// `acquire(blocking=False)`.
    #[inline]
    #[must_use = "when it is false, the lock was not taken"]
    pub fn try_acquire(&self) -> bool {
        self.enter(Lock::try_acquire)
    }

    /// Takes the lock, waiting no longer than `timeout`. Python's `acquire(timeout=…)`.
    ///
    /// False when the time was up first. Zero is a try; a timeout beyond the clock is for ever.
    #[inline]
    #[must_use = "when it is false, the lock was not taken"]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.enter(|lock| lock.acquire_timeout(timeout))
    }

    /// Gives one level back; with the last one the lock is free, and the oldest that waits is woken.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::ReleaseUnacquired`] when the calling thread does not hold it.
    #[inline]
    pub fn release(&self) -> Result<(), RuntimeError> {
        if !self.is_owned() {
            return Err(RuntimeError::ReleaseUnacquired);
        }
        let left = self.level.load(Relaxed) - 1;
        self.level.store(left, Relaxed);
        if left == 0 || planted(Fault::OuterLevelForgotten) {
            self.let_go();
        }
        Ok(())
    }

    /// Whether somebody holds it at this moment, be it the caller. Python's `locked()`.
    pub fn locked(&self) -> bool {
        self.lock.locked()
    }

    /// Takes the lock until the guard is dropped, also by a panic. Python's `with lock:`.
    ///
    /// ```
    /// use common::threading::RLock;
    ///
    /// let lock = RLock::new();
    /// let outer = lock.guard();
    /// drop(lock.guard());
    /// assert!(lock.locked());
    /// drop(outer);
    /// assert!(!lock.locked());
    /// ```
    #[inline]
    pub fn guard(&self) -> RLockGuard<'_> {
        self.acquire();
        RLockGuard::of(self)
    }

    /// As [`guard`](Self::guard) if the lock is free or the caller's own; `None`, without waiting, if it
    /// is another's.
    #[inline]
    pub fn try_guard(&self) -> Option<RLockGuard<'_>> {
        self.try_acquire().then(|| RLockGuard::of(self))
    }

    /// As [`guard`](Self::guard), waiting no longer than `timeout`.
    #[inline]
    pub fn guard_timeout(&self, timeout: Duration) -> Option<RLockGuard<'_>> {
        self.acquire_timeout(timeout).then(|| RLockGuard::of(self))
    }

    /// One level more for the owner; the first one for whoever takes the lock.
    #[inline]
    fn enter(&self, take: impl FnOnce(&Lock) -> bool) -> bool {
        if self.is_owned() {
            self.level.store(self.level.load(Relaxed) + 1, Relaxed);
            return true;
        }
        let taken = take(&self.lock);
        if taken {
            self.own(1);
        }
        taken
    }

    /// A thread that has never been asked for its id owns nothing.
    #[inline]
    fn is_owned(&self) -> bool {
        self.owner.load(Relaxed) == known_ident()
    }

    /// The owner's last level.
    #[inline]
    fn let_go(&self) {
        self.owner.store(NOBODY, Relaxed);
        let released = self.lock.release();
        debug_assert_eq!(released, Ok(()), "the owner holds the lock");
    }
}

impl fmt::Debug for RLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = Some(self.owner.load(Relaxed)).filter(|&owner| owner != NOBODY);
        let level = owner.map_or(0, |_| self.level.load(Relaxed));
        f.debug_struct("RLock")
            .field("held", &owner.is_some())
            .field("owner", &owner)
            .field("level", &level)
            .field("waiting", &self.lock.waiting())
            .finish()
    }
}
