//! `threading::Lock`, as a user sees it.

use crate::support::{LONG, until};
use common::threading::{Lock, LockError};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::*};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Until a running thread was quicker than the woken one.
const ATTEMPTS: u32 = 1_000;

/// Adds one in two steps, so that two threads inside at once lose an addition.
fn add_one(sum: &AtomicU64) {
    sum.store(sum.load(Relaxed) + 1, Relaxed);
}

#[test]
fn what_is_added_under_the_lock_is_never_lost() {
    for threads in [1, 2, 4, 8] {
        let (lock, sum) = (Lock::new(), AtomicU64::new(0));
        crate::support::on_threads(threads, |_| {
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
fn of_many_who_release_at_once_one_succeeds() {
    let lock = Lock::new();
    for _ in 0..300 {
        lock.acquire();
        let released = AtomicU64::new(0);
        crate::support::on_threads(4, |_| {
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
fn a_held_lock_cannot_be_tried_and_a_free_one_can() {
    let lock = Lock::new();
    assert!(lock.try_acquire());
    assert!(lock.locked());
    assert!(!lock.try_acquire());
    assert!(lock.try_guard().is_none());
    assert!(lock.locked(), "a failed try took the lock away");
    lock.release().unwrap();
    assert!(!lock.locked());
}

#[test]
fn a_timeout_of_zero_is_a_try() {
    let lock = Lock::new();
    assert!(lock.acquire_timeout(Duration::ZERO));
    assert!(!lock.acquire_timeout(Duration::ZERO));
    assert!(lock.guard_timeout(Duration::ZERO).is_none());
}

#[test]
fn a_timeout_is_waited_for_and_leaves_nobody_in_line() {
    let lock = Lock::new();
    let _guard = lock.guard();
    let (start, timeout) = (Instant::now(), Duration::from_millis(20));
    assert!(!lock.acquire_timeout(timeout));
    assert!(start.elapsed() >= timeout);
    assert_eq!(format!("{lock:?}"), "Lock { held: true, waiting: 0 }");
}

#[test]
fn a_timeout_beyond_the_clock_is_for_ever() {
    let lock = Lock::new();
    let overtaken = (0..ATTEMPTS).any(|_| {
        lock.acquire();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| lock.acquire_timeout(Duration::MAX));
            let until_it_waits = || until(|| lock.waiting() == 1 || waiter.is_finished());
            until_it_waits();
            lock.release().unwrap();
            let overtaken = lock.try_acquire();
            if overtaken {
                // Woken for nothing, it has looked at the clock when it waits again.
                until_it_waits();
                lock.release().unwrap();
            }
            assert!(waiter.join().unwrap(), "it gave up");
            lock.release().unwrap();
            overtaken
        })
    });
    assert!(overtaken);
}

#[test]
fn a_release_ends_a_wait_long_before_its_timeout() {
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
fn those_who_wait_get_it_in_the_order_in_which_they_came() {
    let lock = Lock::new();
    let (got, order) = mpsc::channel();
    lock.acquire();
    thread::scope(|scope| {
        for number in 0..5 {
            let (lock, got) = (&lock, got.clone());
            scope.spawn(move || {
                let _guard = lock.guard();
                got.send(number).unwrap();
            });
            until(|| lock.waiting() == number + 1);
        }
        lock.release().unwrap();
    });
    drop(got);
    assert_eq!(order.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn a_running_thread_may_be_first_and_the_woken_one_keeps_its_place() {
    let lock = Lock::new();
    let was_first = (0..ATTEMPTS).any(|_| {
        let (got, order) = mpsc::channel();
        lock.acquire();
        thread::scope(|scope| {
            for number in 0..2 {
                let (lock, got) = (&lock, got.clone());
                scope.spawn(move || {
                    lock.acquire();
                    got.send(number).unwrap();
                });
                until(|| lock.waiting() == number + 1);
            }
            lock.release().unwrap();
            let was_first = lock.try_acquire();
            if was_first {
                until(|| lock.waiting() == 2);
                lock.release().unwrap();
            }
            let first = order.recv();
            lock.release().unwrap();
            let second = order.recv();
            lock.release().unwrap();
            assert_eq!([first, second], [Ok(0), Ok(1)]);
            was_first
        })
    });
    assert!(was_first, "what is released is kept for those who wait");
    assert_eq!(format!("{lock:?}"), "Lock { held: false, waiting: 0 }");
}

#[test]
fn a_panic_under_a_guard_releases_and_poisons_nothing() {
    let lock = Lock::new();
    let panicked = thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let _guard = lock.guard();
            std::panic::resume_unwind(Box::new("on purpose"));
        });
        thread.join().is_err()
    });
    assert!(panicked);
    assert!(lock.try_acquire());
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

#[test]
fn timeouts_that_race_with_releases_lose_neither_the_lock_nor_a_waiter() {
    let (lock, sum, taken) = (Lock::new(), AtomicU64::new(0), AtomicU64::new(0));
    crate::support::on_threads(4, |thread| {
        for round in 0..5_000_u64 {
            let timeout = Duration::from_nanos((round * 7 + thread as u64) % 50 * 200);
            if lock.acquire_timeout(timeout) {
                add_one(&sum);
                taken.fetch_add(1, Relaxed);
                thread::yield_now();
                lock.release().unwrap();
            }
        }
        // Whatever came before, a wait without limit ends.
        let _guard = lock.guard();
        add_one(&sum);
        taken.fetch_add(1, Relaxed);
    });
    assert_eq!(sum.into_inner(), taken.into_inner());
    assert_eq!(format!("{lock:?}"), "Lock { held: false, waiting: 0 }");
}

#[test]
fn a_lock_may_be_a_static_and_used_while_thread_locals_are_dropped() {
    static LOCK: Lock = Lock::new();
    static TAKEN: AtomicBool = AtomicBool::new(false);
    struct TakesItAtTheEnd;
    impl Drop for TakesItAtTheEnd {
        fn drop(&mut self) {
            let _guard = LOCK.guard();
            TAKEN.store(true, SeqCst);
        }
    }
    thread_local!(static AT_THE_END: TakesItAtTheEnd = const { TakesItAtTheEnd });
    LOCK.acquire();
    let thread = thread::spawn(|| AT_THE_END.with(|_| ()));
    until(|| LOCK.waiting() == 1);
    LOCK.release().unwrap();
    thread.join().unwrap();
    assert!(TAKEN.load(SeqCst));
}
