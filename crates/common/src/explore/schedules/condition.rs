//! The condition.

use super::{explore, join, spawn, until};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::threading::{Condition, Lock};
use std::time::Duration;

/// Two threads wait for an item each, one of them at recursion level 2; two items come: both threads end, at the level
/// that they had.
#[test]
fn notify_loses_no_notification() {
    let faults = [
        Fault::LostWakeup,
        Fault::RestoredOneLevel,
        Fault::RequeuedUnmarked,
    ];
    explore(&faults, || {
        let shared = Arc::new((Condition::new(), AtomicUsize::new(0)));
        let consumers = [1, 2].map(|levels| {
            spawn(&shared, move |(condition, items)| {
                (0..levels).for_each(|_| condition.acquire());
                condition.wait_for(|| items.load(Relaxed) > 0).unwrap();
                items.store(items.load(Relaxed) - 1, Relaxed);
                (0..levels).for_each(|_| assert_eq!(condition.release(), Ok(())));
                assert!(condition.notify(1).is_err(), "it still owns the lock");
            })
        });
        let (condition, items) = &*shared;
        for _ in 0..2 {
            let guard = condition.guard();
            items.store(items.load(Relaxed) + 1, Relaxed);
            guard.notify(1);
        }
        join(consumers);
        assert_eq!(items.load(Relaxed), 0);
        assert!(!condition.locked());
    });
}

/// One thread times out at some moment, one waits without a timeout, and one notification comes: it wakes one of them.
#[test]
fn timeout_takes_no_notification_along() {
    explore(&[Fault::CancelledAfterNotify], || {
        let shared = Arc::new((Condition::new(), AtomicUsize::new(0)));
        let [impatient, patient] = [Duration::from_millis(1), Duration::MAX].map(|timeout| {
            spawn(&shared, move |(condition, inside)| {
                let guard = condition.guard();
                inside.fetch_add(1, Relaxed);
                guard.wait_timeout(timeout)
            })
        });
        let (condition, inside) = &*shared;
        until(|| inside.load(Relaxed) == 2);
        condition.guard().notify(1);
        if impatient.join().unwrap() {
            condition.guard().notify(1);
        }
        assert!(patient.join().unwrap());
        assert_eq!(condition.waiting(), 0);
        assert_eq!(condition.underlying_lock().waiting(), 0);
    });
}

/// Over a plain lock a thread notifies while another one holds the lock, or has just released it: the waiter wakes.
#[test]
fn notify_that_races_with_release_wakes_the_waiter() {
    explore(&[Fault::RequeuedUnmarked], || {
        let condition = Condition::with_lock(Arc::new(Lock::new()));
        let shared = Arc::new((condition, AtomicUsize::new(0)));
        let (condition, holding) = &*shared;
        let waiter = spawn(&shared, |(condition, _)| condition.guard().wait());
        until(|| condition.waiting() == 1);
        let holder = spawn(&shared, |(condition, holding)| {
            let _guard = condition.guard();
            holding.store(1, Relaxed);
        });
        until(|| holding.load(Relaxed) == 1);
        if condition.notify(1).is_err() {
            condition.guard().notify(1);
        }
        join([waiter, holder]);
        assert!(!condition.locked());
    });
}
