//! `threading::Lock`.

use crate::support::{LONG, at_thread_exit, on_threads, order_of_waiters, panics, until};
use common::threading::{Lock, LockError};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering::*};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Attempts until a running thread is faster than the woken waiter.
const ATTEMPTS: u32 = 1_000;

/// Adds one in two steps: two threads at once lose an addition.
fn add_one(sum: &AtomicU64) {
    sum.store(sum.load(Relaxed) + 1, Relaxed);
}

#[test]
fn acquire_excludes_other_threads() {
    for threads in [1, 2, 4, 8] {
        let (lock, sum) = (Lock::new(), AtomicU64::new(0));
        on_threads(threads, |_| {
            for _ in 0..20_000 {
                let _guard = lock.guard();
                add_one(&sum);
            }
        });
        assert_eq!(sum.into_inner(), threads as u64 * 20_000);
        assert_eq!(format!("{lock:?}"), "Lock { held: false, waiting: 0 }");
    }
}

#[test]
fn release_of_a_free_lock_is_an_error_and_changes_nothing() {
    let lock = Lock::new();
    let error = lock.release().unwrap_err();
    let _: LockError = error;
    assert_eq!(error.to_string(), "release unlocked lock");
    assert!(lock.try_acquire());
    assert_eq!(lock.release(), Ok(()));
    assert_eq!(
        lock.release().unwrap_err().to_string(),
        "release unlocked lock"
    );
}

#[test]
fn concurrent_releases_succeed_once() {
    let lock = Lock::new();
    for _ in 0..300 {
        lock.acquire();
        let released = AtomicU64::new(0);
        on_threads(4, |_| {
            released.fetch_add(u64::from(lock.release().is_ok()), Relaxed);
        });
        assert_eq!(released.into_inner(), 1);
    }
}

#[test]
fn any_thread_may_release() {
    let lock = Lock::new();
    lock.acquire();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| lock.acquire());
        until(|| lock.waiting() == 1);
        scope.spawn(|| assert_eq!(lock.release(), Ok(())));
        waiter.join().unwrap();
    });
    assert!(lock.locked());
}

#[test]
fn try_acquire_succeeds_only_if_the_lock_is_free() {
    let lock = Lock::new();
    assert!(lock.try_acquire());
    assert!(lock.locked());
    assert!(!lock.try_acquire());
    assert!(lock.try_guard().is_none());
    assert!(lock.locked(), "a failed try released the lock");
    lock.release().unwrap();
    assert!(!lock.locked());
}

#[test]
fn timeout_of_zero_does_not_block() {
    let lock = Lock::new();
    assert!(lock.acquire_timeout(Duration::ZERO));
    assert!(!lock.acquire_timeout(Duration::ZERO));
    assert!(lock.guard_timeout(Duration::ZERO).is_none());
}

#[test]
fn timeout_expires_in_time_and_leaves_no_waiter_behind() {
    let lock = Lock::new();
    let _guard = lock.guard();
    let (start, timeout) = (Instant::now(), Duration::from_millis(20));
    assert!(!lock.acquire_timeout(timeout));
    assert!(start.elapsed() >= timeout);
    assert_eq!(format!("{lock:?}"), "Lock { held: true, waiting: 0 }");
}

#[test]
fn timeout_beyond_the_clock_is_no_limit() {
    let lock = Lock::new();
    let overtaken = (0..ATTEMPTS).any(|_| {
        lock.acquire();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| lock.acquire_timeout(Duration::MAX));
            let until_queued = || until(|| lock.waiting() == 1 || waiter.is_finished());
            until_queued();
            lock.release().unwrap();
            let overtaken = lock.try_acquire();
            if overtaken {
                // After a wake-up in vain the waiter has compared its deadline with the clock.
                until_queued();
                lock.release().unwrap();
            }
            assert!(waiter.join().unwrap(), "the wait timed out");
            lock.release().unwrap();
            overtaken
        })
    });
    assert!(overtaken);
}

#[test]
fn release_ends_a_wait_before_its_timeout() {
    let lock = Lock::new();
    lock.acquire();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| lock.guard_timeout(LONG).is_some());
        until(|| lock.waiting() == 1);
        lock.release().unwrap();
        assert!(waiter.join().unwrap());
    });
    assert!(!lock.locked());
}

#[test]
fn acquire_serves_waiters_in_fifo_order() {
    let lock = Lock::new();
    lock.acquire();
    let release = || lock.release().unwrap();
    let order = order_of_waiters(|| lock.guard(), || lock.waiting(), release);
    assert_eq!(order, [0, 1, 2, 3, 4]);
}

#[test]
fn woken_waiter_that_is_overtaken_keeps_its_place() {
    let lock = Lock::new();
    let overtook = (0..ATTEMPTS).any(|_| {
        let (acquired, order) = mpsc::channel();
        lock.acquire();
        thread::scope(|scope| {
            for number in 0..2 {
                let (lock, acquired) = (&lock, acquired.clone());
                scope.spawn(move || {
                    lock.acquire();
                    acquired.send(number).unwrap();
                });
                until(|| lock.waiting() == number + 1);
            }
            lock.release().unwrap();
            let overtook = lock.try_acquire();
            if overtook {
                until(|| lock.waiting() == 2);
                lock.release().unwrap();
            }
            let first = order.recv();
            lock.release().unwrap();
            let second = order.recv();
            lock.release().unwrap();
            assert_eq!([first, second], [Ok(0), Ok(1)]);
            overtook
        })
    });
    assert!(overtook, "no running thread was faster than a waiter");
    assert_eq!(format!("{lock:?}"), "Lock { held: false, waiting: 0 }");
}

#[test]
fn panic_under_a_guard_releases_and_does_not_poison() {
    let lock = Lock::new();
    assert!(panics(|| {
        let _guard = lock.guard();
        resume_unwind(Box::new("on purpose"));
    }));
    assert!(lock.try_acquire());
}

#[test]
fn timeouts_racing_with_releases_lose_no_waiter() {
    let (lock, sum, count) = (Lock::new(), AtomicU64::new(0), AtomicU64::new(0));
    on_threads(4, |thread| {
        for round in 0..5_000_u64 {
            let timeout = Duration::from_nanos((round * 7 + thread as u64) % 50 * 200);
            if lock.acquire_timeout(timeout) {
                add_one(&sum);
                count.fetch_add(1, Relaxed);
                thread::yield_now();
                lock.release().unwrap();
            }
        }
        // A wait without a timeout ends too.
        let _guard = lock.guard();
        add_one(&sum);
        count.fetch_add(1, Relaxed);
    });
    assert_eq!(sum.into_inner(), count.into_inner());
    assert_eq!(format!("{lock:?}"), "Lock { held: false, waiting: 0 }");
}

#[test]
fn static_lock_can_be_acquired_while_thread_locals_are_dropped() {
    static LOCK: Lock = Lock::new();
    LOCK.acquire();
    let thread = thread::spawn(|| at_thread_exit(|| LOCK.acquire()));
    until(|| LOCK.waiting() == 1);
    LOCK.release().unwrap();
    thread.join().unwrap();
    until(|| LOCK.locked());
}

#[test]
fn drop_of_a_guard_releases_the_lock_of_another_thread() {
    let lock = Lock::new();
    let guard = lock.guard();
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(lock.release(), Ok(())));
        scope.spawn(|| lock.acquire());
    });
    assert!(lock.locked());
    drop(guard);
    assert!(!lock.locked());
}

#[test]
fn drop_of_a_guard_of_a_free_lock_reports_nothing() {
    let lock = Lock::new();
    let guard = lock.guard();
    lock.release().unwrap();
    drop(guard);
    assert!(lock.try_acquire());
}
