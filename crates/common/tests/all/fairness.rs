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

/// Returns how often the calling thread, which holds the lock, acquires it again before the waiter, which sets `done`.
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
        // The waiter may have acquired and released the lock at this moment.
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

/// A thread waits while the calling thread is greedy. Several times, since the waiter may also win the first race.
fn assert_fair<L: Sync>(
    lock: &L,
    acquire: fn(&L),
    release: fn(&L),
    try_acquire: fn(&L) -> bool,
    waiting: fn(&L) -> usize,
) {
    for _ in 0..20 {
        let done = AtomicBool::new(false);
        acquire(lock);
        thread::scope(|scope| {
            scope.spawn(|| {
                acquire(lock);
                done.store(true, Relaxed);
                release(lock);
            });
            let (waiting, release) = (|| waiting(lock), || release(lock));
            let overtakes = overtakes(&done, waiting, release, || try_acquire(lock));
            assert!(overtakes <= 1, "overtaken {overtakes} times");
        });
    }
}

#[test]
fn lock_is_handed_to_a_starving_waiter() {
    let release = |lock: &Lock| lock.release().unwrap();
    let (acquire, try_acquire) = (Lock::acquire, Lock::try_acquire);
    assert_fair(&Lock::new(), acquire, release, try_acquire, Lock::waiting);
}

#[test]
fn lock_is_handed_to_a_starving_waiter_with_a_timeout() {
    let release = |lock: &Lock| lock.release().unwrap();
    let acquire = |lock: &Lock| assert!(lock.acquire_timeout(LONG));
    let try_acquire = Lock::try_acquire;
    assert_fair(&Lock::new(), acquire, release, try_acquire, Lock::waiting);
}

#[test]
fn rlock_is_handed_to_a_starving_waiter() {
    let release = |lock: &RLock| lock.release().unwrap();
    let (acquire, try_acquire) = (RLock::acquire, RLock::try_acquire);
    assert_fair(&RLock::new(), acquire, release, try_acquire, RLock::waiting);
}

#[test]
fn semaphore_hands_a_permit_to_a_starving_waiter() {
    let semaphore = Semaphore::new(1);
    let release_many = |semaphore: &Semaphore| semaphore.release_many(1).unwrap();
    for release in [Semaphore::release, release_many] {
        let (acquire, try_acquire) = (Semaphore::acquire, Semaphore::try_acquire);
        let waiting = Semaphore::waiting;
        assert_fair(&semaphore, acquire, release, try_acquire, waiting);
    }
    let shown = format!("{semaphore:?}");
    assert_eq!(shown, "Semaphore { value: 1, waiting: 0 }");
}

#[test]
fn bounded_semaphore_hands_a_permit_to_a_starving_waiter() {
    let semaphore = BoundedSemaphore::new(1);
    assert_fair(
        &semaphore,
        BoundedSemaphore::acquire,
        |semaphore| semaphore.release().unwrap(),
        BoundedSemaphore::try_acquire,
        BoundedSemaphore::waiting,
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
            // All permits but the one that the waiter is handed.
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
    assert_fair(
        &Condition::new(),
        Condition::acquire,
        |condition| condition.release().unwrap(),
        Condition::try_acquire,
        |condition| condition.underlying_lock().waiting(),
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
