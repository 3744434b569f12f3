//! The cold path of a lock: another thread holds it or waits for it.

use super::{CONTENDED, FREE, HELD, Lock, LockError};
use crate::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use crate::sync::{Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, UnparkToken, WaitQueueGuard, Waiter, Wakeup};
use std::time::Duration;

/// Token of a hand-over: the waiter holds the lock already. The lock was never free, so no thread could acquire it
/// first.
const HANDED_OVER: UnparkToken = UnparkToken(1);

impl Lock {
    /// Returns false when the timeout expires first. `None` means no limit.
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
        if self.acquire_or_mark() {
            return true;
        }
        let mut waiter = queue.enqueue();
        drop(queue);
        let token = self.park(&waiter, deadline);
        self.acquire_notified(&mut waiter, token, deadline)
    }

    /// Acquires the lock for a waiter that was notified with `token`. Returns false when the wait times out: at once if
    /// `token` is `None`.
    ///
    /// A notified waiter sets `CONTENDED` whether it acquires, requeues or times out, so that the next release wakes
    /// the next waiter.
    pub(in crate::threading) fn acquire_notified(
        &self,
        waiter: &mut Waiter,
        mut token: Option<UnparkToken>,
        deadline: Deadline,
    ) -> bool {
        while let Some(notified) = token {
            let try_acquire = || self.try_acquire_free(CONTENDED);
            if notified == HANDED_OVER || Backoff::Spin.until(try_acquire) {
                return true;
            }
            if deadline.has_passed() {
                return !fault!(GaveUpUnmarked) && self.acquire_or_mark();
            }
            let mut queue = self.queue.lock();
            if self.acquire_or_mark() {
                return true;
            }
            queue.requeue(waiter);
            drop(queue);
            token = self.park(waiter, deadline);
        }
        false
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
            acquired = self.try_acquire_free(HELD);
            acquired || self.state.load(Relaxed) == CONTENDED
        });
        acquired
    }

    /// Sets the state to `held` if the lock is free. The load leaves the cache line to the thread that holds the lock.
    fn try_acquire_free(&self, held: u8) -> bool {
        self.state.load(Relaxed) == FREE && self.try_acquire_as(held)
    }

    /// Acquires the lock, or marks it as contended so that `release` wakes a waiter. Both in one atomic step: a release
    /// between a failed try and the mark would wake no waiter.
    fn acquire_or_mark(&self) -> bool {
        // Acquire: pairs with the Release of the previous release.
        self.state.swap(CONTENDED, Acquire) == FREE
    }

    /// Releases a contended lock, and wakes the oldest waiter. If that waiter is starving, the lock is handed over to
    /// it: the lock is never free.
    #[cold]
    pub(super) fn release_contended(&self) -> Result<(), LockError> {
        let mut queue = self.queue.lock();
        let is_starving = queue.front_is_starving() && !fault!(UnfairRelease);
        let (next, token) = if is_starving {
            (CONTENDED, HANDED_OVER)
        } else {
            (FREE, UnparkToken::DEFAULT)
        };
        // Release: pairs with the Acquire of the next acquire. Acquire: pairs with the Release of another thread that
        // has released the lock first; then this call reports an error, and a hand-over acquires the lock for the
        // waiter.
        let before = self.state.swap(next, AcqRel);
        // The queue may be empty: a waiter that times out does not clear `CONTENDED`.
        let wakeup = queue.pop_front_with(token);
        queue.unlock_and_wake(wakeup);
        match before {
            FREE => Err(LockError::UNLOCKED),
            _ => Ok(()),
        }
    }

    /// Completes a release that has changed the state from `before` to `FREE`, and found it other than `HELD`.
    #[cold]
    pub(super) fn finish_release(&self, before: u8) -> Result<(), LockError> {
        if before == FREE {
            return Err(LockError::UNLOCKED);
        }
        // A waiter has marked the lock since the load in `release`.
        let wakeup = self.queue.lock().pop_front();
        drop(wakeup);
        Ok(())
    }

    /// Moves up to `count` waiters of another queue, oldest first, to the lock's queue (wait morphing): each needs the
    /// lock, and each release wakes one of them. A free lock will not be released, so it is handed over to the oldest
    /// waiter now.
    pub(in crate::threading) fn requeue_from<T>(
        &self,
        others: &mut WaitQueueGuard<'_, T>,
        count: usize,
    ) -> Option<Wakeup> {
        let mut queue = self.queue.lock();
        let moved = (0..count)
            .take_while(|_| others.requeue_to(&mut queue))
            .count();
        // Marked under the queue's mutex, like the move: a release that sees the mark finds the waiters in the queue.
        if moved > 0 && !fault!(RequeuedUnmarked) && self.acquire_or_mark() {
            queue.pop_front_with(HANDED_OVER)
        } else {
            None
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
        let until_queued = || {
            while lock.waiting() != 2 {
                yield_now();
            }
        };
        lock.acquire();
        scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut waiter = lock.queue.lock().enqueue();
                    let token = lock.park(&waiter, Deadline::NEVER);
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
            until_queued();
            // Both are woken while the lock is held, and enqueue again.
            let wakeups = lock.queue.lock().drain();
            drop(wakeups);
            until_queued();
            lock.release().unwrap();
        });
    }

    #[test]
    fn second_release_of_a_hold_leaves_the_lock_to_a_starving_waiter() {
        let lock = Lock::new();
        let mut waiter = lock.queue.lock().enqueue();
        let wakeup = lock.queue.lock().pop_front();
        drop(wakeup);
        lock.queue.lock().requeue(&mut waiter);
        sleep(STARVING);
        // The first release has freed the lock since the second one saw it contended.
        assert_eq!(lock.release_contended(), Err(LockError::UNLOCKED));
        let token = lock.park(&waiter, Deadline::NEVER);
        assert_eq!((token, lock.locked()), (Some(HANDED_OVER), true));
    }
}
