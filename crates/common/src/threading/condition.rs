//! Python's `threading.Condition`.

mod guard;

pub use guard::ConditionGuard;

use super::lock::{Guard, Lock, LockError, RawLock};
use super::rlock::RLock;
use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use crate::sync::{Arc, Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, WaitQueue, Waiter};
use std::fmt;
use std::time::Duration;

/// A lock and two operations: `wait` releases the lock and blocks; `notify` wakes waiters. Python's
/// `threading.Condition`.
///
/// `wait` holds the lock again when it returns. `notify` wakes the oldest waiters, and only those that wait already;
/// there are no spurious wake-ups. Each notified thread returns once it has acquired the lock. Several conditions may
/// share a [`Lock`] or [`RLock`]. Over a plain lock, which has no owner, any thread may wait and notify while some
/// thread holds the lock.
///
/// Where lock and data belong together, `std::sync::Condvar` with a `Mutex<T>` is the Rust way; it promises no order
/// and has spurious wake-ups.
///
/// Contract: `docs/semantics.md`, lines 7 to 16.
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
///
/// ```
/// use common::threading::{Condition, ConditionGuard, ConditionLock, LockError};
/// use std::time::Duration;
///
/// fn wake_all<L: ConditionLock>(condition: &Condition<L>) -> Result<(), LockError> {
///     condition.acquire();
///     condition.notify_all()?;
///     condition.release()
/// }
///
/// let (condition, moment) = (Condition::new(), Duration::from_millis(1));
/// wake_all(&condition)?;
/// let guard: ConditionGuard<'_, _> = condition.guard();
/// assert!(!guard.wait_timeout(moment) && !guard.wait_for_timeout(|| false, moment));
/// drop(guard);
/// assert!(condition.try_guard().is_some() && condition.guard_timeout(moment).is_some());
/// assert!(condition.try_acquire() && condition.acquire_timeout(moment));
/// assert!(!condition.wait_timeout(moment)? && !condition.wait_for_timeout(|| false, moment)?);
/// assert!(condition.underlying_lock().locked() && condition.waiting() == 0);
/// # Ok::<(), LockError>(())
/// ```
pub struct Condition<L = RLock> {
    lock: Arc<L>,
    /// Invariant: a thread is in `queue` ⇒ this is true. Written under the queue's mutex; a waiter writes it before it
    /// releases the lock, so a thread that notifies under the lock sees it. It stays true after a timeout, until the
    /// next notification.
    has_waiters: AtomicBool,
    /// The threads that wait for a notification. Its mutex comes before that of the lock's own queue.
    queue: WaitQueue,
}

/// A lock that a [`Condition`] can use: [`Lock`] or [`RLock`]. This trait is sealed.
pub trait ConditionLock: RawLock {}

impl ConditionLock for Lock {}
impl ConditionLock for RLock {}

impl Condition {
    /// Creates a condition with its own [`RLock`]. Python's `Condition()`.
    pub fn new() -> Self {
        Self::with_lock(Arc::new(RLock::new()))
    }
}

impl<L: ConditionLock> Condition<L> {
    /// Creates a condition with a given lock, which other conditions may share. Python's `Condition(lock)`.
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
            has_waiters: AtomicBool::new(false),
            queue: WaitQueue::new(()),
        }
    }

    /// The underlying lock, which `wait` releases. This does not acquire it.
    pub fn underlying_lock(&self) -> &Arc<L> {
        &self.lock
    }

    /// Blocks until the lock is acquired. Python's `acquire()`.
    #[inline]
    pub fn acquire(&self) {
        self.lock.acquire_with(|lock| lock.acquire_within(None));
    }

    /// Acquires the lock if it is free, or an `RLock` of the caller, without blocking. Python's
    /// `acquire(blocking=False)`.
    #[inline]
    #[must_use = "when it is false, the lock was not acquired"]
    pub fn try_acquire(&self) -> bool {
        self.lock.acquire_with(Lock::try_acquire)
    }

    /// Blocks until the lock is acquired, no longer than `timeout`. Python's `acquire(timeout=…)`.
    ///
    /// Returns false when the timeout expired first. Zero does not wait; a timeout beyond the clock is no limit.
    #[inline]
    #[must_use = "when it is false, the lock was not acquired"]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.lock.acquire_with(|lock| lock.acquire_timeout(timeout))
    }

    /// Releases the lock, or one level of it. Python's `release()`.
    ///
    /// # Errors
    ///
    /// [`LockError`] when the calling thread does not hold the lock; over a plain lock, when no thread does.
    #[inline]
    pub fn release(&self) -> Result<(), LockError> {
        self.lock.release()
    }

    /// Whether the lock is held at this moment. Python's `locked()`.
    pub fn locked(&self) -> bool {
        self.lock.raw().locked()
    }

    /// Acquires the lock until the guard is dropped, by a panic too. Python's `with condition:`.
    #[inline]
    pub fn guard(&self) -> ConditionGuard<'_, L> {
        self.acquire();
        self.acquired_guard()
    }

    /// Returns a guard if the lock is free, without blocking.
    #[inline]
    pub fn try_guard(&self) -> Option<ConditionGuard<'_, L>> {
        self.try_acquire().then(|| self.acquired_guard())
    }

    /// Returns a guard unless `timeout` expires first.
    #[inline]
    pub fn guard_timeout(&self, timeout: Duration) -> Option<ConditionGuard<'_, L>> {
        self.acquire_timeout(timeout).then(|| self.acquired_guard())
    }

    #[inline]
    fn acquired_guard(&self) -> ConditionGuard<'_, L> {
        ConditionGuard {
            condition: self,
            _held: Guard::new(&self.lock),
        }
    }

    /// Releases all levels of the lock, blocks until notified, and acquires the lock again as it was. Python's
    /// `wait()`.
    ///
    /// # Errors
    ///
    /// [`LockError`], without waiting, when the calling thread does not hold the lock; over a plain lock, when no
    /// thread does.
    pub fn wait(&self) -> Result<(), LockError> {
        self.wait_until(Deadline::NEVER).map(drop)
    }

    /// Waits for a notification, no longer than `timeout`. Returns whether it was notified. Python's `wait(timeout)`.
    ///
    /// The lock is acquired again in either case, without a limit. A zero timeout releases the lock and acquires it
    /// again; a timeout beyond the clock is no limit.
    ///
    /// # Errors
    ///
    /// [`LockError`] as for [`wait`](Self::wait).
    pub fn wait_timeout(&self, timeout: Duration) -> Result<bool, LockError> {
        self.wait_until(Deadline::after(timeout))
    }

    /// Waits until `predicate` is true, and returns its value. Python's `wait_for(predicate)`.
    ///
    /// The predicate is called with the lock held: at once, and after each notification. A panic of the predicate
    /// leaves the lock held, unless a guard releases it.
    ///
    /// # Errors
    ///
    /// [`LockError`] as for [`wait`](Self::wait), when the predicate is not true at once.
    ///
    /// ```
    /// use common::threading::Condition;
    /// use std::cell::RefCell;
    ///
    /// let (changed, pages) = (Condition::new(), RefCell::new(vec!["index"]));
    /// changed.acquire();
    /// assert_eq!(changed.wait_for(|| pages.borrow_mut().pop()), Ok(Some("index")));
    /// ```
    #[doc(alias = "wait_while")]
    pub fn wait_for<T: Truth>(&self, predicate: impl FnMut() -> T) -> Result<T, LockError> {
        self.wait_for_within(predicate, None)
    }

    /// Waits until `predicate` is true, no longer than `timeout`, and returns its last value. Python's
    /// `wait_for(predicate, timeout)`.
    ///
    /// The deadline is fixed when the first wait begins and holds for all waits. The predicate is called once more
    /// after the last wait: with a zero timeout it is called twice.
    ///
    /// # Errors
    ///
    /// [`LockError`] as for [`wait_for`](Self::wait_for).
    pub fn wait_for_timeout<T: Truth>(
        &self,
        predicate: impl FnMut() -> T,
        timeout: Duration,
    ) -> Result<T, LockError> {
        self.wait_for_within(predicate, Some(timeout))
    }

    fn wait_for_within<T: Truth>(
        &self,
        mut predicate: impl FnMut() -> T,
        timeout: Option<Duration>,
    ) -> Result<T, LockError> {
        let mut deadline = None;
        loop {
            let value = predicate();
            if value.is_true() || deadline.is_some_and(Deadline::has_passed) {
                return Ok(value);
            }
            // A deferred callback may make the predicate true, and notify before this thread waits: check again.
            if !self.run_deferred_unlocked() {
                let deadline = deadline.get_or_insert_with(|| Deadline::within(timeout));
                self.wait_until(*deadline)?;
            }
        }
    }

    /// Runs the deferred callbacks of the thread, if any, with the lock released, because they may acquire it. Returns
    /// whether there were any.
    ///
    /// A notification by such a callback comes before the wait. So a thread with deferred callbacks that checks its
    /// predicate by itself, and then calls `wait`, misses it.
    fn run_deferred_unlocked(&self) -> bool {
        let level = self.lock.recursion();
        if deferred::is_empty() || level == 0 || !self.lock.release_all() {
            return false;
        }
        deferred::run_before_blocking();
        self.lock.raw().acquire();
        self.lock.restore(level);
        true
    }

    /// Returns whether the thread was notified.
    fn wait_until(&self, deadline: Deadline) -> Result<bool, LockError> {
        let level = self.lock.recursion();
        if level == 0 {
            return Err(LockError::WAIT);
        }
        self.run_deferred_unlocked();
        trace!(Call, self, "condition", "wait", 0);
        // Enqueued before the lock is released: otherwise a notification in between is a lost wake-up.
        let mut queue = self.queue.lock();
        let mut waiter = queue.enqueue();
        self.has_waiters.store(true, Relaxed);
        drop(queue);
        let cancel = |waiter: &Waiter| self.queue.lock().cancel(waiter).map(drop);
        let released = self.lock.release_all();
        // Another thread may have released a plain lock since the check: then no thread held it, and this thread must
        // not acquire it, unless the waiter was already moved to the lock's queue.
        if !released && cancel(&waiter).is_some() {
            return Err(LockError::WAIT);
        }
        let raw = self.lock.raw();
        let notified = match waiter.park(cancel, deadline, Backoff::Yield) {
            // `notify` has moved the waiter to the lock's queue, and a release of the lock has notified it there.
            Parked::Notified(token) => {
                trace!(Proceed, self, "condition", "", 0);
                trace!(Call, raw, "lock", "", 1);
                let acquired = raw.acquire_notified(&mut waiter, Some(token), Deadline::NEVER);
                trace!(Hold, raw, "lock", "", 1);
                acquired
            }
            Parked::TimedOut(()) => {
                trace!(GiveUp, self, "", "timed out", 1);
                raw.acquire();
                false
            }
        };
        self.lock.restore(level);
        Ok(notified)
    }

    /// Wakes up to `n` waiters, oldest first; each returns once it holds the lock. Python's `notify(n)`.
    ///
    /// A notification without a waiter has no effect on later waits.
    ///
    /// # Errors
    ///
    /// [`LockError`] when the calling thread does not hold the lock; over a plain lock, when no thread does.
    #[inline]
    #[doc(alias = "notify_one")]
    pub fn notify(&self, n: usize) -> Result<(), LockError> {
        if self.lock.recursion() == 0 {
            return Err(LockError::NOTIFY);
        }
        self.notify_under_lock(n);
        Ok(())
    }

    /// Wakes all waiters. Python's `notify_all()`.
    ///
    /// # Errors
    ///
    /// [`LockError`] as for [`notify`](Self::notify).
    #[inline]
    pub fn notify_all(&self) -> Result<(), LockError> {
        self.notify(usize::MAX)
    }

    #[inline]
    fn notify_under_lock(&self, n: usize) {
        trace!(Signal, self, "condition", "notify", self.waiting().min(n));
        if self.has_waiters.load(Relaxed) {
            self.requeue_to_lock(n);
        }
    }

    /// Wait morphing: a woken waiter would block on the lock, which the caller holds. So it is moved to the lock's
    /// queue without being woken, and a release of the lock wakes it.
    #[cold]
    fn requeue_to_lock(&self, count: usize) {
        let mut queue = self.queue.lock();
        let wakeup = self.lock.raw().requeue_from(&mut queue, count);
        self.has_waiters.store(queue.waiting() > 0, Relaxed);
        queue.unlock_and_wake(wakeup);
    }

    /// The number of threads that wait for a notification at this moment.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
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
            .field("waiting", &self.waiting())
            .finish()
    }
}

/// The value of a predicate for [`wait_for`](Condition::wait_for): Python's truth value.
///
/// ```
/// use common::threading::Truth;
///
/// assert!(Some("a page").is_true());
/// assert!(!None::<u32>.is_true());
/// ```
pub trait Truth {
    /// Whether the value ends the wait.
    fn is_true(&self) -> bool;
}

impl Truth for bool {
    fn is_true(&self) -> bool {
        *self
    }
}

/// `Some` is true, `None` is false.
impl<T> Truth for Option<T> {
    fn is_true(&self) -> bool {
        self.is_some()
    }
}
