//! Bounded waiting: a waiter that was overtaken for half a millisecond is handed the lock or permit.
//!
//! The greedy thread releases only while the waiter is queued, and acquires again at once. The waiter may lose that
//! race once, since a running thread is faster than one that is woken; from then on it is overtaken, and after a
//! millisecond the next release must be its own.

use crate::support::{LONG, until};
use common::threading::{BoundedSemaphore, Condition, ConditionLock, Lock, RLock, Semaphore};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

/// Longer than a waiter is overtaken.
const STARVING: Duration = Duration::from_millis(1);

/// How often the calling thread, which holds it, acquires again before the waiter, which is `done` at last.
fn overtakes(
    done: &AtomicBool,
    waiting: impl Fn() -> usize,
    release: impl Fn(),
    try_acquire: impl Fn() -> bool,
) -> usize {
    for count in 0..50 {
        until(|| waiting() == 1 || done.load(Relaxed));
        thread::sleep(STARVING);
        release();
        // The waiter may have acquired and released it in this moment.
        if !try_acquire() {
            return count;
        }
        if done.load(Relaxed) {
            release();
            return count;
        }
    }
    release();
    50
}

/// A thread waits while the calling one is greedy. Several times, since the first race may be won too.
fn assert_fair(
    acquire: impl Fn() + Sync,
    release: impl Fn() + Sync,
    try_acquire: impl Fn() -> bool,
    waiting: impl Fn() -> usize,
) {
    for _ in 0..20 {
        let done = AtomicBool::new(false);
        acquire();
        thread::scope(|scope| {
            scope.spawn(|| {
                acquire();
                done.store(true, Relaxed);
                release();
            });
            let overtakes = overtakes(&done, &waiting, &release, &try_acquire);
            assert!(overtakes <= 1, "overtaken {overtakes} times");
        });
    }
}

#[test]
fn lock_is_handed_to_a_starving_waiter() {
    let lock = Lock::new();
    let release = || lock.release().unwrap();
    assert_fair(
        || lock.acquire(),
        release,
        || lock.try_acquire(),
        || lock.waiting(),
    );
}

#[test]
fn lock_is_handed_to_a_starving_waiter_with_a_timeout() {
    let lock = Lock::new();
    let acquire = || assert!(lock.acquire_timeout(LONG));
    let release = || lock.release().unwrap();
    assert_fair(acquire, release, || lock.try_acquire(), || lock.waiting());
}

#[test]
fn rlock_is_handed_to_a_starving_waiter() {
    let lock = RLock::new();
    let release = || lock.release().unwrap();
    assert_fair(
        || lock.acquire(),
        release,
        || lock.try_acquire(),
        || lock.waiting(),
    );
}

#[test]
fn semaphore_hands_a_permit_to_a_starving_waiter() {
    let semaphore = Semaphore::new(1);
    let release = || semaphore.release();
    let waiting = || semaphore.waiting();
    assert_fair(
        || semaphore.acquire(),
        release,
        || semaphore.try_acquire(),
        waiting,
    );
    let release = || semaphore.release_many(1).unwrap();
    assert_fair(
        || semaphore.acquire(),
        release,
        || semaphore.try_acquire(),
        waiting,
    );
    assert_eq!(
        format!("{semaphore:?}"),
        "Semaphore { value: 1, waiting: 0 }"
    );
}

#[test]
fn bounded_semaphore_hands_a_permit_to_a_starving_waiter() {
    let semaphore = BoundedSemaphore::new(1);
    let release = || semaphore.release().unwrap();
    let waiting = || semaphore.waiting();
    assert_fair(
        || semaphore.acquire(),
        release,
        || semaphore.try_acquire(),
        waiting,
    );
    assert!(semaphore.release().is_err(), "the bound holds");
}

#[test]
fn release_many_hands_one_permit_over_and_adds_the_others() {
    let semaphore = Semaphore::new(1);
    let done = AtomicBool::new(false);
    semaphore.acquire();
    thread::scope(|scope| {
        scope.spawn(|| {
            semaphore.acquire();
            done.store(true, Relaxed);
        });
        let try_acquire = || {
            // All but the one that the waiter is handed.
            (0..2).for_each(|_| assert!(semaphore.try_acquire()));
            semaphore.try_acquire()
        };
        let release = || semaphore.release_many(3).unwrap();
        let overtakes = overtakes(&done, || semaphore.waiting(), release, try_acquire);
        assert!(overtakes <= 1, "overtaken {overtakes} times");
    });
}

#[test]
fn condition_hands_its_lock_to_a_starving_waiter() {
    let condition = Condition::new();
    let lock = condition.underlying_lock();
    let release = || condition.release().unwrap();
    assert_fair(
        || condition.acquire(),
        release,
        || condition.try_acquire(),
        || lock.waiting(),
    );
}

/// A consumer waits for a notification while its producer notifies and keeps the lock.
fn assert_consumer_is_not_starved<L: ConditionLock>(
    condition: &Condition<L>,
    waiting: impl Fn() -> usize,
) {
    for _ in 0..20 {
        let (has_item, done) = (AtomicBool::new(false), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                let guard = condition.guard();
                assert!(guard.wait_for_timeout(|| has_item.load(Relaxed), LONG));
                done.store(true, Relaxed);
            });
            until(|| condition.waiting() == 1);
            condition.acquire();
            has_item.store(true, Relaxed);
            condition.notify(1).unwrap();
            let release = || condition.release().unwrap();
            let overtakes = overtakes(&done, &waiting, release, || condition.try_acquire());
            assert!(overtakes <= 1, "overtaken {overtakes} times");
        });
    }
}

#[test]
fn notified_consumer_is_handed_the_lock_of_a_producer_that_keeps_it() {
    let condition = Condition::new();
    assert_consumer_is_not_starved(&condition, || condition.underlying_lock().waiting());
    let condition = Condition::with_lock(Arc::new(Lock::new()));
    assert_consumer_is_not_starved(&condition, || condition.underlying_lock().waiting());
}
