//! `threading::Condition`, as a user sees it: its lock, its waits, and who is notified.

use crate::support::{LONG, SHORT, until};
use common::threading::{Condition, Lock, RLock};
use std::sync::atomic::{AtomicBool, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

/// Nobody waits, for a notification or for the lock, which is free.
const IDLE: &str =
    "Condition { lock: RLock { held: false, owner: None, level: 0, waiting: 0 }, waiting: 0 }";

fn over_a_plain_lock() -> Condition<Lock> {
    Condition::with_lock(Arc::new(Lock::new()))
}

#[test]
fn its_own_lock_is_reentrant_and_the_methods_are_the_locks() {
    let condition = Condition::new();
    condition.acquire();
    assert!(condition.try_acquire());
    assert!(condition.acquire_timeout(Duration::ZERO));
    let guards = (
        condition.guard(),
        condition.try_guard(),
        condition.guard_timeout(LONG),
    );
    assert!(format!("{:?}", condition.underlying_lock()).contains("level: 6"));
    drop(guards);
    for _ in 0..3 {
        assert!(condition.locked());
        assert_eq!(condition.release(), Ok(()));
    }
    assert_eq!(
        condition.release().unwrap_err().to_string(),
        "cannot release un-acquired lock"
    );
    assert_eq!(
        over_a_plain_lock().release().unwrap_err().to_string(),
        "release unlocked lock"
    );
    assert_eq!(format!("{condition:?}"), IDLE);
}

#[test]
fn conditions_that_share_a_lock_are_notified_each_by_itself() {
    let lock = Arc::new(RLock::new());
    let [first, second] = [(); 2].map(|()| Condition::with_lock(Arc::clone(&lock)));
    let (woken, order) = mpsc::channel();
    thread::scope(|scope| {
        for (name, condition) in [("first", &first), ("second", &second)] {
            let woken = woken.clone();
            scope.spawn(move || {
                let guard = condition.guard();
                guard.wait();
                woken.send(name).unwrap();
            });
            until(|| condition.waiting() == 1);
        }
        second.guard().notify_all();
        assert_eq!(order.recv(), Ok("second"));
        until(|| first.waiting() == 1);
        // Under the lock of both, whoever's guard it is.
        let _guard = second.guard();
        assert_eq!(first.notify(1), Ok(()));
    });
    assert_eq!(order.recv(), Ok("first"));
}

#[test]
fn a_wait_lets_every_level_go_and_takes_as_many_again() {
    let condition = Condition::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            (0..3).for_each(|_| condition.acquire());
            condition.wait().unwrap();
            let shown = format!("{:?}", condition.underlying_lock());
            (0..3).for_each(|_| condition.release().unwrap());
            (shown, condition.release())
        });
        until(|| condition.waiting() == 1);
        let guard = condition.try_guard().expect("a level was kept");
        assert!(format!("{:?}", condition.underlying_lock()).contains("level: 1"));
        guard.notify(1);
        drop(guard);
        let (shown, one_release_more) = waiter.join().unwrap();
        assert!(shown.contains("level: 3"), "{shown}");
        assert_eq!(
            one_release_more.unwrap_err().to_string(),
            "cannot release un-acquired lock"
        );
    });
    assert_eq!(format!("{condition:?}"), IDLE);
}

#[test]
fn without_the_lock_one_can_neither_wait_nor_notify() {
    let condition = Condition::new();
    let refused = || {
        let error = condition.wait().unwrap_err();
        assert_eq!(error.to_string(), "cannot wait on un-acquired lock");
        let errors = [
            condition.wait_timeout(LONG).unwrap_err(),
            condition.wait_for(|| false).unwrap_err(),
        ];
        assert_eq!(errors, [error; 2]);
        let error = condition.notify(1).unwrap_err();
        assert_eq!(error.to_string(), "cannot notify on un-acquired lock");
        assert_eq!(condition.notify_all(), Err(error));
    };
    refused();
    let _guard = condition.guard();
    thread::scope(|scope| scope.spawn(refused).join().unwrap());
    assert!(format!("{condition:?}").ends_with("waiting: 0 }"));
}

#[test]
fn a_guard_whose_lock_was_released_by_hand_cannot_wait() {
    let condition = over_a_plain_lock();
    let guard = condition.guard();
    condition.release().unwrap();
    let wait = std::panic::AssertUnwindSafe(|| guard.wait());
    let panic = std::panic::catch_unwind(wait).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert_eq!(message, "cannot wait on un-acquired lock");
}

#[test]
fn over_a_plain_lock_it_is_enough_that_somebody_holds_it() {
    let condition = over_a_plain_lock();
    assert!(condition.notify(1).is_err());
    assert!(!condition.locked(), "asking took the lock");
    thread::scope(|scope| {
        let waiter = scope.spawn(|| condition.guard().wait());
        until(|| condition.waiting() == 1);
        let guard = condition.guard();
        scope.spawn(|| assert_eq!(condition.notify(1), Ok(())));
        until(|| condition.underlying_lock().waiting() == 1);
        assert!(!waiter.is_finished(), "it returned without the lock");
        drop(guard);
        waiter.join().unwrap();
    });
    assert!(!condition.locked());
}

#[test]
fn those_who_have_waited_longest_are_woken_first() {
    let condition = Condition::new();
    let (woken, order) = mpsc::channel();
    thread::scope(|scope| {
        for number in 0..5 {
            let (condition, woken) = (&condition, woken.clone());
            scope.spawn(move || {
                let guard = condition.guard();
                guard.wait();
                woken.send(number).unwrap();
            });
            until(|| condition.waiting() == number + 1);
        }
        condition.guard().notify(1);
        assert_eq!(order.recv(), Ok(0));
        condition.guard().notify(2);
        assert_eq!([order.recv(), order.recv()], [Ok(1), Ok(2)]);
        until(|| condition.waiting() == 2);
        condition.guard().notify_all();
        assert_eq!([order.recv(), order.recv()], [Ok(3), Ok(4)]);
    });
    assert_eq!(format!("{condition:?}"), IDLE);
}

#[test]
fn who_begins_to_wait_after_a_notification_is_not_woken_by_it() {
    let condition = Condition::new();
    let (woken, order) = mpsc::channel();
    thread::scope(|scope| {
        let wait = |name| {
            let (condition, woken) = (&condition, woken.clone());
            move || {
                let guard = condition.guard();
                guard.wait();
                woken.send(name).unwrap();
            }
        };
        scope.spawn(wait("early"));
        until(|| condition.waiting() == 1);
        let guard = condition.guard();
        guard.notify_all();
        // It is first for the lock; the late one comes to the condition while it has not returned.
        guard.notify_all();
        scope.spawn(wait("late"));
        until(|| condition.underlying_lock().waiting() == 2);
        drop(guard);
        assert_eq!(order.recv(), Ok("early"));
        until(|| condition.waiting() == 1);
        assert!(order.try_recv().is_err());
        condition.guard().notify(1);
        assert_eq!(order.recv(), Ok("late"));
    });
}

#[test]
fn nobody_wakes_without_a_notification() {
    let condition = Condition::new();
    let notified = AtomicBool::new(false);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let guard = condition.guard();
            guard.wait();
            assert!(notified.load(SeqCst), "it woke by itself");
        });
        until(|| condition.waiting() == 1);
        for _ in 0..10 {
            waiter.thread().unpark();
            // Time to wake, for whoever would.
            assert!(!condition.guard().wait_timeout(SHORT));
        }
        assert!(!waiter.is_finished());
        until(|| condition.waiting() == 1);
        let guard = condition.guard();
        notified.store(true, SeqCst);
        guard.notify(1);
    });
}

#[test]
fn notifying_none_wakes_none_and_more_than_there_are_wakes_all() {
    let condition = Condition::new();
    thread::scope(|scope| {
        for count in 1..=2 {
            scope.spawn(|| condition.guard().wait());
            until(|| condition.waiting() == count);
        }
        let guard = condition.guard();
        guard.notify(0);
        assert_eq!(condition.notify(0), Ok(()));
        assert!(format!("{condition:?}").ends_with("waiting: 2 }"));
        guard.notify(7);
    });
    assert_eq!(format!("{condition:?}"), IDLE);
}

#[test]
fn a_notification_that_nobody_waits_for_is_not_remembered() {
    let condition = Condition::new();
    let guard = condition.guard();
    guard.notify(1);
    guard.notify_all();
    assert!(!guard.wait_timeout(SHORT));
}

#[test]
fn who_is_notified_goes_on_when_the_lock_is_free_and_not_before() {
    let condition = Condition::new();
    let inside = AtomicBool::new(false);
    thread::scope(|scope| {
        for count in 1..=3 {
            scope.spawn(|| {
                let guard = condition.guard();
                guard.wait();
                assert!(!inside.swap(true, SeqCst), "two are inside");
                thread::yield_now();
                inside.store(false, SeqCst);
            });
            until(|| condition.waiting() == count);
        }
        let guard = condition.guard();
        inside.store(true, SeqCst);
        guard.notify_all();
        // They wait for the lock now, and no more for a notification.
        assert!(format!("{condition:?}").ends_with("waiting: 3 }, waiting: 0 }"));
        inside.store(false, SeqCst);
    });
    assert_eq!(format!("{condition:?}"), IDLE);
}

#[test]
fn a_notify_that_nobody_waits_for_allocates_nothing() {
    let condition = Condition::new();
    let _ = common::threading::get_ident();
    let counted = allocation_counter::measure(|| {
        for _ in 0..1_000 {
            condition.guard().notify(1);
            condition.acquire();
            condition.notify_all().unwrap();
            condition.release().unwrap();
        }
    });
    assert_eq!(counted.count_total, 0);
}
