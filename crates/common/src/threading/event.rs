//! Python's `threading.Event`.

use crate::sync::atomic::{AtomicU8, Ordering::Relaxed, Ordering::SeqCst};
use crate::sync::{Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, WaitQueue};
use std::fmt;
use std::time::Duration;

// The state:
//
// | state       | meaning                         | set by                      | cleared by                       |
// | ----------- | ------------------------------- | --------------------------- | -------------------------------- |
// | CLEAR       | not set, no thread is queued    | new; clear                  | set; wait, under the mutex       |
// | SET         | set, no thread is queued        | set                         | clear                            |
// | HAS_WAITERS | not set, threads may be queued  | wait, under the mutex       | set, under the mutex             |
//
// Invariant, whenever the mutex is free: the queue is not empty ⇒ `HAS_WAITERS`.
const CLEAR: u8 = 0;
const SET: u8 = 1;
const HAS_WAITERS: u8 = 2;

/// A flag that threads can wait for. Python's `threading.Event`.
///
/// One thread sets the flag, any number of others block until it is set. It stays set until it is cleared, so that a
/// later wait does not block at all.
///
/// `set` wakes all threads that are waiting at that moment, even if the flag is cleared immediately afterwards: `wait`
/// returns whether it was woken, not the current flag. A thread that sees the flag set sees all writes before `set`.
/// Operations on several events are sequentially consistent.
///
/// Contract: `docs/semantics.md`, line 17.
///
/// ```
/// use common::threading::Event;
/// use std::time::Duration;
///
/// static READY: Event = Event::new();
/// let waiter = std::thread::spawn(|| READY.wait());
/// assert!(!READY.is_set());
/// READY.set();
/// waiter.join().unwrap();
/// assert!(READY.wait_timeout(Duration::ZERO));
/// READY.clear();
/// assert!(!READY.wait_timeout(Duration::from_millis(1)) && READY.waiting() == 0);
/// ```
#[derive(Default)]
pub struct Event {
    /// `SeqCst`: of two threads that each set one event and then check the other's event, at least one sees the flag
    /// set. A `SeqCst` load costs no more than an `Acquire` load.
    state: AtomicU8,
    queue: WaitQueue,
}

impl Event {
    /// An event that is not set.
    pub const fn new() -> Self {
        Self {
            state: AtomicU8::new(CLEAR),
            queue: WaitQueue::new(()),
        }
    }

    /// Whether the flag is set at this moment. Python's `is_set()`.
    #[inline]
    pub fn is_set(&self) -> bool {
        self.state.load(SeqCst) == SET
    }

    /// Sets the flag, and wakes all waiters. Python's `set()`.
    #[inline]
    pub fn set(&self) {
        trace!(Signal, self, "event", "set", 1);
        // Written also over `SET`: a thread that sees the flag set sees the writes before this call too.
        let set = |state| (state != HAS_WAITERS).then_some(SET);
        let order = fault!(WeakRelease, Relaxed, else SeqCst);
        if self.state.fetch_update(order, Relaxed, set).is_err() {
            self.set_and_wake();
        }
    }

    /// Clears the flag: a later wait blocks until it is set again. Python's `clear()`.
    #[inline]
    pub fn clear(&self) {
        // An error: in the states `CLEAR` and `HAS_WAITERS` the flag is clear already.
        let _ = self.state.compare_exchange(SET, CLEAR, SeqCst, SeqCst);
    }

    /// Blocks until the flag is set. Python's `wait()`.
    #[inline]
    pub fn wait(&self) {
        self.wait_within(None);
    }

    /// Blocks until the flag is set, no longer than `timeout`. Python's `wait(timeout)`.
    ///
    /// Returns false when the timeout expired first. Zero does not wait; a timeout beyond the clock is no limit.
    #[inline]
    #[must_use = "when it is false, the flag was not set in time"]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        self.wait_within(Some(timeout))
    }

    /// Returns false when the timeout expires first. `None` means no limit.
    #[inline]
    fn wait_within(&self, timeout: Option<Duration>) -> bool {
        trace!(Call, self, "event", "wait", 0);
        let is_set = self.is_set() || self.wait_queued(timeout);
        trace!(ProceedAfterAll if is_set, self, "event", "", 0);
        trace!(GiveUp if !is_set, self, "", "false", crate::trace::millis(timeout));
        is_set
    }

    /// The number of threads that are blocked in wait at this moment.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// Spins, then blocks until the flag is set. Returns false when the timeout expires first.
    #[cold]
    fn wait_queued(&self, timeout: Option<Duration>) -> bool {
        let deadline = Deadline::within(timeout);
        if Backoff::Yield.until(|| self.is_set()) {
            return true;
        }
        if deadline.has_passed() {
            return false;
        }
        deferred::run_before_blocking();
        let queue = self.queue.lock();
        // Relaxed: the notification shows the writes before `set`.
        let before = self
            .state
            .compare_exchange(CLEAR, HAS_WAITERS, Relaxed, SeqCst);
        if before == Err(SET) && !fault!(EnqueuedTooLate) {
            return true;
        }
        matches!(queue.wait(deadline, Backoff::None), Parked::Notified(_))
    }

    /// Sets the flag and drains the queue under one mutex, so that no waiter enqueues between the two.
    #[cold]
    fn set_and_wake(&self) {
        if fault!(DrainedTooLate) {
            self.state.store(SET, SeqCst);
        }
        let mut queue = self.queue.lock();
        // A read-modify-write, not a store: if another `set` came first, a thread that sees this one sees that one too.
        self.state.swap(SET, SeqCst);
        let wakeups = queue.drain();
        queue.unlock_and_wake(wakeups);
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("set", &self.is_set())
            .field("waiting", &self.waiting())
            .finish()
    }
}
