//! `threading::Condition`: its lock, its waits, and which waiter is notified.

use crate::support::{LONG, SHORT, until};
use common::threading::{Condition, Lock, RLock};
use std::sync::atomic::{AtomicBool, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

/// The lock is free, and no thread waits for it or for a notification.
const IDLE: &str =
    "Condition { lock: RLock { held: false, owner: None, level: 0, waiting: 0 }, waiting: 0 }";

fn over_a_plain_lock() -> Condition<Lock> {
    Condition::with_lock(Arc::new(Lock::new()))
}

#[test]
fn default_lock_is_reentrant_and_lock_methods_are_forwarded() {
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
fn notify_wakes_no_waiter_of_another_condition_on_the_same_lock() {
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
        // The guard of either condition holds the lock of both.
        let _guard = second.guard();
        assert_eq!(first.notify(1), Ok(()));
    });
    assert_eq!(order.recv(), Ok("first"));
}

#[test]
fn wait_releases_every_level_and_acquires_as_many_again() {
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
        let guard = condition.try_guard().expect("wait releases every level");
        assert!(format!("{:?}", condition.underlying_lock()).contains("level: 1"));
        guard.notify(1);
        drop(guard);
        let (shown, another_release) = waiter.join().unwrap();
        assert!(shown.contains("level: 3"), "{shown}");
        assert_eq!(
            another_release.unwrap_err().to_string(),
            "cannot release un-acquired lock"
        );
    });
    assert_eq!(format!("{condition:?}"), IDLE);
}

#[test]
fn wait_and_notify_without_the_lock_are_errors() {
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
fn wait_of_a_guard_whose_lock_was_released_by_hand_panics() {
    let condition = over_a_plain_lock();
    let guard = condition.guard();
    condition.release().unwrap();
    let wait = std::panic::AssertUnwindSafe(|| guard.wait());
    let panic = std::panic::catch_unwind(wait).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert_eq!(message, "cannot wait on un-acquired lock");
}

#[test]
fn notify_over_a_plain_lock_requires_that_any_thread_holds_it() {
    let condition = over_a_plain_lock();
    assert!(condition.notify(1).is_err());
    assert!(!condition.locked(), "notify acquired the lock");
    thread::scope(|scope| {
        let waiter = scope.spawn(|| condition.guard().wait());
        until(|| condition.waiting() == 1);
        let guard = condition.guard();
        scope.spawn(|| assert_eq!(condition.notify(1), Ok(())));
        until(|| condition.underlying_lock().waiting() == 1);
        assert!(!waiter.is_finished(), "wait returned without the lock");
        drop(guard);
        waiter.join().unwrap();
    });
    assert!(!condition.locked());
}

#[test]
fn notify_wakes_the_waiters_that_have_waited_longest() {
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
fn notify_wakes_no_waiter_that_begins_later() {
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
        // The early thread is first in the queue of the lock; the late one enters before it has returned.
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
fn wait_has_no_spurious_wakeups() {
    let condition = Condition::new();
    let notified = AtomicBool::new(false);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let guard = condition.guard();
            guard.wait();
            assert!(notified.load(SeqCst), "a spurious wake-up");
        });
        until(|| condition.waiting() == 1);
        for _ in 0..10 {
            waiter.thread().unpark();
            // Time for a spurious wake-up.
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
fn notify_0_wakes_no_waiter_and_a_large_number_wakes_all() {
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
fn notify_without_a_waiter_has_no_later_effect() {
    let condition = Condition::new();
    let guard = condition.guard();
    guard.notify(1);
    guard.notify_all();
    assert!(!guard.wait_timeout(SHORT));
}

#[test]
fn notified_waiters_continue_one_by_one_with_the_lock() {
    let condition = Condition::new();
    let inside = AtomicBool::new(false);
    thread::scope(|scope| {
        for count in 1..=3 {
            scope.spawn(|| {
                let guard = condition.guard();
                guard.wait();
                assert!(!inside.swap(true, SeqCst), "two threads hold the lock");
                thread::yield_now();
                inside.store(false, SeqCst);
            });
            until(|| condition.waiting() == count);
        }
        let guard = condition.guard();
        inside.store(true, SeqCst);
        guard.notify_all();
        // The waiters are in the queue of the lock now.
        assert!(format!("{condition:?}").ends_with("waiting: 3 }, waiting: 0 }"));
        inside.store(false, SeqCst);
    });
    assert_eq!(format!("{condition:?}"), IDLE);
}
