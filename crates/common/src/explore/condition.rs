//! The condition.

use super::{finds, run};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::threading::{Condition, Lock, RLock};
use shuttle::thread;
use std::time::Duration;

fn until(happened: impl Fn() -> bool) {
    while !happened() {
        thread::yield_now();
    }
}

/// Two wait for an item each, one of them with two levels of the lock; two items come: both end, and each
/// has the levels that it had.
fn items_reach_those_who_wait() {
    let shared = Arc::new((Condition::new(), AtomicUsize::new(0)));
    let takers = [1, 2].map(|levels| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || {
            let (changed, items) = &*shared;
            (0..levels).for_each(|_| changed.acquire());
            changed.wait_for(|| items.load(Relaxed) > 0).unwrap();
            items.store(items.load(Relaxed) - 1, Relaxed);
            (0..levels).for_each(|_| assert_eq!(changed.release(), Ok(())));
            assert!(changed.notify(1).is_err(), "it has the lock still");
        })
    });
    for _ in 0..2 {
        let (changed, items) = &*shared;
        let guard = changed.guard();
        items.store(items.load(Relaxed) + 1, Relaxed);
        guard.notify(1);
    }
    for taker in takers {
        taker.join().unwrap();
    }
    let (changed, items) = &*shared;
    assert_eq!(items.load(Relaxed), 0);
    assert!(!changed.locked());
}

/// One gives up at some time, one waits for ever, and one notification comes: it reaches one of the two.
fn a_notification_is_never_spent_on_who_gave_up() {
    let changed = Arc::new(Condition::<RLock>::new());
    let inside = Arc::new(AtomicUsize::new(0));
    let [impatient, patient] = [Duration::from_millis(1), Duration::MAX].map(|timeout| {
        let (changed, inside) = (Arc::clone(&changed), Arc::clone(&inside));
        thread::spawn(move || {
            let guard = changed.guard();
            inside.fetch_add(1, Relaxed);
            guard.wait_timeout(timeout)
        })
    });
    until(|| inside.load(Relaxed) == 2);
    changed.guard().notify(1);
    if impatient.join().unwrap() {
        changed.guard().notify(1);
    }
    assert!(patient.join().unwrap());
    assert!(format!("{changed:?}").ends_with("waiting: 0 }, waiting: 0 }"));
}

/// Over a plain lock one notifies while another holds it, or has just released it: the waiter goes on.
fn a_notification_that_meets_a_release_wakes_all_the_same() {
    let changed = Arc::new(Condition::with_lock(Arc::new(Lock::new())));
    let holding = Arc::new(AtomicUsize::new(0));
    let waiter = thread::spawn({
        let changed = Arc::clone(&changed);
        move || changed.guard().wait()
    });
    until(|| format!("{changed:?}").ends_with("waiting: 1 }"));
    let holder = thread::spawn({
        let (changed, holding) = (Arc::clone(&changed), Arc::clone(&holding));
        move || {
            let _guard = changed.guard();
            holding.store(1, Relaxed);
        }
    });
    until(|| holding.load(Relaxed) == 1);
    if changed.notify(1).is_err() {
        changed.guard().notify(1);
    }
    for thread in [waiter, holder] {
        thread.join().unwrap();
    }
    assert!(!changed.locked());
}

#[test]
fn no_notification_is_lost() {
    run(items_reach_those_who_wait);
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeup, items_reach_those_who_wait);
}

#[test]
fn finds_inner_levels_that_were_forgotten() {
    finds(Fault::RestoredOneLevel, items_reach_those_who_wait);
}

#[test]
fn finds_a_waiter_that_was_moved_without_a_word() {
    finds(Fault::RequeuedUnmarked, items_reach_those_who_wait);
}

#[test]
fn a_timeout_does_not_take_a_notification_with_it() {
    run(a_notification_is_never_spent_on_who_gave_up);
}

#[test]
fn finds_a_notification_spent_on_a_waiter_that_timed_out() {
    finds(
        Fault::CancelledAfterNotify,
        a_notification_is_never_spent_on_who_gave_up,
    );
}

#[test]
fn held_or_just_released_a_plain_lock_passes_the_waiter_on() {
    run(a_notification_that_meets_a_release_wakes_all_the_same);
}

#[test]
fn finds_a_waiter_that_met_a_release_without_a_word() {
    finds(
        Fault::RequeuedUnmarked,
        a_notification_that_meets_a_release_wakes_all_the_same,
    );
}
