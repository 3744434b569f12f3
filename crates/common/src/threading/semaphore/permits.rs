//! The permits of a semaphore, the threads that wait for one, and the guard of both semaphores.

use super::SemaphoreError;
use crate::sync::atomic::AtomicU64;
use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::{Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, UnparkToken, WaitQueue, WaitQueueGuard, Waiter, WakeList};
use std::fmt;
use std::time::Duration;

// The word:
//
// | bits        | meaning                                                 | changed by                     |
// | ----------- | ------------------------------------------------------- | ------------------------------ |
// | HAS_WAITERS | a thread is queued: release looks into the queue        | under the mutex, to be exact   |
// | OVERTAKEN   | the oldest was notified in vain: release looks whether  | under the mutex, to be exact   |
// |             | it starves before it adds its permit                    |                                |
// | the others  | the number of permits                                   | acquire, release               |
const HAS_WAITERS: u64 = 0b01;
const OVERTAKEN: u64 = 0b10;
const PERMIT: u64 = 0b100;

/// More permits do not count. The bit above is left for releases of one, which do not look: to use it up takes as
/// many again.
const MAX_PERMITS: u64 = u64::MAX >> 3;

/// Tells a waiter that it has a permit: it was not to be had by others in between, and the waiter is not in flight.
const HANDED_OVER: UnparkToken = UnparkToken(1);

pub(super) struct Permits {
    /// The number of permits, in steps of `PERMIT`, with `HAS_WAITERS` and `OVERTAKEN`.
    word: AtomicU64,
    /// The waiters, and how many are in flight: notified, and not yet back to acquire, requeue or give up.
    ///
    /// Invariant, whenever the mutex is free: `permits > in flight` ⇒ the queue is empty.
    queue: WaitQueue<u64>,
}

impl Permits {
    pub(super) const fn new(permits: usize) -> Self {
        Self {
            word: AtomicU64::new(saturating(permits) * PERMIT),
            queue: WaitQueue::new(0),
        }
    }

    #[inline]
    pub(super) fn acquire(&self) {
        if !self.try_acquire() {
            self.acquire_contended(None);
        }
    }

    #[inline]
    pub(super) fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.try_acquire() || self.acquire_contended(Some(timeout))
    }

    /// The whole of an uncontended acquire: one read-modify-write.
    #[inline]
    pub(super) fn try_acquire(&self) -> bool {
        // Acquire: pairs with the Release of the release that added the permit.
        self.word
            .fetch_update(Acquire, Relaxed, |word| word.checked_sub(PERMIT))
            .is_ok()
    }

    /// The whole of an uncontended release: one read-modify-write.
    #[inline]
    pub(super) fn release_one(&self) {
        // Release: pairs with the Acquire of `try_acquire`.
        let order = fault!(WeakRelease, Relaxed, else Release);
        let add = |word| may_add(word).then_some(word + PERMIT);
        match self.word.fetch_update(order, Relaxed, add) {
            Ok(before) if before & HAS_WAITERS == 0 => {}
            Ok(_) => self.notify_waiters(),
            // Without a bound no release is refused.
            Err(_) => drop(self.release_fairly(1, None)),
        }
    }

    /// Adds `count` permits, or none when there would be more than `bound`, in one step.
    #[inline]
    pub(super) fn release(&self, count: u64, bound: Option<u64>) -> Result<(), SemaphoreError> {
        let add = |word| may_add(word).then(|| sum(word, count, bound)).flatten();
        match self.word.fetch_update(Release, Relaxed, add) {
            Ok(before) if before & HAS_WAITERS == 0 => Ok(()),
            Ok(_) => {
                self.notify_waiters();
                Ok(())
            }
            Err(word) if may_add(word) => Err(SemaphoreError::ReleasedTooOften),
            Err(_) => self.release_fairly(count, bound),
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.word.load(Relaxed) / PERMIT
    }

    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }
}

/// The cold path: there is no permit, or a thread waits for one.
impl Permits {
    #[cold]
    fn acquire_contended(&self, timeout: Option<Duration>) -> bool {
        let deadline = Deadline::within(timeout);
        if self.spin_acquire() {
            return true;
        }
        deferred::run_before_blocking();
        let mut queue = self.queue.lock();
        if self.acquire_or_mark() {
            return true;
        }
        let waiter = queue.enqueue();
        drop(queue);
        self.acquire_queued(waiter, deadline)
    }

    fn acquire_queued(&self, mut waiter: Waiter, deadline: Deadline) -> bool {
        loop {
            let cancel = |waiter: &Waiter| self.queue.lock().cancel(waiter);
            match waiter.park(cancel, deadline, Backoff::Yield) {
                Parked::Notified(HANDED_OVER) => return true,
                Parked::Notified(_) => {}
                Parked::TimedOut(queue) => {
                    self.update_marks(&queue);
                    return false;
                }
            }
            // A notified waiter acquires the permit that it finds, whatever the clock says.
            let acquired = Backoff::Spin.until(|| self.try_acquire());
            if acquired && fault!(StillInFlight) {
                return true;
            }
            let mut queue = self.queue.lock();
            *queue -= 1;
            let acquired = acquired || self.acquire_or_mark();
            if acquired || deadline.has_passed() {
                self.notify_for_permits(queue, WakeList::default());
                return acquired;
            }
            queue.requeue(&mut waiter);
            self.update_marks(&queue);
        }
    }

    /// Spins only while no thread is queued: then none is overtaken, and a permit acquired for a moment is back
    /// before it would be worth to enqueue.
    fn spin_acquire(&self) -> bool {
        let mut acquired = false;
        Backoff::Yield.until(|| {
            let word = self.word.load(Relaxed);
            acquired = word >= PERMIT && self.try_acquire();
            acquired || word & HAS_WAITERS != 0
        });
        acquired
    }

    /// Acquires a permit, or marks that there are waiters. One step, or a release in between would wake none.
    /// Called under the mutex.
    fn acquire_or_mark(&self) -> bool {
        let step = |word: u64| match word.checked_sub(PERMIT) {
            None if fault!(UnmarkedWaiter) => Some(word),
            None => Some(word | HAS_WAITERS),
            acquired => acquired,
        };
        let before = self.word.fetch_update(Acquire, Relaxed, step);
        before.is_ok_and(|before| before >= PERMIT)
    }

    /// After a release that found waiters.
    #[cold]
    fn notify_waiters(&self) {
        self.notify_for_permits(self.queue.lock(), WakeList::default());
    }

    /// Hands one permit over to the oldest waiter if it starves; adds the others, or all, if the bound allows.
    #[cold]
    fn release_fairly(&self, count: u64, bound: Option<u64>) -> Result<(), SemaphoreError> {
        let mut queue = self.queue.lock();
        let is_handed_over = queue.front_is_starving();
        let add = |word| {
            let sum = sum(word, count, bound);
            sum.map(|sum| sum - u64::from(is_handed_over) * PERMIT)
        };
        let added = self.word.fetch_update(Release, Relaxed, add);
        added.map_err(|_| SemaphoreError::ReleasedTooOften)?;
        let mut wakeups = WakeList::default();
        if is_handed_over {
            wakeups.extend(queue.pop_front_with(HANDED_OVER));
        }
        self.notify_for_permits(queue, wakeups);
        Ok(())
    }

    /// Notifies a waiter for each permit that no other is in flight for. So a thread that acquires a permit and
    /// releases it before the notified waiter is back wakes no second one.
    fn notify_for_permits(&self, mut queue: WaitQueueGuard<'_, u64>, mut wakeups: WakeList) {
        let spare = self.count().saturating_sub(*queue);
        for _ in 0..spare {
            let Some(wakeup) = queue.pop_front() else {
                break;
            };
            *queue += 1;
            wakeups.push(wakeup);
        }
        self.update_marks(&queue);
        drop(queue);
        drop(wakeups);
    }

    /// After each change of the queue, under its mutex.
    fn update_marks(&self, queue: &WaitQueueGuard<'_, u64>) {
        let marks = match queue.len() {
            0 => 0,
            _ if queue.front_was_overtaken() => HAS_WAITERS | OVERTAKEN,
            _ => HAS_WAITERS,
        };
        if self.word.load(Relaxed) % PERMIT != marks {
            let update = |word| Some((word / PERMIT * PERMIT) | marks);
            let _ = self.word.fetch_update(Relaxed, Relaxed, update);
        }
    }
}

/// Whether a release need not look first whether a waiter starves.
#[inline]
fn may_add(word: u64) -> bool {
    word & OVERTAKEN == 0 || fault!(UnfairRelease)
}

/// The word with `count` permits more; `None` when the bound is exceeded.
#[inline]
fn sum(word: u64, count: u64, bound: Option<u64>) -> Option<u64> {
    let permits = (word / PERMIT).saturating_add(count);
    let is_within = bound.is_none_or(|bound| permits <= bound);
    is_within.then_some((permits.min(MAX_PERMITS) * PERMIT) | (word % PERMIT))
}

/// A number of permits, no more than count.
pub(super) const fn saturating(permits: usize) -> u64 {
    let permits = permits as u64;
    if permits < MAX_PERMITS {
        permits
    } else {
        MAX_PERMITS
    }
}

pub(super) fn at_least_one(n: usize) -> Result<u64, SemaphoreError> {
    if n == 0 {
        return Err(SemaphoreError::ReleaseOfNone);
    }
    Ok(saturating(n))
}

pub(super) fn not_negative(value: i64) -> Result<usize, SemaphoreError> {
    let value = u64::try_from(value).map_err(|_| SemaphoreError::NegativeValue)?;
    Ok(usize::try_from(value).unwrap_or(usize::MAX))
}

/// A permit of a [`Semaphore`](super::Semaphore) or a [`BoundedSemaphore`](super::BoundedSemaphore), released when it
/// is dropped, on whatever thread that is.
#[must_use = "an unused permit is released at once; bind it to a name: `let _permit`, not `let _`"]
pub struct Permit<'a> {
    permits: &'a Permits,
    /// The most permits that there may be, for a bounded semaphore.
    bound: Option<u64>,
}

impl<'a> Permit<'a> {
    /// For a permit that the caller has acquired.
    #[inline]
    pub(super) fn new(permits: &'a Permits, bound: Option<u64>) -> Self {
        Self { permits, bound }
    }
}

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        match self.bound {
            None => self.permits.release_one(),
            // An error means that the permit was released by hand meanwhile: then there is none to release.
            bound => drop(self.permits.release(1, bound)),
        }
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("value", &self.permits.count())
            .field("waiting", &self.permits.waiting())
            .finish()
    }
}
