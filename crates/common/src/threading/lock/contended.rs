//! The cold path of a lock: another thread holds it or waits for it.

use super::{CONTENDED, FREE, HELD, Lock, LockError, OVERTAKEN};
use crate::sync::atomic::Ordering::{Acquire, Relaxed};
use crate::sync::{Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, UnparkToken, WaitQueueGuard, Waiter, Wakeup};
use std::time::Duration;

/// Token of a hand-over: the waiter holds the lock already. The lock was never free, so no thread could acquire it
/// first.
const HANDED_OVER: UnparkToken = UnparkToken(1);

impl Lock {
    #[cold]
    pub(super) fn acquire_contended(&self, timeout: Option<Duration>) -> bool {
        let deadline = Deadline::within(timeout);
        if self.spin_acquire() {
            return true;
        }
        if deadline.has_passed() {
            return false;
        }
        deferred::run_before_blocking();
        let mut queue = self.queue.lock();
        if self.acquire_or_mark(CONTENDED) {
            return true;
        }
        let mut waiter = queue.enqueue();
        drop(queue);
        let token = self.park(&waiter, deadline);
        token.is_some_and(|token| self.acquire_notified(&mut waiter, token, deadline))
    }

    /// Acquires the lock for a waiter that was notified with `token`. Unless the lock was handed over, it sets
    /// `CONTENDED` whether it acquires, requeues or times out, so that the next release wakes the next waiter. Once it has
    /// been requeued, it sets `OVERTAKEN` too: a younger waiter may have been requeued as well.
    pub(in crate::threading) fn acquire_notified(
        &self,
        waiter: &mut Waiter,
        mut token: UnparkToken,
        deadline: Deadline,
    ) -> bool {
        let mut mark = CONTENDED;
        loop {
            if token == HANDED_OVER || Backoff::Spin.until(|| self.try_acquire_contended(mark)) {
                return true;
            }
            if deadline.has_passed() {
                return !fault!(GaveUpUnmarked) && self.acquire_or_mark(mark);
            }
            mark = CONTENDED | OVERTAKEN;
            let mut queue = self.queue.lock();
            if self.acquire_or_mark(mark) {
                return true;
            }
            queue.requeue(waiter);
            drop(queue);
            token = match self.park(waiter, deadline) {
                Some(token) => token,
                None => return false,
            };
        }
    }

    /// Returns `None` when the deadline expires first.
    fn park(&self, waiter: &Waiter, deadline: Deadline) -> Option<UnparkToken> {
        let cancel = |waiter: &Waiter| self.queue.lock().cancel(waiter);
        match waiter.park(cancel, deadline, Backoff::Yield) {
            Parked::Notified(token) => Some(token),
            Parked::TimedOut(_) => None,
        }
    }

    /// Spins while no thread is queued, so that it overtakes no waiter. A lock that is held briefly becomes free before
    /// enqueueing would pay off.
    fn spin_acquire(&self) -> bool {
        let mut acquired = false;
        Backoff::Yield.until(|| {
            let state = self.state.load(Relaxed);
            acquired = state == FREE && self.try_acquire_unseen();
            acquired || state & CONTENDED != 0
        });
        acquired
    }

    /// Acquires a free lock while other threads may be queued.
    fn try_acquire_contended(&self, mark: u8) -> bool {
        self.state.load(Relaxed) == FREE
            && self
                .state
                .compare_exchange(FREE, HELD | mark, Acquire, Relaxed)
                .is_ok()
    }

    /// Acquires the lock, or marks it as contended so that `release` wakes a waiter. Both in one atomic step: a release
    /// between a failed try and the mark would wake no waiter.
    fn acquire_or_mark(&self, mark: u8) -> bool {
        // Acquire: pairs with the Release of the release before.
        self.state.fetch_or(HELD | mark, Acquire) & HELD == 0
    }

    /// Hands the lock over to the oldest waiter if that waiter is starving. The state does not change: the lock is never
    /// free. If another thread releases the lock too, meanwhile, that release ends the hold of this waiter.
    #[cold]
    pub(super) fn hand_over(&self) -> bool {
        let mut queue = self.queue.lock();
        if !queue.front_is_starving() || fault!(UnfairRelease) {
            return false;
        }
        let wakeup = queue.pop_front_with(HANDED_OVER);
        queue.unlock_and_wake(wakeup);
        true
    }

    /// Wakes the oldest waiter of a lock that was released in the state `before`.
    #[cold]
    pub(super) fn released_contended(&self, before: u8) -> Result<(), LockError> {
        if before & HELD == 0 {
            return Err(LockError::UNLOCKED);
        }
        // The queue may be empty: a waiter that times out does not clear `CONTENDED`.
        let wakeup = self.queue.lock().pop_front();
        drop(wakeup);
        Ok(())
    }

    /// Moves up to `count` waiters of another queue, oldest first, to the lock's queue (wait morphing): each needs the
    /// lock, and each release wakes one of them. A free lock will not be released, so its oldest waiter is notified
    /// now.
    pub(in crate::threading) fn requeue_from<T>(
        &self,
        others: &mut WaitQueueGuard<'_, T>,
        count: usize,
    ) -> Option<Wakeup> {
        let mut queue = self.queue.lock();
        let moved = (0..count)
            .take_while(|_| others.requeue_to(&mut queue))
            .count();
        let mark = |state| (state & HELD != 0).then_some(state | CONTENDED);
        // Marked under the queue's mutex, like the move: a release that sees the mark finds the waiters in the queue.
        let is_marked = || self.state.fetch_update(Relaxed, Relaxed, mark).is_ok();
        if moved == 0 || fault!(RequeuedUnmarked) || is_marked() {
            None
        } else {
            queue.pop_front()
        }
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::AtomicUsize;
    use std::thread::{scope, sleep, yield_now};

    /// Longer than a waiter is overtaken.
    const STARVING: Duration = Duration::from_millis(2);

    #[test]
    fn release_by_an_overtaken_waiter_hands_the_lock_to_the_next_one() {
        let (lock, tested, turns) = (Lock::new(), Barrier::new(2), AtomicUsize::new(0));
        let until_queued = |is_requeued| {
            let is_done = |queue: &WaitQueueGuard<'_, ()>| {
                queue.waiting() == 2 && queue.front_was_overtaken() == is_requeued
            };
            while !is_done(&lock.queue.lock()) {
                yield_now();
            }
        };
        lock.acquire();
        scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut waiter = lock.queue.lock().enqueue();
                    let token = lock.park(&waiter, Deadline::NEVER).unwrap();
                    assert!(lock.acquire_notified(&mut waiter, token, Deadline::NEVER));
                    if turns.fetch_add(1, Relaxed) == 0 {
                        sleep(STARVING);
                        lock.release().unwrap();
                        let overtakes = lock.try_acquire();
                        if overtakes {
                            lock.release().unwrap();
                        }
                        tested.wait();
                        assert!(!overtakes);
                    } else {
                        tested.wait();
                        lock.release().unwrap();
                    }
                });
            }
            until_queued(false);
            // Both are woken while the lock is held, and enqueue again.
            let wakeups = lock.queue.lock().drain();
            drop(wakeups);
            until_queued(true);
            lock.release().unwrap();
        });
    }
}
