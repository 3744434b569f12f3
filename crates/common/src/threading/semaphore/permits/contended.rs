//! The cold path of a semaphore: there is no permit, or a thread waits for one.

use super::{HAS_WAITERS, OVERTAKEN, PERMIT, Permits, sum};
use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::{Backoff, Deadline, deferred};
use crate::threading::ValueError;
use crate::wait_queue::{Parked, UnparkToken, WaitQueueGuard, Waiter, WakeList};
use std::time::Duration;

/// Tells a waiter that it has a permit: it was not to be had by others in between, and the waiter is not in flight.
const HANDED_OVER: UnparkToken = UnparkToken(1);

impl Permits {
    #[cold]
    pub(super) fn acquire_contended(&self, timeout: Option<Duration>) -> bool {
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
    pub(super) fn notify_waiters(&self) {
        self.notify_for_permits(self.queue.lock(), WakeList::default());
    }

    /// Hands one permit over to the oldest waiter if it starves; adds the others, or all, if the bound allows.
    #[cold]
    pub(super) fn release_fairly(&self, count: u64, bound: Option<u64>) -> Result<(), ValueError> {
        let mut queue = self.queue.lock();
        let is_handed_over = queue.front_is_starving();
        let add = |word| {
            let sum = sum(word, count, bound);
            sum.map(|sum| sum - u64::from(is_handed_over) * PERMIT)
        };
        let added = self.word.fetch_update(Release, Relaxed, add);
        added.map_err(|_| ValueError::ReleasedTooOften)?;
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
