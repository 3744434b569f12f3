//! `threading::BoundedSemaphore`.

use crate::support::{LONG, on_threads, until};
use common::threading::{BoundedSemaphore, SemaphoreError};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::thread;

fn assert_shows(semaphore: &BoundedSemaphore, value: u64, initial: u64, waiting: usize) {
    let expected =
        format!("BoundedSemaphore {{ value: {value}, initial: {initial}, waiting: {waiting} }}");
    assert_eq!(format!("{semaphore:?}"), expected);
}

#[test]
fn release_past_the_initial_value_is_an_error_and_changes_nothing() {
    let semaphore = BoundedSemaphore::new(3);
    semaphore.acquire();
    let error = semaphore.release_many(2).unwrap_err();
    assert_eq!(error, SemaphoreError::ReleasedTooOften);
    assert_eq!(error.to_string(), "Semaphore released too many times");
    assert_shows(&semaphore, 2, 3, 0);
    assert_eq!(semaphore.release(), Ok(()));
    assert_eq!(semaphore.release(), Err(SemaphoreError::ReleasedTooOften));
    assert_shows(&semaphore, 3, 3, 0);
}

#[test]
fn release_many_past_the_bound_wakes_no_waiter() {
    let semaphore = BoundedSemaphore::new(1);
    semaphore.acquire();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| semaphore.acquire_timeout(LONG));
        until(|| semaphore.waiting() == 1);
        let error = semaphore.release_many(2);
        assert_eq!(error, Err(SemaphoreError::ReleasedTooOften));
        assert_shows(&semaphore, 0, 1, 1);
        assert_eq!(semaphore.release(), Ok(()));
        assert!(waiter.join().unwrap());
    });
    assert_shows(&semaphore, 0, 1, 0);
}

#[test]
fn concurrent_releases_succeed_once_for_each_acquired_permit() {
    let semaphore = BoundedSemaphore::new(2);
    for _ in 0..300 {
        semaphore.acquire();
        semaphore.acquire();
        let released = AtomicUsize::new(0);
        on_threads(4, |_| {
            released.fetch_add(usize::from(semaphore.release().is_ok()), Relaxed);
        });
        assert_eq!(released.into_inner(), 2);
        assert_shows(&semaphore, 2, 2, 0);
    }
}

#[test]
fn try_from_and_release_many_reject_invalid_numbers() {
    let error = BoundedSemaphore::try_from(-1).unwrap_err();
    assert_eq!(error, SemaphoreError::NegativeValue);
    let semaphore = BoundedSemaphore::try_from(1).unwrap();
    assert_eq!(
        semaphore.release_many(0),
        Err(SemaphoreError::ReleaseOfNone)
    );
    assert_shows(&semaphore, 1, 1, 0);
    assert_shows(&BoundedSemaphore::default(), 1, 1, 0);
}

#[test]
fn permit_released_by_hand_is_not_released_again() {
    let semaphore = BoundedSemaphore::new(1);
    let permit = semaphore.permit();
    assert_shows(&semaphore, 0, 1, 0);
    semaphore.release().unwrap();
    drop(permit);
    assert_shows(&semaphore, 1, 1, 0);
    drop(semaphore.permit());
    assert_shows(&semaphore, 1, 1, 0);
}

#[test]
fn release_past_a_bound_of_usize_max_is_an_error() {
    let semaphore = BoundedSemaphore::new(usize::MAX);
    assert_eq!(semaphore.release(), Err(SemaphoreError::ReleasedTooOften));
    semaphore.acquire();
    assert_eq!(
        semaphore.release_many(usize::MAX),
        Err(SemaphoreError::ReleasedTooOften)
    );
    assert_eq!(semaphore.release(), Ok(()));
}

#[test]
fn drop_of_a_permit_releases_the_permit_of_another_thread() {
    let semaphore = BoundedSemaphore::new(1);
    let permit = semaphore.permit();
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(semaphore.release(), Ok(())));
        scope.spawn(|| semaphore.acquire());
    });
    assert_shows(&semaphore, 0, 1, 0);
    drop(permit);
    assert_shows(&semaphore, 1, 1, 0);
}
