//! The permits of a semaphore, and the threads that wait for one.

mod contended;

use crate::sync::atomic::AtomicU64;
use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::threading::ValueError;
use crate::wait_queue::WaitQueue;
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
    pub(super) fn release(&self, count: u64, bound: Option<u64>) -> Result<(), ValueError> {
        let add = |word| may_add(word).then(|| sum(word, count, bound)).flatten();
        match self.word.fetch_update(Release, Relaxed, add) {
            Ok(before) if before & HAS_WAITERS == 0 => Ok(()),
            Ok(_) => {
                self.notify_waiters();
                Ok(())
            }
            Err(word) if may_add(word) => Err(ValueError::ReleasedTooOften),
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

pub(super) fn at_least_one(n: usize) -> Result<u64, ValueError> {
    if n == 0 {
        return Err(ValueError::ReleaseOfNone);
    }
    Ok(saturating(n))
}

pub(super) fn not_negative(value: i64) -> Result<usize, ValueError> {
    let value = u64::try_from(value).map_err(|_| ValueError::NegativeSemaphore)?;
    Ok(usize::try_from(value).unwrap_or(usize::MAX))
}
