//! The semaphore.

use super::{explore, join, spawn, starving_waiter_is_served};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::threading::{BoundedSemaphore, Semaphore};
use std::time::Duration;

/// Three threads acquire one of two permits, twice each: at most two hold one, all end, and both permits are returned.
#[test]
fn acquire_admits_as_many_threads_as_permits() {
    explore(&[Fault::LostWakeup, Fault::UnmarkedWaiter], || {
        let shared = Arc::new((Semaphore::new(2), AtomicUsize::new(0)));
        let threads = [(); 3].map(|()| {
            spawn(&shared, |(semaphore, inside)| {
                for _ in 0..2 {
                    let _permit = semaphore.permit();
                    assert!(inside.fetch_add(1, Relaxed) < 2);
                    inside.fetch_sub(1, Relaxed);
                }
            })
        });
        join(threads);
        let shown = format!("{:?}", shared.0);
        assert_eq!(shown, "Semaphore { value: 2, waiting: 0 }");
    });
}

/// Two threads time out at some moment, two have no timeout: those acquire the permit, whatever the others do with it.
#[test]
fn timeout_takes_no_permit_along() {
    explore(&[Fault::CancelledAfterNotify], || {
        let semaphore = Arc::new(Semaphore::new(0));
        let timeouts = [Duration::MAX, Duration::from_millis(1)];
        let threads = [0, 1, 0, 1].map(|number| {
            spawn(&semaphore, move |semaphore| {
                if semaphore.acquire_timeout(timeouts[number]) {
                    semaphore.release();
                } else {
                    assert_eq!(number, 1);
                }
            })
        });
        semaphore.release();
        join(threads);
        let shown = format!("{semaphore:?}");
        assert_eq!(shown, "Semaphore { value: 1, waiting: 0 }");
    });
}

/// Two threads release two permits each, which is too often: the bound holds, and no waiter is left.
#[test]
fn release_many_is_one_step() {
    explore(&[], || {
        let semaphore = Arc::new(BoundedSemaphore::new(2));
        (0..2).for_each(|_| semaphore.acquire());
        let waiters = [(); 2].map(|()| spawn(&semaphore, BoundedSemaphore::acquire));
        let release = |semaphore: &BoundedSemaphore| usize::from(semaphore.release_many(2).is_ok());
        let releasers = [(); 2].map(|()| spawn(&semaphore, release));
        let released: usize = join(releasers).iter().sum();
        join(waiters);
        let value = 2 * (released - 1);
        let expected = format!("BoundedSemaphore {{ value: {value}, initial: 2, waiting: 0 }}");
        assert_eq!(format!("{semaphore:?}"), expected);
    });
}

/// Two threads wait, and two permits are released one by one: each waiter acquires one, at whatever moment.
#[test]
fn release_reaches_a_waiter_for_each_permit() {
    explore(&[Fault::StillInFlight], || {
        let semaphore = Arc::new(Semaphore::new(0));
        let waiters = [(); 2].map(|()| spawn(&semaphore, Semaphore::acquire));
        (0..2).for_each(|_| semaphore.release());
        join(waiters);
        let shown = format!("{semaphore:?}");
        assert_eq!(shown, "Semaphore { value: 0, waiting: 0 }");
    });
}

/// One thread has the only permit and acquires it again at once, while another one waits.
#[test]
fn starving_waiter_is_handed_the_permit() {
    explore(&[Fault::UnfairRelease], || {
        let shared = starving_waiter_is_served(
            BoundedSemaphore::new(1),
            BoundedSemaphore::acquire,
            BoundedSemaphore::try_acquire,
            |semaphore| semaphore.release().unwrap(),
            BoundedSemaphore::waiting,
        );
        assert!(shared.0.try_acquire() && !shared.0.try_acquire());
    });
}
