//! `threading::BoundedSemaphore`, as a user sees it.

use crate::support::{LONG, until};
use common::threading::{BoundedSemaphore, SemaphoreError};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::thread;
use std::time::Duration;

fn shows(semaphore: &BoundedSemaphore, value: u64, initial: u64, waiting: usize) {
    let expected =
        format!("BoundedSemaphore {{ value: {value}, initial: {initial}, waiting: {waiting} }}");
    assert_eq!(format!("{semaphore:?}"), expected);
}

#[test]
fn a_release_past_the_initial_value_is_an_error_and_changes_nothing() {
    let semaphore = BoundedSemaphore::new(3);
    semaphore.acquire();
    let error = semaphore.release_many(2).unwrap_err();
    assert_eq!(error, SemaphoreError::ReleasedTooOften);
    assert_eq!(error.to_string(), "Semaphore released too many times");
    shows(&semaphore, 2, 3, 0);
    assert_eq!(semaphore.release(), Ok(()));
    assert_eq!(semaphore.release(), Err(SemaphoreError::ReleasedTooOften));
    shows(&semaphore, 3, 3, 0);
}

#[test]
fn a_release_of_too_many_wakes_nobody() {
    let semaphore = BoundedSemaphore::new(1);
    semaphore.acquire();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| semaphore.acquire_timeout(LONG));
        until(|| semaphore.waiting() == 1);
        let error = semaphore.release_many(2);
        assert_eq!(error, Err(SemaphoreError::ReleasedTooOften));
        shows(&semaphore, 0, 1, 1);
        assert_eq!(semaphore.release(), Ok(()));
        assert!(waiter.join().unwrap());
    });
    shows(&semaphore, 0, 1, 0);
}

#[test]
fn of_many_who_release_at_once_as_many_succeed_as_were_acquired() {
    let semaphore = BoundedSemaphore::new(2);
    for _ in 0..300 {
        semaphore.acquire();
        semaphore.acquire();
        let released = AtomicUsize::new(0);
        crate::support::on_threads(4, |_| {
            released.fetch_add(usize::from(semaphore.release().is_ok()), Relaxed);
        });
        assert_eq!(released.into_inner(), 2);
        shows(&semaphore, 2, 2, 0);
    }
}

#[test]
fn a_release_of_several_wakes_as_many() {
    let semaphore = BoundedSemaphore::new(3);
    (0..3).for_each(|_| semaphore.acquire());
    thread::scope(|scope| {
        let waiters = [(); 3].map(|()| scope.spawn(|| semaphore.acquire()));
        until(|| semaphore.waiting() == 3);
        semaphore.release_many(3).unwrap();
        for waiter in waiters {
            waiter.join().unwrap();
        }
    });
    shows(&semaphore, 0, 3, 0);
}

#[test]
fn what_makes_no_sense_is_an_error_as_with_the_other() {
    let error = BoundedSemaphore::try_from(-1).unwrap_err();
    assert_eq!(error, SemaphoreError::NegativeValue);
    let semaphore = BoundedSemaphore::try_from(1).unwrap();
    assert_eq!(
        semaphore.release_many(0),
        Err(SemaphoreError::ReleaseOfNone)
    );
    shows(&semaphore, 1, 1, 0);
    shows(&BoundedSemaphore::default(), 1, 1, 0);
}

#[test]
fn trying_and_waiting_are_as_with_the_other() {
    let semaphore = BoundedSemaphore::new(1);
    assert!(semaphore.try_acquire());
    assert!(!semaphore.try_acquire());
    assert!(!semaphore.acquire_timeout(Duration::ZERO));
    assert!(semaphore.try_permit().is_none());
    assert!(semaphore.permit_timeout(Duration::from_millis(1)).is_none());
    shows(&semaphore, 0, 1, 0);
}

#[test]
fn drop_of_a_permit_releases_the_permit_of_another_thread() {
    let semaphore = BoundedSemaphore::new(1);
    let permit = semaphore.permit();
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(semaphore.release(), Ok(())));
        scope.spawn(|| semaphore.acquire());
    });
    shows(&semaphore, 0, 1, 0);
    drop(permit);
    shows(&semaphore, 1, 1, 0);
}

#[test]
fn a_permit_whose_unit_was_given_back_by_hand_gives_none() {
    let semaphore = BoundedSemaphore::new(1);
    let permit = semaphore.permit();
    shows(&semaphore, 0, 1, 0);
    semaphore.release().unwrap();
    drop(permit);
    shows(&semaphore, 1, 1, 0);
    drop(semaphore.permit());
    shows(&semaphore, 1, 1, 0);
}

#[test]
fn one_that_is_as_large_as_can_be_has_its_bound_all_the_same() {
    let semaphore = BoundedSemaphore::new(usize::MAX);
    assert_eq!(semaphore.release(), Err(SemaphoreError::ReleasedTooOften));
    semaphore.acquire();
    assert_eq!(
        semaphore.release_many(usize::MAX),
        Err(SemaphoreError::ReleasedTooOften)
    );
    assert_eq!(semaphore.release(), Ok(()));
}
