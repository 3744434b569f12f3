//! Python's `threading.Condition`.

mod guard;
mod truth;
mod underlying;
mod wait;

pub use guard::ConditionGuard;
pub use truth::Truth;
pub use underlying::ConditionLock;

use super::line::{Held, Line};
use super::{RLock, RuntimeError};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::fmt;
use std::time::Duration;

/// Waiting, under a lock, until another thread says that something has changed. Python's
/// `threading.Condition`.
///
/// Who waits lets the lock go and has it again when the wait returns. A notification wakes the threads
/// that have waited longest, and only those that wait when it comes; nobody wakes without one. They go on
/// one by one, as the lock becomes free. Several conditions may share a lock, [`Lock`](super::Lock) or
/// [`RLock`]: a plain lock has no owner, so there any thread may wait and notify while somebody holds it.
///
/// Where lock and data belong together, `std::sync::Condvar` with a `Mutex<T>` is the Rust way; it
/// promises no order, and may wake for nothing.
///
/// ```
/// use common::threading::Condition;
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
///
/// let (changed, pages) = (Condition::new(), AtomicU32::new(0));
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         let guard = changed.guard();
///         pages.fetch_add(1, Relaxed);
///         guard.notify(1);
///     });
///     let guard = changed.guard();
///     guard.wait_for(|| pages.load(Relaxed) > 0);
/// });
/// assert_eq!(changed.wait().unwrap_err().to_string(), "cannot wait on un-acquired lock");
/// ```
pub struct Condition<L = RLock> {
    lock: Arc<L>,
    /// Whether anybody is in `line`. Written under the line's mutex; who joins writes it before letting
    /// the lock go, so whoever notifies under the lock sees it.
    is_waited_for: AtomicBool,
    /// Who waits for a notification. Its mutex is taken before that of the lock's own line.
    line: Line,
}

impl Condition {
    /// With an [`RLock`] of its own. Python's `Condition()`.
    pub fn new() -> Self {
        Self::with_lock(Arc::new(RLock::new()))
    }
}

impl<L: ConditionLock> Condition<L> {
    /// With a lock that others use too. Python's `Condition(lock)`.
    ///
    /// ```
    /// use common::threading::{Condition, Lock};
    /// use std::sync::Arc;
    ///
    /// let lock = Arc::new(Lock::new());
    /// let [not_empty, not_full] = [(); 2].map(|()| Condition::with_lock(Arc::clone(&lock)));
    /// not_empty.acquire();
    /// assert!(not_full.locked());
    /// ```
    pub const fn with_lock(lock: Arc<L>) -> Self {
        Self {
            lock,
            is_waited_for: AtomicBool::new(false),
            line: Line::new(()),
        }
    }

    /// The lock, which is free while a thread waits here.
    pub fn lock(&self) -> &Arc<L> {
        &self.lock
    }

    /// Takes the lock, waiting until it can be had. Python's `acquire()`.
    #[inline]
    pub fn acquire(&self) {
        self.lock.acquire();
    }

    /// Takes the lock if that needs no waiting. Python's `acquire(blocking=False)`.
    #[inline]
    #[must_use = "when it is false, the lock was not taken"]
    pub fn try_acquire(&self) -> bool {
        self.lock.try_acquire()
    }

    /// Takes the lock, waiting no longer than `timeout`. Python's `acquire(timeout=…)`.
    #[inline]
    #[must_use = "when it is false, the lock was not taken"]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.lock.acquire_timeout(timeout)
    }

    /// Gives the lock back, or one level of it.
    ///
    /// # Errors
    ///
    /// The lock's own: [`RuntimeError::ReleaseUnlocked`], [`RuntimeError::ReleaseUnacquired`].
    #[inline]
    pub fn release(&self) -> Result<(), RuntimeError> {
        self.lock.release()
    }

    /// Whether somebody holds the lock at this moment. Python's `locked()`.
    pub fn locked(&self) -> bool {
        self.lock.locked()
    }

    /// Takes the lock until the guard is dropped, also by a panic. Python's `with condition:`.
    #[inline]
    pub fn guard(&self) -> ConditionGuard<'_, L> {
        ConditionGuard::of(self, self.lock.guard())
    }

    /// As [`guard`](Self::guard) if that needs no waiting, `None` otherwise.
    #[inline]
    pub fn try_guard(&self) -> Option<ConditionGuard<'_, L>> {
        let held = self.lock.try_guard();
        held.map(|held| ConditionGuard::of(self, held))
    }

    /// As [`guard`](Self::guard), waiting no longer than `timeout`.
    #[inline]
    pub fn guard_timeout(&self, timeout: Duration) -> Option<ConditionGuard<'_, L>> {
        let held = self.lock.guard_timeout(timeout);
        held.map(|held| ConditionGuard::of(self, held))
    }

    /// Wakes up to `n` of those who wait, oldest first; each goes on once it has the lock. Python's
    /// `notify(n)`. Nothing is remembered when nobody waits.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::NotifyUnacquired`] when the calling thread does not hold the lock; over a plain
    /// lock, when nobody does.
    #[inline]
    pub fn notify(&self, n: usize) -> Result<(), RuntimeError> {
        if self.lock.levels() == 0 {
            return Err(RuntimeError::NotifyUnacquired);
        }
        self.wake(n);
        Ok(())
    }

    /// Wakes all who wait. Python's `notify_all()`.
    ///
    /// # Errors
    ///
    /// As [`notify`](Self::notify).
    #[inline]
    pub fn notify_all(&self) -> Result<(), RuntimeError> {
        self.notify(usize::MAX)
    }

    #[inline]
    fn wake(&self, count: usize) {
        if self.is_waited_for.load(Relaxed) {
            self.move_to_the_lock(count);
        }
    }

    /// To wake them now would be to let them find the lock held: its releases wake them.
    #[cold]
    fn move_to_the_lock(&self, count: usize) {
        let mut line = self.line.lock();
        let call = self.lock.plain().take_over(&mut line, count);
        self.note(&line);
        drop(line);
        drop(call);
    }

    /// After every change of the line.
    fn note(&self, line: &Held<'_, ()>) {
        self.is_waited_for.store(line.len() > 0, Relaxed);
    }
}

impl Default for Condition {
    fn default() -> Self {
        Self::new()
    }
}

impl<L: ConditionLock> fmt::Debug for Condition<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition")
            .field("lock", &self.lock)
            .field("waiting", &self.line.len())
            .finish()
    }
}
