//! `threading::Event`, as a user sees it.

use crate::support::{LONG, SHORT, until};
use common::threading::Event;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

fn shows(event: &Event, set: bool, waiting: usize) {
    let expected = format!("Event {{ set: {set}, waiting: {waiting} }}");
    assert_eq!(format!("{event:?}"), expected);
}

#[test]
fn setting_wakes_all_who_wait_and_those_who_come_later_do_not_wait() {
    let event = Event::new();
    thread::scope(|scope| {
        let waiters = [(); 3].map(|()| scope.spawn(|| event.wait()));
        until(|| event.waiting() == 3);
        shows(&event, false, 3);
        event.set();
        shows(&event, true, 0);
        for waiter in waiters {
            waiter.join().unwrap();
        }
    });
    event.wait();
    assert!(event.wait_timeout(Duration::ZERO));
    assert!(event.is_set());
}

#[test]
fn setting_and_clearing_twice_is_as_once() {
    let event = Event::default();
    event.clear();
    shows(&event, false, 0);
    event.set();
    event.set();
    shows(&event, true, 0);
    event.clear();
    event.clear();
    shows(&event, false, 0);
    assert!(!event.wait_timeout(Duration::ZERO));
}

#[test]
fn who_was_woken_says_so_though_the_event_is_clear_again() {
    for timeout in [LONG, Duration::MAX] {
        let event = Event::new();
        thread::scope(|scope| {
            let waiters = [(); 3].map(|()| scope.spawn(|| event.wait_timeout(timeout)));
            until(|| event.waiting() == 3);
            event.set();
            event.clear();
            assert!(waiters.map(|waiter| waiter.join().unwrap()) == [true; 3]);
        });
        shows(&event, false, 0);
    }
}

#[test]
fn who_comes_after_the_clearing_waits_for_the_next_setting() {
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
            assert!(passes.try_recv().is_err(), "it has not waited");
            event.set();
            event.clear();
            assert_eq!(passes.recv(), Ok(round));
        }
        drop(cleared);
    });
}

#[test]
fn clearing_what_is_waited_for_leaves_those_who_wait_in_line() {
    let event = Event::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| event.wait_timeout(LONG));
        until(|| event.waiting() == 1);
        event.clear();
        shows(&event, false, 1);
        event.set();
        assert!(waiter.join().unwrap());
    });
}

#[test]
fn a_timeout_is_waited_for_and_leaves_nobody_in_line() {
    let event = Event::new();
    let (start, timeout) = (Instant::now(), Duration::from_millis(20));
    assert!(!event.wait_timeout(timeout));
    assert!(start.elapsed() >= timeout);
    shows(&event, false, 0);
    event.set();
    assert!(event.wait_timeout(SHORT));
}

#[test]
fn who_gives_up_leaves_the_others_in_line() {
    let event = Event::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| event.wait_timeout(LONG));
        until(|| event.waiting() == 1);
        assert!(!event.wait_timeout(SHORT));
        shows(&event, false, 1);
        event.set();
        assert!(waiter.join().unwrap());
    });
}

#[test]
fn timeouts_that_race_with_the_setting_lose_nobody() {
    let event = Event::new();
    let (in_time, too_late, at_rest) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    crate::support::on_threads(4, |thread| {
        if thread == 0 {
            while at_rest.load(SeqCst) < 3 {
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
                &in_time
            } else {
                &too_late
            };
            count.fetch_add(1, Relaxed);
        }
        at_rest.fetch_add(1, SeqCst);
        // Whatever came before, a wait without limit ends.
        event.wait();
    });
    assert_eq!(in_time.into_inner() + too_late.into_inner(), 3_000);
    shows(&event, true, 0);
}

#[test]
fn of_two_that_set_their_own_and_look_at_the_others_one_sees_it() {
    let mut close = 0;
    // Until they have met closely; on one processor they may never.
    for _ in 0..300 {
        let seen = set_and_look_side_by_side();
        assert!(!seen.contains(&0), "both have looked before the setting");
        close += seen.iter().filter(|&&count| count == 2).count();
        if close > 100 {
            break;
        }
    }
}

/// In each round, each of two threads sets its own event and looks at the other's. How many saw it, by round.
fn set_and_look_side_by_side() -> Vec<usize> {
    let events = [(); 2].map(|()| for_each_round(Event::new));
    let seen = for_each_round(|| AtomicUsize::new(0));
    let reached = [(); 2].map(|()| AtomicUsize::new(0));
    crate::support::on_threads(2, |own| {
        let other = 1 - own;
        for (round, (mine, theirs)) in events[own].iter().zip(&events[other]).enumerate() {
            // Looked at before, it is at hand: to look again takes less time than to set.
            let before = theirs.is_set();
            reached[own].store(round + 1, SeqCst);
            // Nobody waits for long: what must hold also holds for those who do not meet.
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
fn without_a_wait_it_allocates_nothing() {
    let event = Event::new();
    let counted = allocation_counter::measure(|| {
        for _ in 0..1_000 {
            event.set();
            event.wait();
            assert!(event.wait_timeout(LONG) && event.is_set());
            event.clear();
        }
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn it_may_be_a_static_and_waited_for_while_thread_locals_are_dropped() {
    static EVENT: Event = Event::new();
    static PASSED: AtomicBool = AtomicBool::new(false);
    struct WaitsAtTheEnd;
    impl Drop for WaitsAtTheEnd {
        fn drop(&mut self) {
            EVENT.wait();
            PASSED.store(true, SeqCst);
        }
    }
    thread_local!(static AT_THE_END: WaitsAtTheEnd = const { WaitsAtTheEnd });
    let thread = thread::spawn(|| AT_THE_END.with(|_| ()));
    until(|| EVENT.waiting() == 1);
    EVENT.set();
    thread.join().unwrap();
    until(|| PASSED.load(SeqCst));
}
