//! The permits of a semaphore, the threads that wait for one, and the guard of a permit.

use super::SemaphoreError;
use crate::sync::atomic::AtomicU64;
use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::{Backoff, Deadline, deferred};
use crate::trace;
use crate::wait_queue::{Parked, UnparkToken, WaitQueue, WaitQueueGuard, Waiter, WakeList};
use std::fmt;
use std::time::Duration;

// The bits of the word:
//
// | bits        | meaning                                        | set by                      | cleared by           |
// | ----------- | ---------------------------------------------- | --------------------------- | -------------------- |
// | HAS_WAITERS | a thread may be queued: release adds its       | acquire, before it enqueues | `notify_for_permits` |
// |             | permits under the mutex                        | or requeues, under the      | under the mutex      |
// |             |                                                | mutex                       |                      |
// | the others  | the number of permits                          | release                     | acquire              |
const HAS_WAITERS: u64 = 0b01;
/// One permit in the word.
const PERMIT: u64 = 0b10;

/// The greatest number of permits. A release of one permit without a bound does not check it: it uses the spare bits
/// above, which overflow after another 2⁶² releases.
const MAX_PERMITS: u64 = u64::MAX >> 3;

/// Token of a hand-over: the waiter holds a permit already. The permit was never in the word, and the waiter is not
/// counted as in flight.
const HANDED_OVER: UnparkToken = UnparkToken(1);

/// A counter of permits, and the threads that wait for one. A semaphore of either kind is a thin public type over it.
pub(super) struct Permits {
    /// The number of permits, in steps of `PERMIT`, with `HAS_WAITERS`.
    word: AtomicU64,
    /// The initial value of a bounded semaphore. Invariant: the number of permits never exceeds it.
    bound: Option<u64>,
    /// The waiters, and the number of waiters in flight: notified, not handed a permit, and not yet returned to
    /// acquire, requeue or time out.
    ///
    /// Invariant, whenever the mutex is free: `permits > in flight` ⇒ the queue is empty.
    queue: WaitQueue<u64>,
}

impl Permits {
    pub(super) const fn new(permits: usize, is_bounded: bool) -> Self {
        let permits = saturating(permits);
        Self {
            word: AtomicU64::new(permits * PERMIT),
            bound: if is_bounded { Some(permits) } else { None },
            queue: WaitQueue::new(0),
        }
    }

    /// Returns false when the timeout expired first.
    #[inline]
    pub(super) fn acquire(&self, timeout: Option<Duration>) -> bool {
        trace!(Call, self, "semaphore", "acquire", 0);
        let acquired = self.take() || self.acquire_contended(timeout);
        trace!(Hold if acquired, self, "semaphore", "", 0);
        trace!(GiveUp if !acquired, self, "", "false", trace::millis(timeout));
        acquired
    }

    #[inline]
    pub(super) fn try_acquire(&self) -> bool {
        let acquired = self.take();
        trace!(Hold if acquired, self, "semaphore", "", 0);
        acquired
    }

    /// Acquires a permit if there is one. An uncontended acquire is this one read-modify-write.
    #[inline]
    fn take(&self) -> bool {
        // Acquire: pairs with the Release of `release` and `release_contended`.
        self.word
            .fetch_update(Acquire, Relaxed, |word| word.checked_sub(PERMIT))
            .is_ok()
    }

    /// Adds `count` permits in one step: an uncontended release is this one read-modify-write. Fails and adds none when
    /// the sum would exceed the bound.
    #[inline]
    pub(super) fn release(&self, count: usize) -> Result<(), SemaphoreError> {
        let fits = || self.sum(self.word.load(Relaxed), count).is_some();
        let added = || if fits() { count } else { 0 };
        trace!(Signal, self, "semaphore", "release", added());
        // Release: pairs with the Acquire of `take` and `acquire_or_mark`.
        let order = fault!(WeakRelease, Relaxed, else Release);
        let add = |word| match word & HAS_WAITERS {
            0 => self.sum(word, count),
            _ => None,
        };
        match self.word.fetch_update(order, Relaxed, add) {
            Ok(_) => Ok(()),
            Err(_) => self.release_contended(count),
        }
    }

    pub(super) fn release_many(&self, count: usize) -> Result<(), SemaphoreError> {
        if count == 0 {
            return Err(SemaphoreError::ReleaseOfNone);
        }
        self.release(count)
    }

    /// The word with `count` permits more, up to `MAX_PERMITS`; `None` when the sum exceeds the bound.
    #[inline]
    fn sum(&self, word: u64, count: usize) -> Option<u64> {
        let sum = word + saturating(count) * PERMIT;
        match self.bound {
            None if count == 1 => Some(sum),
            None => Some(sum.min((MAX_PERMITS * PERMIT) | (word % PERMIT))),
            Some(bound) => (sum / PERMIT <= bound).then_some(sum),
        }
    }

    fn count(&self) -> u64 {
        self.word.load(Relaxed) / PERMIT
    }

    pub(super) fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// The Debug output of a semaphore.
    pub(super) fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(name);
        shown.field("value", &self.count());
        if let Some(initial) = self.bound {
            shown.field("initial", &initial);
        }
        shown.field("waiting", &self.waiting()).finish()
    }
}

/// The cold path: no permit is left, or waiters are queued.
impl Permits {
    /// Returns false when the timeout expires first.
    #[cold]
    fn acquire_contended(&self, timeout: Option<Duration>) -> bool {
        let deadline = Deadline::within(timeout);
        if self.spin_acquire() {
            return true;
        }
        if deadline.has_passed() {
            return false;
        }
        deferred::run_before_blocking();
        let mut queue = self.queue.lock();
        if self.acquire_or_mark() {
            return true;
        }
        let mut waiter = queue.enqueue();
        drop(queue);
        loop {
            let cancel = |waiter: &Waiter| self.queue.lock().cancel(waiter);
            match waiter.park(cancel, deadline, Backoff::Yield) {
                Parked::Notified(HANDED_OVER) => return true,
                Parked::Notified(_) => {}
                Parked::TimedOut(_) => return false,
            }
            // A notified waiter acquires a permit that is available, even after its deadline.
            let acquired = Backoff::Spin.until(|| self.take());
            let mut queue = self.queue.lock();
            *queue -= fault!(StillInFlight, 0, else 1);
            let acquired = acquired || self.acquire_or_mark();
            if acquired || deadline.has_passed() {
                self.notify_for_permits(queue);
                return acquired;
            }
            queue.requeue(&mut waiter);
        }
    }

    /// Spins while no thread is queued, so that it overtakes no waiter. A permit that is held briefly is released
    /// before enqueueing would pay off.
    fn spin_acquire(&self) -> bool {
        let mut acquired = false;
        Backoff::Yield.until(|| {
            let word = self.word.load(Relaxed);
            acquired = word >= PERMIT && self.take();
            acquired || word & HAS_WAITERS != 0
        });
        acquired
    }

    /// Acquires a permit, or sets `HAS_WAITERS`. Both in one atomic step: a release between a failed try and the mark
    /// would wake no waiter. Called under the mutex.
    fn acquire_or_mark(&self) -> bool {
        let mark = fault!(UnmarkedWaiter, 0, else HAS_WAITERS);
        let step = |word: u64| word.checked_sub(PERMIT).or(Some(word | mark));
        // Acquire: as in `take`.
        let before = self.word.fetch_update(Acquire, Relaxed, step);
        before.is_ok_and(|before| before >= PERMIT)
    }

    /// Adds `count` permits while threads may be queued: hands one to the oldest waiter if that waiter is starving, and
    /// adds the others to the word. Fails and changes nothing when the sum would exceed the bound.
    #[cold]
    fn release_contended(&self, count: usize) -> Result<(), SemaphoreError> {
        let mut queue = self.queue.lock();
        let is_starving = queue.front_is_starving() && !fault!(UnfairRelease);
        let handed_over = u64::from(is_starving) * PERMIT;
        let add = |word| Some(self.sum(word, count)? - handed_over);
        // Release: as in `release`. The notification shows the earlier writes to a waiter that is handed a permit.
        let added = self.word.fetch_update(Release, Relaxed, add);
        added.map_err(|_| SemaphoreError::ReleasedTooOften)?;
        let handed = is_starving.then(|| queue.pop_front_with(HANDED_OVER));
        self.notify_for_permits(queue);
        drop(handed);
        Ok(())
    }

    /// Notifies one waiter for each permit beyond the number of waiters in flight. So a thread that acquires a permit
    /// and releases it before the notified waiter returns does not wake a second waiter.
    #[cold]
    fn notify_for_permits(&self, mut queue: WaitQueueGuard<'_, u64>) {
        let spare = self.count().saturating_sub(*queue);
        let notified = spare.min(queue.waiting() as u64);
        *queue += notified;
        let wakeups: WakeList = (0..notified).filter_map(|_| queue.pop_front()).collect();
        if queue.waiting() == 0 {
            // Relaxed: a read-modify-write continues the release sequence of the permits.
            self.word.fetch_and(!HAS_WAITERS, Relaxed);
        }
        queue.unlock_and_wake(wakeups);
    }
}

/// Clamps a number of permits to `MAX_PERMITS`.
const fn saturating(permits: usize) -> u64 {
    let permits = permits as u64;
    if permits < MAX_PERMITS {
        permits
    } else {
        MAX_PERMITS
    }
}

/// A permit of a [`Semaphore`](super::Semaphore) or a [`BoundedSemaphore`](super::BoundedSemaphore), released when it
/// is dropped, by any thread.
///
/// If an explicit `release` came before the drop, the drop releases one more permit, as Python's `with` does: that of
/// another thread. A full `BoundedSemaphore` refuses that, and the drop reports nothing.
///
/// Contract: `docs/semantics.md`, line 18.
#[must_use = "an unused permit is released at once; bind it to a name: `let _permit`, not `let _`"]
pub struct Permit<'a>(pub(super) &'a Permits);

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        // An error means that explicit releases have filled the bounded semaphore.
        let _ = self.0.release(1);
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show("Permit", f)
    }
}
