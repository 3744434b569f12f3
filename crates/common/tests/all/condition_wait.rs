//! `threading::Condition`: waits that end by a timeout, a predicate or a panic.

use crate::support::{LONG, SHORT, until};
use common::threading::{Condition, Lock};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::thread;
use std::time::{Duration, Instant};

/// Each longer than the one before, until one meets what it is about.
const ATTEMPTS: u32 = 1_000;

#[test]
fn a_timeout_of_zero_lets_others_have_the_lock_and_is_false() {
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
fn a_timeout_is_waited_for_and_leaves_nobody_in_line() {
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
fn a_timeout_beyond_the_clock_is_for_ever() {
    let condition = Condition::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let (guard, asked) = (condition.guard(), Cell::new(0));
            let third_time = || asked.replace(asked.get() + 1) == 2;
            guard.wait_for_timeout(third_time, Duration::MAX) && guard.wait_timeout(Duration::MAX)
        });
        for _ in 0..3 {
            // Notified for nothing, it has looked at the clock when it waits again.
            until(|| condition.waiting() == 1 || waiter.is_finished());
            // Time to give up, for whoever would.
            assert!(!condition.guard().wait_timeout(SHORT));
            assert_eq!(condition.waiting(), 1, "it gave up");
            condition.guard().notify(1);
        }
        assert!(waiter.join().unwrap());
    });
}

#[test]
fn after_a_timeout_the_lock_is_waited_for_without_limit_and_a_notification_goes_to_the_next() {
    let condition = Condition::new();
    let met = (1..=ATTEMPTS).any(|round| {
        let inside = AtomicUsize::new(0);
        thread::scope(|scope| {
            let impatient = scope.spawn(|| enter_and_wait(&condition, &inside, round * SHORT));
            until(|| inside.load(SeqCst) == 1);
            let guard = condition.guard();
            if condition.waiting() == 0 {
                return false; // it has been and gone, or wants the lock already: longer next time
            }
            // It has left the condition once it waits for the lock.
            until(|| condition.underlying_lock().waiting() == 1);
            assert_eq!(condition.waiting(), 0);
            guard.notify_all();
            assert!(!impatient.is_finished(), "it returned without the lock");
            drop(guard);
            assert!(!impatient.join().unwrap(), "it says that it was notified");
            true
        })
    });
    assert!(met);
    assert!(!condition.locked());
}

#[test]
fn a_notification_in_time_counts_though_the_lock_is_free_only_later() {
    let condition = Condition::new();
    // In time five times; otherwise longer next time.
    let met = (1..=ATTEMPTS).filter(|round| {
        let timeout = round * 2 * SHORT;
        notify_one_of_two(&condition, timeout, Duration::ZERO, timeout + SHORT)
    });
    assert_eq!(met.take(5).count(), 5);
}

#[test]
fn a_timeout_that_races_with_a_notification_never_loses_it() {
    let condition = Condition::new();
    for round in 0..300 {
        let [timeout, later, held] =
            [round % 50, round % 30 * 5, round % 4 * 50].map(Duration::from_micros);
        notify_one_of_two(&condition, timeout, later, timeout + held);
        assert_eq!(condition.waiting(), 0);
    }
}

/// Two wait, the elder with a timeout; one is notified, so much later, and the lock is held so long after that. The
/// elder says that it was notified exactly when it was; this is returned.
fn notify_one_of_two(
    condition: &Condition,
    timeout: Duration,
    later: Duration,
    held: Duration,
) -> bool {
    let inside = AtomicUsize::new(0);
    thread::scope(|scope| {
        let elder = scope.spawn(|| enter_and_wait(condition, &inside, timeout));
        until(|| inside.load(SeqCst) == 1);
        let younger = scope.spawn(|| enter_and_wait(condition, &inside, LONG));
        until(|| inside.load(SeqCst) == 2);
        until_past(later);
        let guard = condition.guard();
        guard.notify(1);
        // One is left: the younger. None is left: it was the younger, because the elder had gone.
        let was_the_elder = condition.waiting() == 1;
        until_past(held);
        drop(guard);
        let says_so = elder.join().unwrap();
        condition.guard().notify(1);
        assert!(younger.join().unwrap(), "the notification was lost");
        assert_eq!(says_so, was_the_elder);
        was_the_elder
    })
}

/// Returns when so much time has passed.
fn until_past(time: Duration) {
    let start = Instant::now();
    until(|| start.elapsed() >= time);
}

/// Takes the lock, says so, and waits to be notified.
fn enter_and_wait(condition: &Condition, inside: &AtomicUsize, timeout: Duration) -> bool {
    let guard = condition.guard();
    inside.fetch_add(1, SeqCst);
    guard.wait_timeout(timeout)
}

#[test]
fn a_predicate_that_holds_already_is_not_waited_for() {
    let condition = Condition::new();
    assert_eq!(
        condition.wait_for(|| true),
        Ok(true),
        "it waited without the lock"
    );
    let guard = condition.guard();
    assert!(guard.wait_for(|| true));
    assert!(guard.wait_for_timeout(|| true, Duration::ZERO));
}

#[test]
fn a_predicate_is_asked_after_each_notification_until_it_holds() {
    let condition = Condition::new();
    let (asked, pages) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let guard = condition.guard();
            guard.wait_for(|| {
                asked.fetch_add(1, SeqCst);
                Some(pages.load(SeqCst)).filter(|&pages| pages == 3)
            })
        });
        for page in 1..=3 {
            until(|| condition.waiting() == 1);
            assert_eq!(asked.load(SeqCst), page);
            let guard = condition.guard();
            pages.store(page, SeqCst);
            guard.notify(1);
        }
        assert_eq!(waiter.join().unwrap(), Some(3));
    });
    assert_eq!(asked.load(SeqCst), 4);
}

#[test]
fn what_the_predicate_said_last_is_returned_and_a_timeout_of_zero_asks_twice() {
    let condition = Condition::new();
    let asked = Cell::new(0);
    let ask = || {
        asked.set(asked.get() + 1);
        Some(asked.get()).filter(|&asked| asked > 2)
    };
    let guard = condition.guard();
    assert_eq!(guard.wait_for_timeout(ask, Duration::ZERO), None);
    assert_eq!(asked.get(), 2);
    assert_eq!(condition.wait_for_timeout(ask, Duration::ZERO), Ok(Some(3)));
    // Not what it said first.
    asked.set(1);
    assert_eq!(guard.wait_for_timeout(ask, Duration::ZERO), Some(3));
}

#[test]
fn notifications_do_not_put_off_the_deadline_of_wait_for() {
    let condition = Condition::new();
    let timeout = Duration::from_millis(20);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let start = Instant::now();
            let held = condition.guard().wait_for_timeout(|| false, timeout);
            (held, start.elapsed())
        });
        // Each of them would begin a deadline anew.
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
fn a_panic_of_the_predicate_leaves_the_lock_to_its_guard() {
    let condition = Condition::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let raw = catch_unwind(AssertUnwindSafe(|| {
                condition.acquire();
                let asked = Cell::new(false);
                let _ = condition.wait_for(|| {
                    if asked.replace(true) {
                        resume_unwind(Box::new("on purpose"));
                    }
                    false
                });
            }));
            assert!(raw.is_err());
            assert_eq!(condition.release(), Ok(()), "it was not taken again");
            let guarded = catch_unwind(AssertUnwindSafe(|| {
                condition
                    .guard()
                    .wait_for(|| -> bool { resume_unwind(Box::new("on purpose")) })
            }));
            assert!(guarded.is_err());
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
fn many_wait_and_notify_over_a_plain_lock_and_each_item_is_had_once() {
    const ITEMS: usize = 4_000;
    let condition = Condition::with_lock(Arc::new(Lock::new()));
    let (items, had) = (AtomicUsize::new(0), AtomicUsize::new(0));
    crate::support::on_threads(4, |thread| {
        for _ in 0..ITEMS {
            let guard = condition.guard();
            if thread % 2 == 0 {
                items.store(items.load(Relaxed) + 1, Relaxed);
                guard.notify(1);
            } else {
                while !guard.wait_for_timeout(|| items.load(Relaxed) > 0, SHORT) {}
                items.store(items.load(Relaxed) - 1, Relaxed);
                had.fetch_add(1, Relaxed);
            }
        }
    });
    assert_eq!((items.into_inner(), had.into_inner()), (0, 2 * ITEMS));
    assert!(!condition.locked());
}
