//! `threading::Semaphore`, as a user sees it.

use crate::support::{LONG, until};
use common::threading::{Semaphore, SemaphoreError};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Until a running thread was quicker than the woken one.
const ATTEMPTS: u32 = 1_000;

fn shows(semaphore: &Semaphore, value: u64, waiting: usize) {
    let expected = format!("Semaphore {{ value: {value}, waiting: {waiting} }}");
    assert_eq!(format!("{semaphore:?}"), expected);
}

/// Two in line, who say when they have a unit: the elder sends 0, the younger 1.
fn with_two_in_line<R>(semaphore: &Semaphore, then: impl FnOnce(&mpsc::Receiver<usize>) -> R) -> R {
    let (got, order) = mpsc::channel();
    thread::scope(|scope| {
        for number in 0..2 {
            let got = got.clone();
            scope.spawn(move || {
                semaphore.acquire();
                got.send(number).unwrap();
            });
            until(|| semaphore.waiting() == number + 1);
        }
        then(&order)
    })
}

#[test]
fn as_many_can_be_taken_as_there_are_and_not_one_more() {
    let semaphore = Semaphore::new(3);
    for left in (0..3).rev() {
        assert!(semaphore.try_acquire());
        shows(&semaphore, left, 0);
    }
    assert!(!semaphore.try_acquire());
    assert!(semaphore.try_permit().is_none());
    shows(&semaphore, 0, 0);
    semaphore.release();
    assert!(semaphore.try_acquire());
    shows(&Semaphore::default(), 1, 0);
}

#[test]
fn a_value_below_zero_is_an_error() {
    let error = Semaphore::try_from(-1).unwrap_err();
    assert_eq!(error, SemaphoreError::NegativeValue);
    assert_eq!(error.to_string(), "semaphore initial value must be >= 0");
    shows(&Semaphore::try_from(0).unwrap(), 0, 0);
    shows(&Semaphore::try_from(2).unwrap(), 2, 0);
}

#[test]
fn a_timeout_of_zero_is_a_try() {
    let semaphore = Semaphore::new(1);
    assert!(semaphore.acquire_timeout(Duration::ZERO));
    assert!(!semaphore.acquire_timeout(Duration::ZERO));
    assert!(semaphore.permit_timeout(Duration::ZERO).is_none());
    shows(&semaphore, 0, 0);
}

#[test]
fn a_timeout_is_waited_for_and_leaves_nobody_in_line() {
    let semaphore = Semaphore::new(0);
    let (start, timeout) = (Instant::now(), Duration::from_millis(20));
    assert!(!semaphore.acquire_timeout(timeout));
    assert!(start.elapsed() >= timeout);
    shows(&semaphore, 0, 0);
}

#[test]
fn a_release_ends_a_wait_however_long_its_timeout() {
    for timeout in [LONG, Duration::MAX] {
        let semaphore = Semaphore::new(0);
        let overtaken = (0..ATTEMPTS).any(|_| {
            thread::scope(|scope| {
                let waiter = scope.spawn(|| semaphore.acquire_timeout(timeout));
                let waits = || format!("{semaphore:?}").contains("waiting: 1");
                let until_it_waits = || until(|| waits() || waiter.is_finished());
                until_it_waits();
                semaphore.release();
                let overtaken = semaphore.try_acquire();
                if overtaken {
                    // Woken for nothing, it has looked at the clock when it waits again.
                    until_it_waits();
                    semaphore.release();
                }
                assert!(waiter.join().unwrap(), "it gave up");
                overtaken
            })
        });
        assert!(overtaken);
        shows(&semaphore, 0, 0);
    }
}

#[test]
fn a_release_of_none_is_an_error_and_changes_nothing() {
    let semaphore = Semaphore::new(1);
    let error = semaphore.release_many(0).unwrap_err();
    assert_eq!(error, SemaphoreError::ReleaseOfNone);
    assert_eq!(error.to_string(), "n must be one or more");
    shows(&semaphore, 1, 0);
}

#[test]
fn a_release_of_several_wakes_as_many_and_the_others_wait_on() {
    let semaphore = Semaphore::new(0);
    let through = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| {
                semaphore.acquire();
                through.fetch_add(1, SeqCst);
            });
        }
        until(|| semaphore.waiting() == 5);
        semaphore.release_many(3).unwrap();
        until(|| through.load(SeqCst) == 3);
        shows(&semaphore, 0, 2);
        semaphore.release_many(4).unwrap();
    });
    assert_eq!(through.into_inner(), 5);
    shows(&semaphore, 2, 0);
}

#[test]
fn several_are_given_in_one_step() {
    let semaphore = Semaphore::new(0);
    let given_all = AtomicBool::new(false);
    let mut halves = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..100_000 {
                semaphore.release_many(2).unwrap();
            }
            given_all.store(true, SeqCst);
        });
        // Nobody takes any, so an odd number is one of two given.
        while !given_all.load(SeqCst) {
            let shown = format!("{semaphore:?}");
            let odd = ["1,", "3,", "5,", "7,", "9,"];
            halves += usize::from(odd.iter().any(|digit| shown.contains(digit)));
        }
    });
    assert_eq!(halves, 0);
    shows(&semaphore, 200_000, 0);
}

#[test]
fn any_thread_may_release_also_one_that_has_acquired_nothing() {
    let semaphore = Semaphore::new(1);
    crate::support::on_threads(3, |_| semaphore.release());
    shows(&semaphore, 4, 0);
}

#[test]
fn those_who_wait_get_a_unit_in_the_order_in_which_they_came() {
    let semaphore = Semaphore::new(0);
    with_two_in_line(&semaphore, |order| {
        semaphore.release();
        assert_eq!(order.recv(), Ok(0));
        shows(&semaphore, 0, 1);
        semaphore.release();
        assert_eq!(order.recv(), Ok(1));
    });
}

#[test]
fn a_running_thread_may_be_first_and_the_woken_one_keeps_its_place() {
    let semaphore = Semaphore::new(0);
    let was_first = (0..ATTEMPTS).any(|_| {
        with_two_in_line(&semaphore, |order| {
            semaphore.release();
            let was_first = semaphore.try_acquire();
            if was_first {
                until(|| semaphore.waiting() == 2);
                semaphore.release();
            }
            let first = order.recv();
            semaphore.release();
            assert_eq!(first, Ok(0));
            was_first
        })
    });
    assert!(was_first, "what is given is kept for those who wait");
    shows(&semaphore, 0, 0);
}

#[test]
fn who_takes_a_unit_and_gives_it_back_at_once_wakes_no_younger_one() {
    let semaphore = Semaphore::new(0);
    for _ in 0..1_000 {
        with_two_in_line(&semaphore, |order| {
            semaphore.release();
            if semaphore.try_acquire() {
                semaphore.release();
            }
            let first = order.recv();
            semaphore.release();
            assert_eq!(first, Ok(0));
        });
    }
    shows(&semaphore, 0, 0);
}

#[test]
fn a_permit_gives_its_unit_back_wherever_it_is_dropped() {
    let semaphore = Semaphore::new(2);
    let permit = semaphore.permit();
    assert_eq!(format!("{permit:?}"), "Permit { value: 1, waiting: 0 }");
    thread::scope(|scope| scope.spawn(|| drop(permit)).join().unwrap());
    shows(&semaphore, 2, 0);
}

#[test]
fn a_panic_under_a_permit_gives_it_back() {
    let semaphore = Semaphore::new(1);
    let panicked = thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let _permit = semaphore.permit_timeout(LONG);
            std::panic::resume_unwind(Box::new("on purpose"));
        });
        thread.join().is_err()
    });
    assert!(panicked);
    shows(&semaphore, 1, 0);
}

#[test]
fn never_more_are_inside_than_there_are_units() {
    for units in [1, 2, 3] {
        let semaphore = Semaphore::new(units);
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        crate::support::on_threads(6, |_| {
            for _ in 0..200 {
                let _permit = semaphore.permit();
                most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                thread::yield_now();
                inside.fetch_sub(1, SeqCst);
            }
        });
        assert!(most.into_inner() <= units);
        shows(&semaphore, units as u64, 0);
    }
}

#[test]
fn timeouts_that_race_with_releases_lose_neither_a_unit_nor_a_waiter() {
    let (semaphore, taken) = (Semaphore::new(2), AtomicU64::new(0));
    crate::support::on_threads(4, |thread| {
        for round in 0..500_u64 {
            let timeout = Duration::from_nanos((round * 7 + thread as u64) % 50 * 200);
            if semaphore.acquire_timeout(timeout) {
                taken.fetch_add(1, Relaxed);
                thread::yield_now();
                semaphore.release();
            }
        }
        // Whatever came before, a wait without limit ends.
        let _permit = semaphore.permit();
    });
    assert_ne!(taken.into_inner(), 0);
    shows(&semaphore, 2, 0);
}

#[test]
fn it_counts_as_far_as_anybody_can_and_no_further() {
    let semaphore = Semaphore::new(usize::MAX);
    let full = format!("{semaphore:?}");
    semaphore.release_many(usize::MAX).unwrap();
    assert!(semaphore.try_acquire());
    semaphore.release_many(usize::MAX).unwrap();
    assert_eq!(format!("{semaphore:?}"), full);
}

#[test]
fn without_a_wait_it_allocates_nothing() {
    let semaphore = Semaphore::new(1);
    let counted = allocation_counter::measure(|| {
        for _ in 0..1_000 {
            semaphore.acquire();
            assert!(!semaphore.try_acquire());
            semaphore.release();
            drop(semaphore.permit());
        }
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn it_may_be_a_static_and_used_while_thread_locals_are_dropped() {
    static SEMAPHORE: Semaphore = Semaphore::new(0);
    static TAKEN: AtomicBool = AtomicBool::new(false);
    struct TakesOneAtTheEnd;
    impl Drop for TakesOneAtTheEnd {
        fn drop(&mut self) {
            SEMAPHORE.acquire();
            TAKEN.store(true, SeqCst);
        }
    }
    thread_local!(static AT_THE_END: TakesOneAtTheEnd = const { TakesOneAtTheEnd });
    let thread = thread::spawn(|| AT_THE_END.with(|_| ()));
    until(|| SEMAPHORE.waiting() == 1);
    SEMAPHORE.release();
    thread.join().unwrap();
    assert!(TAKEN.load(SeqCst));
}
