//! `threading::Event`.

use crate::support::{LONG, SHORT, at_thread_exit, on_threads, until};
use common::threading::Event;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

fn assert_shows(event: &Event, set: bool, waiting: usize) {
    let expected = format!("Event {{ set: {set}, waiting: {waiting} }}");
    assert_eq!(format!("{event:?}"), expected);
}

#[test]
fn set_wakes_every_waiter_and_later_waits_do_not_block() {
    let event = Event::new();
    thread::scope(|scope| {
        let waiters = [(); 3].map(|()| scope.spawn(|| event.wait()));
        until(|| event.waiting() == 3);
        assert_shows(&event, false, 3);
        event.set();
        assert_shows(&event, true, 0);
        for waiter in waiters {
            waiter.join().unwrap();
        }
    });
    event.wait();
    assert!(event.wait_timeout(Duration::ZERO));
    assert!(event.is_set());
}

#[test]
fn second_set_or_clear_has_no_further_effect() {
    let event = Event::default();
    event.clear();
    assert_shows(&event, false, 0);
    event.set();
    event.set();
    assert_shows(&event, true, 0);
    event.clear();
    event.clear();
    assert_shows(&event, false, 0);
    assert!(!event.wait_timeout(Duration::ZERO));
}

#[test]
fn wait_returns_true_although_the_event_was_cleared_again() {
    for timeout in [LONG, Duration::MAX] {
        let event = Event::new();
        thread::scope(|scope| {
            let waiters = [(); 3].map(|()| scope.spawn(|| event.wait_timeout(timeout)));
            until(|| event.waiting() == 3);
            event.set();
            event.clear();
            assert!(waiters.map(|waiter| waiter.join().unwrap()) == [true; 3]);
        });
        assert_shows(&event, false, 0);
    }
}

#[test]
fn wait_after_clear_blocks_until_the_next_set() {
    let event = Event::new();
    let (passed, passes) = mpsc::channel();
    let (cleared, may_come) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in may_come {
                event.wait();
                passed.send(round).unwrap();
            }
        });
        for round in 0..1_000 {
            cleared.send(round).unwrap();
            until(|| event.waiting() == 1);
            assert!(passes.try_recv().is_err(), "wait did not block");
            event.set();
            event.clear();
            assert_eq!(passes.recv(), Ok(round));
        }
        drop(cleared);
    });
}

#[test]
fn clear_of_a_clear_event_leaves_its_waiters_queued() {
    let event = Event::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| event.wait_timeout(LONG));
        until(|| event.waiting() == 1);
        event.clear();
        assert_shows(&event, false, 1);
        event.set();
        assert!(waiter.join().unwrap());
    });
}

#[test]
fn timeout_expires_in_time_and_leaves_no_waiter_behind() {
    let event = Event::new();
    let (start, timeout) = (Instant::now(), Duration::from_millis(20));
    assert!(!event.wait_timeout(timeout));
    assert!(start.elapsed() >= timeout);
    assert_shows(&event, false, 0);
    event.set();
    assert!(event.wait_timeout(SHORT));
}

#[test]
fn timeout_of_one_waiter_leaves_the_others_queued() {
    let event = Event::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| event.wait_timeout(LONG));
        until(|| event.waiting() == 1);
        assert!(!event.wait_timeout(SHORT));
        assert_shows(&event, false, 1);
        event.set();
        assert!(waiter.join().unwrap());
    });
}

#[test]
fn timeouts_racing_with_set_lose_no_waiter() {
    let event = Event::new();
    let (woken, timed_out, ended) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    on_threads(4, |thread| {
        if thread == 0 {
            while ended.load(SeqCst) < 3 {
                event.set();
                event.clear();
                thread::yield_now();
            }
            event.set();
            return;
        }
        for round in 0..1_000 {
            let timeout = Duration::from_nanos((round * 7) % 50 * 400);
            let count = if event.wait_timeout(timeout) {
                &woken
            } else {
                &timed_out
            };
            count.fetch_add(1, Relaxed);
        }
        ended.fetch_add(1, SeqCst);
        // A wait without a timeout ends too.
        event.wait();
    });
    assert_eq!(woken.into_inner() + timed_out.into_inner(), 3_000);
    assert_shows(&event, true, 0);
}

#[test]
fn set_then_is_set_of_another_event_is_true_on_one_of_two_threads() {
    let mut close = 0;
    // Until the threads have run at the same time often enough; on one processor they may never do so.
    for _ in 0..300 {
        let seen = set_and_read_on_two_threads();
        assert!(!seen.contains(&0), "both threads read before the other set");
        close += seen.iter().filter(|&&count| count == 2).count();
        if close > 100 {
            break;
        }
    }
}

/// In each round, each of two threads sets its own event and reads the other's. Returns the number of threads that read
/// true, by round.
fn set_and_read_on_two_threads() -> Vec<usize> {
    let events = [(); 2].map(|()| for_each_round(Event::new));
    let seen = for_each_round(|| AtomicUsize::new(0));
    let reached = [(); 2].map(|()| AtomicUsize::new(0));
    on_threads(2, |own| {
        let other = 1 - own;
        for (round, (mine, theirs)) in events[own].iter().zip(&events[other]).enumerate() {
            // After this read the event is in the cache: reading it again takes less time than setting the other one.
            let before = theirs.is_set();
            reached[own].store(round + 1, SeqCst);
            // A bounded wait: the rule also holds for threads that do not run at the same time.
            let _ = (0..100).any(|_| reached[other].load(SeqCst) > round);
            mine.set();
            seen[round].fetch_add(usize::from(before | theirs.is_set()), Relaxed);
        }
    });
    seen.into_iter().map(AtomicUsize::into_inner).collect()
}

fn for_each_round<T>(make: fn() -> T) -> Vec<T> {
    (0..1_000).map(|_| make()).collect()
}

#[test]
fn static_event_can_be_awaited_while_thread_locals_are_dropped() {
    static EVENT: Event = Event::new();
    static PASSED: AtomicBool = AtomicBool::new(false);
    let wait = || {
        EVENT.wait();
        PASSED.store(true, SeqCst);
    };
    let thread = thread::spawn(move || at_thread_exit(wait));
    until(|| EVENT.waiting() == 1);
    EVENT.set();
    thread.join().unwrap();
    until(|| PASSED.load(SeqCst));
}
