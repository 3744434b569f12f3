//! `threading::Condition`: waits that end by a timeout, a predicate or a panic.

use crate::support::{LONG, SHORT, on_threads, panics, until};
use common::threading::{Condition, Lock};
use std::cell::Cell;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::thread;
use std::time::{Duration, Instant};

/// Each attempt has a longer timeout, until one meets the situation under test.
const ATTEMPTS: u32 = 1_000;

#[test]
fn timeout_of_zero_releases_the_lock_and_returns_false() {
    let condition = Condition::new();
    let taken = AtomicBool::new(false);
    let guard = condition.guard();
    thread::scope(|scope| {
        scope.spawn(|| {
            let _guard = condition.guard();
            taken.store(true, SeqCst);
        });
        while !taken.load(SeqCst) {
            assert!(!guard.wait_timeout(Duration::ZERO));
        }
    });
    drop(guard);
    assert!(!condition.locked());
}

#[test]
fn timeout_expires_in_time_and_leaves_no_waiter_behind() {
    let condition = Condition::new();
    let guard = condition.guard();
    let start = Instant::now();
    assert!(!guard.wait_timeout(SHORT));
    assert!(start.elapsed() >= SHORT);
    let shown = format!("{condition:?}");
    assert!(
        shown.ends_with("level: 1, waiting: 0 }, waiting: 0 }"),
        "{shown}"
    );
}

#[test]
fn timeout_beyond_the_clock_is_no_limit() {
    let condition = Condition::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let (guard, calls) = (condition.guard(), Cell::new(0));
            let third_time = || calls.replace(calls.get() + 1) == 2;
            guard.wait_for_timeout(third_time, Duration::MAX) && guard.wait_timeout(Duration::MAX)
        });
        for _ in 0..3 {
            // After a notification in vain the waiter has compared its deadline with the clock.
            until(|| condition.waiting() == 1 || waiter.is_finished());
            // Time for a timeout to expire.
            assert!(!condition.guard().wait_timeout(SHORT));
            assert_eq!(condition.waiting(), 1, "the wait timed out");
            condition.guard().notify(1);
        }
        assert!(waiter.join().unwrap());
    });
}

#[test]
fn timeout_does_not_limit_the_wait_for_the_lock() {
    let condition = Condition::new();
    let met = (1..=ATTEMPTS).any(|round| {
        let inside = AtomicUsize::new(0);
        thread::scope(|scope| {
            let impatient = scope.spawn(|| enter_and_wait(&condition, &inside, round * SHORT));
            until(|| inside.load(SeqCst) == 1);
            let guard = condition.guard();
            if condition.waiting() == 0 {
                return false; // the timeout has expired already: the next attempt has a longer one
            }
            // A thread that waits for the lock has left the condition.
            until(|| condition.underlying_lock().waiting() == 1);
            assert_eq!(condition.waiting(), 0);
            guard.notify_all();
            assert!(!impatient.is_finished(), "wait returned without the lock");
            drop(guard);
            assert!(
                !impatient.join().unwrap(),
                "wait returned true after a timeout"
            );
            true
        })
    });
    assert!(met);
    assert!(!condition.locked());
}

#[test]
fn notify_before_the_timeout_counts_although_the_lock_is_held_longer() {
    let condition = Condition::new();
    // An attempt that is not in time is repeated with a longer timeout.
    let met = (1..=ATTEMPTS).filter(|round| {
        let timeout = round * 2 * SHORT;
        notify_one_of_two(&condition, timeout, Duration::ZERO, timeout + SHORT)
    });
    assert_eq!(met.take(5).count(), 5);
}

#[test]
fn timeout_racing_with_notify_loses_no_notification() {
    let condition = Condition::new();
    for round in 0..300 {
        let [timeout, later, held] =
            [round % 50, round % 30 * 5, round % 4 * 50].map(Duration::from_micros);
        notify_one_of_two(&condition, timeout, later, timeout + held);
        assert_eq!(condition.waiting(), 0);
    }
}

/// Two threads wait, the older one with a timeout. After `later` one of them is notified, and the lock is held for `held`
/// after that. The older waiter reports a notification if and only if it was notified; returns which.
fn notify_one_of_two(
    condition: &Condition,
    timeout: Duration,
    later: Duration,
    held: Duration,
) -> bool {
    let inside = AtomicUsize::new(0);
    thread::scope(|scope| {
        let older = scope.spawn(|| enter_and_wait(condition, &inside, timeout));
        until(|| inside.load(SeqCst) == 1);
        let younger = scope.spawn(|| enter_and_wait(condition, &inside, LONG));
        until(|| inside.load(SeqCst) == 2);
        yield_for(later);
        let guard = condition.guard();
        guard.notify(1);
        // The younger waiter is left unless the older one had timed out.
        let older_was_notified = condition.waiting() == 1;
        yield_for(held);
        drop(guard);
        let reported = older.join().unwrap();
        condition.guard().notify(1);
        assert!(younger.join().unwrap(), "the notification was lost");
        assert_eq!(reported, older_was_notified);
        older_was_notified
    })
}

/// Yields until `time` has passed.
fn yield_for(time: Duration) {
    let start = Instant::now();
    until(|| start.elapsed() >= time);
}

/// Acquires the lock, counts itself as inside, and waits for a notification.
fn enter_and_wait(condition: &Condition, inside: &AtomicUsize, timeout: Duration) -> bool {
    let guard = condition.guard();
    inside.fetch_add(1, SeqCst);
    guard.wait_timeout(timeout)
}

#[test]
fn wait_for_a_true_predicate_does_not_block() {
    let condition = Condition::new();
    assert_eq!(
        condition.wait_for(|| true),
        Ok(true),
        "the predicate is checked before the lock"
    );
    let guard = condition.guard();
    assert!(guard.wait_for(|| true));
    assert!(guard.wait_for_timeout(|| true, Duration::ZERO));
}

#[test]
fn wait_for_calls_the_predicate_after_each_notification() {
    let condition = Condition::new();
    let (calls, pages) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let guard = condition.guard();
            guard.wait_for(|| {
                calls.fetch_add(1, SeqCst);
                Some(pages.load(SeqCst)).filter(|&pages| pages == 3)
            })
        });
        for page in 1..=3 {
            until(|| condition.waiting() == 1);
            assert_eq!(calls.load(SeqCst), page);
            let guard = condition.guard();
            pages.store(page, SeqCst);
            guard.notify(1);
        }
        assert_eq!(waiter.join().unwrap(), Some(3));
    });
    assert_eq!(calls.load(SeqCst), 4);
}

#[test]
fn wait_for_with_timeout_zero_calls_the_predicate_twice() {
    let condition = Condition::new();
    let calls = Cell::new(0);
    let ask = || {
        calls.set(calls.get() + 1);
        Some(calls.get()).filter(|&calls| calls > 2)
    };
    let guard = condition.guard();
    assert_eq!(guard.wait_for_timeout(ask, Duration::ZERO), None);
    assert_eq!(calls.get(), 2);
    assert_eq!(condition.wait_for_timeout(ask, Duration::ZERO), Ok(Some(3)));
    // The last value is returned, not the first.
    calls.set(1);
    assert_eq!(guard.wait_for_timeout(ask, Duration::ZERO), Some(3));
}

#[test]
fn wait_for_keeps_its_deadline_when_notified() {
    let condition = Condition::new();
    let timeout = Duration::from_millis(20);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let start = Instant::now();
            let held = condition.guard().wait_for_timeout(|| false, timeout);
            (held, start.elapsed())
        });
        // A deadline that each notification postponed would never pass.
        while !waiter.is_finished() {
            condition.guard().notify_all();
            thread::yield_now();
        }
        let (held, took) = waiter.join().unwrap();
        assert!(!held);
        assert!(took >= timeout);
    });
}

#[test]
fn panic_of_the_predicate_keeps_the_lock_held() {
    let condition = Condition::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            assert!(panics(|| {
                condition.acquire();
                let calls = Cell::new(false);
                let _ = condition.wait_for(|| {
                    if calls.replace(true) {
                        resume_unwind(Box::new("on purpose"));
                    }
                    false
                });
            }));
            assert_eq!(condition.release(), Ok(()), "the lock is not held");
            let predicate = || -> bool { resume_unwind(Box::new("on purpose")) };
            assert!(panics(|| condition.guard().wait_for(predicate)));
            assert_eq!(
                condition.release().unwrap_err().to_string(),
                "cannot release un-acquired lock"
            );
        });
        until(|| condition.waiting() == 1);
        condition.guard().notify(1);
        waiter.join().unwrap();
    });
    assert!(condition.try_acquire());
}

#[test]
fn notify_over_a_plain_lock_delivers_each_item_once() {
    const ITEMS: usize = 4_000;
    let condition = Condition::with_lock(Arc::new(Lock::new()));
    let (items, consumed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    on_threads(4, |thread| {
        for _ in 0..ITEMS {
            let guard = condition.guard();
            if thread % 2 == 0 {
                items.store(items.load(Relaxed) + 1, Relaxed);
                guard.notify(1);
            } else {
                while !guard.wait_for_timeout(|| items.load(Relaxed) > 0, SHORT) {}
                items.store(items.load(Relaxed) - 1, Relaxed);
                consumed.fetch_add(1, Relaxed);
            }
        }
    });
    assert_eq!((items.into_inner(), consumed.into_inner()), (0, 2 * ITEMS));
    assert!(!condition.locked());
}
