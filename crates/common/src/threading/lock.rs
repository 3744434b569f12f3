//! Python's `threading.Lock`.

mod contended;
mod raw_lock;

pub(super) use raw_lock::RawLock;

use crate::sync::atomic::{AtomicU8, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use crate::wait_queue::WaitQueue;
use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

// The state:
//
// | state     | meaning                                         | set by                            | next states     |
// | --------- | ----------------------------------------------- | --------------------------------- | --------------- |
// | FREE      | no thread holds the lock                        | new; release                      | HELD, CONTENDED |
// | HELD      | held; release wakes no waiter                   | acquire, over FREE only           | FREE, CONTENDED |
// | CONTENDED | held, and a thread may be queued: release wakes | a waiter that enqueues or was     | FREE            |
// |           | the oldest waiter, or hands the lock over to it | notified; `requeue_from`          |                 |
const FREE: u8 = 0;
const HELD: u8 = 1;
const CONTENDED: u8 = 2;

/// A lock that any thread may release. Python's `threading.Lock`.
///
/// The lock is held or free, and no thread owns it: a lock that one thread acquired may be released by another.
/// It contains no data: the data that it protects is stored beside it, in atomics or an uncontended `Mutex`. Where data
/// and lock belong together, `std::sync::Mutex<T>` is the Rust way.
///
/// Waiters are woken oldest first. A running thread that finds the lock free may acquire it before the woken
/// waiter, which keeps its place; a waiter that was overtaken for half a millisecond is handed the lock by the next
/// release. A panic neither poisons the lock nor, with a guard, leaves it held.
///
/// Contract: `docs/semantics.md`, lines 1 to 3.
///
/// ```
/// use common::threading::{Lock, LockError, LockGuard};
/// use std::time::Duration;
///
/// let lock = Lock::new();
/// lock.acquire();
/// assert!(!lock.try_acquire());
/// std::thread::scope(|scope| scope.spawn(|| lock.release()).join().unwrap()).unwrap();
/// assert_eq!(lock.release().unwrap_err().to_string(), "release unlocked lock");
///
/// let guard: LockGuard<'_> = lock.guard();
/// assert!(lock.locked() && lock.try_guard().is_none());
/// assert!(lock.guard_timeout(Duration::from_millis(1)).is_none());
/// drop(guard);
/// assert!(lock.acquire_timeout(Duration::ZERO) && lock.waiting() == 0);
/// lock.release()?;
/// # Ok::<(), LockError>(())
/// ```
#[derive(Default)]
pub struct Lock {
    /// Invariant: the queue is not empty ⇒ the state is `CONTENDED`, or a release is about to pop, or a notified waiter
    /// is in flight. A waiter in flight sets `CONTENDED` when it acquires, requeues or times out.
    state: AtomicU8,
    queue: WaitQueue,
}

impl Lock {
    /// A free lock.
    pub const fn new() -> Self {
        Self {
            state: AtomicU8::new(FREE),
            queue: WaitQueue::new(()),
        }
    }

    /// Blocks until the lock is acquired. Python's `acquire()`.
    ///
    /// A thread that holds the lock already deadlocks with itself: use [`RLock`](super::RLock) to acquire twice.
    #[inline]
    #[doc(alias = "lock")]
    pub fn acquire(&self) {
        self.acquire_within(None);
    }

    /// Acquires the lock if it is free, without blocking. Python's `acquire(blocking=False)`.
    #[inline]
    #[must_use = "when it is false, the lock was not acquired"]
    #[doc(alias = "try_lock")]
    pub fn try_acquire(&self) -> bool {
        let acquired = self.try_acquire_as(HELD);
        trace!(Hold if acquired, self, "lock", "", 1);
        acquired
    }

    /// Acquires the lock if it is free, and sets the state to `held`. An uncontended acquire is this one
    /// read-modify-write.
    #[inline]
    fn try_acquire_as(&self, held: u8) -> bool {
        // Acquire: pairs with the Release of the previous release.
        self.state
            .compare_exchange(FREE, held, Acquire, Relaxed)
            .is_ok()
    }

    /// Blocks until the lock is acquired, no longer than `timeout`. Python's `acquire(timeout=…)`.
    ///
    /// Returns false when the timeout expired first. Zero does not wait; a timeout beyond the clock is no limit.
    #[inline]
    #[must_use = "when it is false, the lock was not acquired"]
    #[doc(alias = "try_lock_for")]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.acquire_within(Some(timeout))
    }

    /// Returns false when the timeout expires first. `None` means no limit.
    #[inline]
    pub(super) fn acquire_within(&self, timeout: Option<Duration>) -> bool {
        trace!(Call, self, "lock", "acquire", 1);
        let acquired = self.try_acquire_as(HELD) || self.acquire_contended(timeout);
        trace!(Hold if acquired, self, "lock", "", 1);
        trace!(GiveUp if !acquired, self, "", "false", crate::trace::millis(timeout));
        acquired
    }

    /// Releases the lock, whichever thread acquired it, and wakes the oldest waiter. Python's `release()`.
    ///
    /// # Errors
    ///
    /// [`LockError`] when the lock is free.
    #[inline]
    #[doc(alias = "unlock")]
    pub fn release(&self) -> Result<(), LockError> {
        trace!(Signal, self, "lock", "release", usize::from(self.locked()));
        // Fairness: the lock must not be free before it is known that no waiter is starving.
        if self.state.load(Relaxed) == CONTENDED {
            return self.release_contended();
        }
        // A swap costs less than a compare-exchange. Release: pairs with the Acquire of the next acquire.
        let order = fault!(WeakRelease, Relaxed, else Release);
        match self.state.swap(FREE, order) {
            HELD => Ok(()),
            before => self.finish_release(before),
        }
    }

    /// Whether the lock is held at this moment. Python's `locked()`.
    #[doc(alias = "is_locked")]
    pub fn locked(&self) -> bool {
        self.state.load(Relaxed) != FREE
    }

    /// The number of threads that are blocked in acquire at this moment.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// Acquires the lock until the guard is dropped, by a panic too. Python's `with lock:`.
    ///
    /// If the lock was released before the drop, the drop reports nothing. If another thread has acquired it since, the
    /// drop releases the lock of that thread, as Python's `with` does.
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
        Guard::new(self)
    }

    /// Returns a guard if the lock is free, without blocking.
    #[inline]
    pub fn try_guard(&self) -> Option<LockGuard<'_>> {
        self.try_acquire().then(|| Guard::new(self))
    }

    /// Returns a guard unless `timeout` expires first.
    #[inline]
    pub fn guard_timeout(&self, timeout: Duration) -> Option<LockGuard<'_>> {
        self.acquire_timeout(timeout).then(|| Guard::new(self))
    }
}

/// A free [`Lock`] was released; an [`RLock`](super::RLock) was released by a thread that is not its owner; or a
/// condition was used without its lock. Python's `RuntimeError`, with its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LockError(&'static str);

impl LockError {
    pub(super) const UNLOCKED: Self = Self("release unlocked lock");
    pub(super) const UNACQUIRED: Self = Self("cannot release un-acquired lock");
    pub(super) const WAIT: Self = Self("cannot wait on un-acquired lock");
    pub(super) const NOTIFY: Self = Self("cannot notify on un-acquired lock");
}

show! { Display for LockError { Self(text) => text } }

impl Error for LockError {}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock")
            .field("held", &self.locked())
            .field("waiting", &self.waiting())
            .finish()
    }
}

/// Releases its lock, or one level of it, when it is dropped. [`LockGuard`] and
/// [`RLockGuard`](super::RLockGuard) are the public names.
#[must_use = "an unused guard releases the lock at once; bind it to a name: `let _guard`, not `let _`"]
#[derive(Debug)]
pub struct Guard<'a, L: RawLock> {
    lock: &'a L,
    /// Decides whether the guard is `Send`.
    _releaser: PhantomData<L::Releaser>,
}

impl<'a, L: RawLock> Guard<'a, L> {
    /// A guard for a level that the caller has acquired.
    #[inline]
    pub(super) fn new(lock: &'a L) -> Self {
        Self {
            lock,
            _releaser: PhantomData,
        }
    }
}

impl<L: RawLock> Drop for Guard<'_, L> {
    #[inline]
    fn drop(&mut self) {
        // An error means that an explicit `release` has released the lock or the level already.
        let _ = self.lock.release();
    }
}

/// Releases its [`Lock`] when it is dropped.
pub type LockGuard<'a> = Guard<'a, Lock>;
