//! `threading::Semaphore`.

use crate::support::{LONG, at_thread_exit, on_threads, panics, until};
use common::threading::{Semaphore, SemaphoreError};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Attempts until a running thread is faster than the woken waiter.
const ATTEMPTS: u32 = 1_000;

fn assert_shows(semaphore: &Semaphore, value: u64, waiting: usize) {
    let expected = format!("Semaphore {{ value: {value}, waiting: {waiting} }}");
    assert_eq!(format!("{semaphore:?}"), expected);
}

/// Calls `then` while two threads wait for a permit. The older one sends 0 when it has acquired it, the younger one 1.
fn with_two_waiters<R>(semaphore: &Semaphore, then: impl FnOnce(&mpsc::Receiver<usize>) -> R) -> R {
    let (acquired, order) = mpsc::channel();
    thread::scope(|scope| {
        for number in 0..2 {
            let acquired = acquired.clone();
            scope.spawn(move || {
                semaphore.acquire();
                acquired.send(number).unwrap();
            });
            until(|| semaphore.waiting() == number + 1);
        }
        then(&order)
    })
}

#[test]
fn try_acquire_succeeds_once_for_each_permit() {
    let semaphore = Semaphore::new(3);
    for left in (0..3).rev() {
        assert!(semaphore.try_acquire());
        assert_shows(&semaphore, left, 0);
    }
    assert!(!semaphore.try_acquire());
    assert!(semaphore.try_permit().is_none());
    assert_shows(&semaphore, 0, 0);
    semaphore.release();
    assert!(semaphore.try_acquire());
    assert_shows(&Semaphore::default(), 1, 0);
}

#[test]
fn try_from_a_negative_value_is_an_error() {
    let error = Semaphore::try_from(-1).unwrap_err();
    assert_eq!(error, SemaphoreError::NegativeValue);
    assert_eq!(error.to_string(), "semaphore initial value must be >= 0");
    assert_shows(&Semaphore::try_from(0).unwrap(), 0, 0);
    assert_shows(&Semaphore::try_from(2).unwrap(), 2, 0);
}

#[test]
fn timeout_of_zero_does_not_block() {
    let semaphore = Semaphore::new(1);
    assert!(semaphore.acquire_timeout(Duration::ZERO));
    assert!(!semaphore.acquire_timeout(Duration::ZERO));
    assert!(semaphore.permit_timeout(Duration::ZERO).is_none());
    assert_shows(&semaphore, 0, 0);
}

#[test]
fn timeout_expires_in_time_and_leaves_no_waiter_behind() {
    let semaphore = Semaphore::new(0);
    let (start, timeout) = (Instant::now(), Duration::from_millis(20));
    assert!(!semaphore.acquire_timeout(timeout));
    assert!(start.elapsed() >= timeout);
    assert_shows(&semaphore, 0, 0);
}

#[test]
fn release_ends_a_wait_with_any_timeout() {
    for timeout in [LONG, Duration::MAX] {
        let semaphore = Semaphore::new(0);
        let overtaken = (0..ATTEMPTS).any(|_| {
            thread::scope(|scope| {
                let waiter = scope.spawn(|| semaphore.acquire_timeout(timeout));
                let until_queued = || until(|| semaphore.waiting() == 1 || waiter.is_finished());
                until_queued();
                semaphore.release();
                let overtaken = semaphore.try_acquire();
                if overtaken {
                    // After a wake-up in vain the waiter has compared its deadline with the clock.
                    until_queued();
                    semaphore.release();
                }
                assert!(waiter.join().unwrap(), "the wait timed out");
                overtaken
            })
        });
        assert!(overtaken);
        assert_shows(&semaphore, 0, 0);
    }
}

#[test]
fn release_many_0_is_an_error_and_changes_nothing() {
    let semaphore = Semaphore::new(1);
    let error = semaphore.release_many(0).unwrap_err();
    assert_eq!(error, SemaphoreError::ReleaseOfNone);
    assert_eq!(error.to_string(), "n must be one or more");
    assert_shows(&semaphore, 1, 0);
}

#[test]
fn release_many_wakes_as_many_waiters_and_no_others() {
    let semaphore = Semaphore::new(0);
    let count = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| {
                semaphore.acquire();
                count.fetch_add(1, SeqCst);
            });
        }
        until(|| semaphore.waiting() == 5);
        semaphore.release_many(3).unwrap();
        until(|| count.load(SeqCst) == 3);
        assert_shows(&semaphore, 0, 2);
        semaphore.release_many(4).unwrap();
    });
    assert_eq!(count.into_inner(), 5);
    assert_shows(&semaphore, 2, 0);
}

#[test]
fn release_many_is_one_step() {
    let semaphore = Semaphore::new(0);
    let is_over = AtomicBool::new(false);
    let mut halves = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..100_000 {
                semaphore.release_many(2).unwrap();
            }
            is_over.store(true, SeqCst);
        });
        // No thread acquires a permit, so an odd value is half of a release.
        while !is_over.load(SeqCst) {
            let shown = format!("{semaphore:?}");
            let odd = ["1,", "3,", "5,", "7,", "9,"];
            halves += usize::from(odd.iter().any(|digit| shown.contains(digit)));
        }
    });
    assert_eq!(halves, 0);
    assert_shows(&semaphore, 200_000, 0);
}

#[test]
fn release_by_a_thread_that_acquired_nothing_adds_a_permit() {
    let semaphore = Semaphore::new(1);
    on_threads(3, |_| semaphore.release());
    assert_shows(&semaphore, 4, 0);
}

#[test]
fn acquire_serves_waiters_in_fifo_order() {
    let semaphore = Semaphore::new(0);
    with_two_waiters(&semaphore, |order| {
        semaphore.release();
        assert_eq!(order.recv(), Ok(0));
        assert_shows(&semaphore, 0, 1);
        semaphore.release();
        assert_eq!(order.recv(), Ok(1));
    });
}

#[test]
fn woken_waiter_that_is_overtaken_keeps_its_place() {
    let semaphore = Semaphore::new(0);
    let overtook = (0..ATTEMPTS).any(|_| {
        with_two_waiters(&semaphore, |order| {
            semaphore.release();
            let overtook = semaphore.try_acquire();
            if overtook {
                until(|| semaphore.waiting() == 2);
                semaphore.release();
            }
            let first = order.recv();
            semaphore.release();
            assert_eq!(first, Ok(0));
            overtook
        })
    });
    assert!(overtook, "no running thread was faster than a waiter");
    assert_shows(&semaphore, 0, 0);
}

#[test]
fn release_after_overtaking_wakes_no_younger_waiter_first() {
    let semaphore = Semaphore::new(0);
    for _ in 0..1_000 {
        with_two_waiters(&semaphore, |order| {
            semaphore.release();
            if semaphore.try_acquire() {
                semaphore.release();
            }
            let first = order.recv();
            semaphore.release();
            assert_eq!(first, Ok(0));
        });
    }
    assert_shows(&semaphore, 0, 0);
}

#[test]
fn permit_is_released_by_a_drop_on_any_thread() {
    let semaphore = Semaphore::new(2);
    let permit = semaphore.permit();
    assert_eq!(format!("{permit:?}"), "Permit { value: 1, waiting: 0 }");
    thread::scope(|scope| scope.spawn(|| drop(permit)).join().unwrap());
    assert_shows(&semaphore, 2, 0);
}

#[test]
fn panic_under_a_permit_releases_it() {
    let semaphore = Semaphore::new(1);
    assert!(panics(|| {
        let _permit = semaphore.permit_timeout(LONG);
        resume_unwind(Box::new("on purpose"));
    }));
    assert_shows(&semaphore, 1, 0);
}

#[test]
fn acquire_admits_at_most_as_many_threads_as_permits() {
    for permits in [1, 2, 3] {
        let semaphore = Semaphore::new(permits);
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        on_threads(6, |_| {
            for _ in 0..200 {
                let _permit = semaphore.permit();
                most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                thread::yield_now();
                inside.fetch_sub(1, SeqCst);
            }
        });
        assert!(most.into_inner() <= permits);
        assert_shows(&semaphore, permits as u64, 0);
    }
}

#[test]
fn timeouts_racing_with_releases_lose_no_permit_and_no_waiter() {
    let (semaphore, count) = (Semaphore::new(2), AtomicU64::new(0));
    on_threads(4, |thread| {
        for round in 0..500_u64 {
            let timeout = Duration::from_nanos((round * 7 + thread as u64) % 50 * 200);
            if semaphore.acquire_timeout(timeout) {
                count.fetch_add(1, Relaxed);
                thread::yield_now();
                semaphore.release();
            }
        }
        // A wait without a timeout ends too.
        let _permit = semaphore.permit();
    });
    assert_ne!(count.into_inner(), 0);
    assert_shows(&semaphore, 2, 0);
}

#[test]
fn release_beyond_the_largest_value_saturates() {
    let semaphore = Semaphore::new(usize::MAX);
    let full = format!("{semaphore:?}");
    semaphore.release_many(usize::MAX).unwrap();
    assert!(semaphore.try_acquire());
    semaphore.release_many(usize::MAX).unwrap();
    assert_eq!(format!("{semaphore:?}"), full);
}

#[test]
fn static_semaphore_can_be_acquired_while_thread_locals_are_dropped() {
    static SEMAPHORE: Semaphore = Semaphore::new(0);
    static ACQUIRED: AtomicBool = AtomicBool::new(false);
    let acquire = || {
        SEMAPHORE.acquire();
        ACQUIRED.store(true, SeqCst);
    };
    let thread = thread::spawn(move || at_thread_exit(acquire));
    until(|| SEMAPHORE.waiting() == 1);
    SEMAPHORE.release();
    thread.join().unwrap();
    until(|| ACQUIRED.load(SeqCst));
}
