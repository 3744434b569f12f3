//! Python's `threading.RLock`.

use super::lock::{Guard, Lock, LockError, RawLock};
use super::thread::{get_ident, known_ident};
use crate::sync::MutexGuard;
use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::fmt;
use std::time::Duration;

/// No thread has this ident.
const NO_OWNER: u64 = 0;

/// A lock that its owner may acquire again. Python's `threading.RLock`.
///
/// The owner acquires the lock any number of times without blocking, and the lock is free after as many releases; no
/// other thread may release it. The owner is identified by its [ident](super::get_ident), which is never reused: a
/// thread that ends while it holds the lock leaves it locked.
///
/// An `RLock` contains no data, wakes its waiters as a [`Lock`] does, and is not poisoned by a panic.
///
/// Contract: `docs/semantics.md`, lines 4 to 6.
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
///
/// ```
/// use common::threading::{RLock, RLockGuard};
/// use std::time::Duration;
///
/// let lock = RLock::new();
/// let guard: RLockGuard<'_> = lock.guard();
/// assert!(lock.try_acquire() && lock.acquire_timeout(Duration::ZERO));
/// (0..2).for_each(|_| lock.release().unwrap());
/// std::thread::scope(|scope| {
///     scope.spawn(|| assert!(lock.try_guard().is_none()));
///     scope.spawn(|| assert!(lock.guard_timeout(Duration::from_millis(1)).is_none()));
/// });
/// drop(guard);
/// assert!(!lock.locked() && lock.waiting() == 0);
/// ```
#[derive(Default)]
pub struct RLock {
    /// Held while there is an owner.
    lock: Lock,
    /// The ident of the thread that holds `lock`, or `NO_OWNER`. Written by the holder only, after it has acquired
    /// `lock` and before it releases `lock`. Invariant: a thread reads its own ident here ⇔ it is the owner.
    owner: AtomicU64,
    /// The owner's recursion level. Only the owner writes it; the Release and Acquire of `lock` make it visible to the
    /// next owner. At one level a nanosecond it overflows after 500 years.
    level: AtomicU64,
}

impl RLock {
    /// A free lock.
    pub const fn new() -> Self {
        Self {
            lock: Lock::new(),
            owner: AtomicU64::new(NO_OWNER),
            level: AtomicU64::new(0),
        }
    }

    /// Blocks until the lock is acquired; the owner acquires one more level at once. Python's `acquire()`.
    #[inline]
    #[doc(alias = "lock")]
    pub fn acquire(&self) {
        self.acquire_with(|lock| lock.acquire_within(None));
    }

    /// Acquires the lock if it is free or the caller's own, without blocking. Python's `acquire(blocking=False)`.
    #[inline]
    #[must_use = "when it is false, the lock was not acquired"]
    #[doc(alias = "try_lock")]
    pub fn try_acquire(&self) -> bool {
        self.acquire_with(Lock::try_acquire)
    }

    /// Blocks until the lock is acquired, no longer than `timeout`. Python's `acquire(timeout=…)`.
    ///
    /// Returns false when the timeout expired first. Zero does not wait; a timeout beyond the clock is no limit.
    #[inline]
    #[must_use = "when it is false, the lock was not acquired"]
    #[doc(alias = "try_lock_for")]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.acquire_with(|lock| lock.acquire_timeout(timeout))
    }

    /// Releases one level; the last one frees the lock and wakes the oldest waiter. Python's `release()`.
    ///
    /// # Errors
    ///
    /// [`LockError`] when the calling thread is not the owner.
    #[inline]
    #[doc(alias = "unlock")]
    pub fn release(&self) -> Result<(), LockError> {
        if !self.is_owned() {
            return Err(LockError::UNACQUIRED);
        }
        trace!(Count, self, "level", "", usize::MAX);
        self.release_to(self.level.load(Relaxed) - 1);
        Ok(())
    }

    /// Whether the lock is held at this moment, by the caller or by another thread. Python's `locked()`.
    #[doc(alias = "is_locked")]
    pub fn locked(&self) -> bool {
        self.lock.locked()
    }

    /// The number of threads that are blocked in acquire at this moment.
    pub fn waiting(&self) -> usize {
        self.lock.waiting()
    }

    /// Acquires one level until the guard is dropped, by a panic too. Python's `with lock:`.
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
        Guard::new(self)
    }

    /// Returns a guard if the lock is free or the caller's own, without blocking.
    #[inline]
    pub fn try_guard(&self) -> Option<RLockGuard<'_>> {
        self.try_acquire().then(|| Guard::new(self))
    }

    /// Returns a guard unless `timeout` expires first.
    #[inline]
    pub fn guard_timeout(&self, timeout: Duration) -> Option<RLockGuard<'_>> {
        self.acquire_timeout(timeout).then(|| Guard::new(self))
    }

    /// A thread without an assigned ident owns no lock: `known_ident` then equals no owner.
    #[inline]
    fn is_owned(&self) -> bool {
        self.owner.load(Relaxed) == known_ident()
    }

    /// Lowers the owner's recursion level, and frees the lock at level 0. Called by the owner.
    #[inline]
    fn release_to(&self, level: u64) {
        self.level.store(level, Relaxed);
        if level == 0 || fault!(ReleasedOuterLevel) {
            self.owner.store(NO_OWNER, Relaxed);
            let released = self.lock.release();
            debug_assert_eq!(released, Ok(()), "the owner holds the lock");
        }
    }

    /// Makes the calling thread the owner with this recursion level. Called after it has acquired the raw lock.
    #[inline]
    fn set_owner(&self, level: u64) {
        self.owner.store(get_ident(), Relaxed);
        self.level.store(level, Relaxed);
    }
}

impl RawLock for RLock {
    type Releaser = MutexGuard<'static, ()>;

    #[inline]
    fn raw(&self) -> &Lock {
        &self.lock
    }

    /// A deferred callback that runs before the thread blocks may acquire and release this lock. A callback that
    /// returns with the lock held deadlocks its thread, which then waits for itself.
    #[inline]
    fn acquire_with(&self, acquire: impl FnOnce(&Lock) -> bool) -> bool {
        if self.is_owned() {
            self.level.store(self.level.load(Relaxed) + 1, Relaxed);
        } else if acquire(&self.lock) {
            self.set_owner(1);
        } else {
            return false;
        }
        trace!(Count, self, "level", "", 1);
        true
    }

    #[inline]
    fn release(&self) -> Result<(), LockError> {
        Self::release(self)
    }

    #[inline]
    fn recursion(&self) -> u64 {
        let level = || self.level.load(Relaxed);
        self.is_owned().then(level).unwrap_or_default()
    }

    fn release_all(&self) -> bool {
        self.release_to(0);
        true
    }

    fn restore(&self, level: u64) {
        self.set_owner(fault!(RestoredOneLevel, 1, else level));
    }
}

impl fmt::Debug for RLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = Some(self.owner.load(Relaxed)).filter(|&owner| owner != NO_OWNER);
        let level = owner.map_or(0, |_| self.level.load(Relaxed));
        f.debug_struct("RLock")
            .field("held", &owner.is_some())
            .field("owner", &owner)
            .field("level", &level)
            .field("waiting", &self.waiting())
            .finish()
    }
}

/// Releases one level of its [`RLock`] when it is dropped. It is not `Send`, because only the owner may release the
/// lock:
///
/// ```compile_fail,E0277
/// let lock = common::threading::RLock::new();
/// let guard = lock.guard();
/// std::thread::scope(|scope| scope.spawn(move || drop(guard)));
/// ```
pub type RLockGuard<'a> = Guard<'a, RLock>;
