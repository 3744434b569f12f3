//! Many timers at once, and the number of workers that fire them.

use crate::support::{LONG, OnDrop, SHORT, alone, on_threads, running_timer};
use common::threading::{ThreadEntry, Timer, set_spawner};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// The number of threads that `counting` has started.
static STARTED: AtomicUsize = AtomicUsize::new(0);

fn counting(_: &str, main: ThreadEntry) -> io::Result<()> {
    STARTED.fetch_add(1, Relaxed);
    std::thread::Builder::new().spawn(main).map(drop)
}

fn start_all(timers: &[Timer]) {
    for timer in timers {
        timer.start().unwrap();
    }
}

fn join_all(timers: &[Timer]) {
    for timer in timers {
        timer.join().unwrap();
    }
}

/// Timers whose functions run until the senders are dropped.
fn blocked(count: usize) -> (Vec<Timer>, Vec<mpsc::Sender<()>>) {
    (0..count).map(|_| running_timer()).unzip()
}

#[test]
fn ten_thousand_timers_fire_or_are_cancelled_on_few_threads() {
    alone(|| {
        set_spawner(counting);
        let calls: Arc<Vec<AtomicUsize>> = Arc::new((0..10_000).map(|_| 0.into()).collect());
        let interval = |number: u64| Duration::from_millis(300 + number % 50);
        let timers: Vec<_> = (0..10_000)
            .map(|number| {
                let calls = Arc::clone(&calls);
                let count = move || {
                    calls[number].fetch_add(1, Relaxed);
                };
                // Half of the timers are cancelled before they fire, however slow the machine.
                let long = if number % 2 == 0 {
                    LONG
                } else {
                    Duration::ZERO
                };
                let timer = Timer::new(interval(number as u64) + long, count);
                timer.start().unwrap();
                timer
            })
            .collect();
        timers.iter().step_by(2).for_each(Timer::cancel);
        join_all(&timers);
        for (number, calls) in calls.iter().enumerate() {
            assert_eq!(calls.load(Relaxed), number % 2, "{number}");
        }
        assert!(STARTED.load(Relaxed) < 100);
        assert_eq!(Arc::strong_count(&calls), 1);
    });
}

#[test]
fn blocked_functions_up_to_64_delay_no_other_timer() {
    alone(|| {
        set_spawner(counting);
        let (timers, hold) = blocked(64);
        for _ in 0..3 {
            let timer = Timer::new(Duration::ZERO, || ());
            timer.start().unwrap();
            timer.join().unwrap();
        }
        let (last, hold_last) = blocked(1);
        let queued = Timer::new(Duration::ZERO, || ());
        queued.start().unwrap();
        assert!(!queued.join_timeout(SHORT).unwrap());
        drop(hold_last);
        queued.join().unwrap();
        drop(hold);
        join_all(&timers);
        join_all(&last);
        assert_eq!(STARTED.load(Relaxed), 65);
    });
}

#[test]
fn timers_in_turn_need_few_workers() {
    alone(|| {
        set_spawner(counting);
        for _ in 0..100 {
            let timer = Timer::new(Duration::ZERO, || ());
            timer.start().unwrap();
            timer.join().unwrap();
            // The worker may not have looked at the pending timers again: then the next start spawns another.
        }
        assert!(STARTED.load(Relaxed) <= 2);
    });
}

#[test]
fn idle_workers_are_used_again() {
    alone(|| {
        set_spawner(counting);
        for _ in 0..100 {
            let (timers, hold) = blocked(2);
            drop(hold);
            join_all(&timers);
        }
        assert!(STARTED.load(Relaxed) < 65);
    });
}

#[test]
fn pending_timer_fires_while_an_earlier_function_blocks() {
    let late = Timer::new(Duration::from_millis(50), || ());
    let waited_for = late.clone();
    let early = Timer::new(Duration::ZERO, move || waited_for.join().unwrap());
    late.start().unwrap();
    early.start().unwrap();
    early.join().unwrap();
    assert!(!late.is_alive());
}

#[test]
fn timer_is_not_delayed_by_one_that_is_due_later() {
    let late = Timer::new(LONG, || panic!("too early"));
    late.start().unwrap();
    for _ in 0..100 {
        let early = Timer::new(Duration::ZERO, || ());
        early.start().unwrap();
        early.join().unwrap();
    }
    assert!(late.is_alive());
    late.cancel();
}

#[test]
fn function_may_start_timers_and_join_them() {
    fn generation(left: u32) {
        if left > 0 {
            let next = Timer::new(Duration::ZERO, move || generation(left - 1));
            next.start().unwrap();
            next.join().unwrap();
        }
    }
    generation(20);
}

#[test]
fn cancel_racing_with_firing_does_one_of_the_two() {
    for round in 0..2_000_u32 {
        let was_dropped = Arc::new(AtomicBool::new(false));
        let drops = Arc::clone(&was_dropped);
        // The function is called, or dropped by the cancel.
        let owned = OnDrop(move || assert!(!drops.swap(true, Relaxed)));
        let interval = Duration::from_micros(u64::from(round % 80));
        let timer = Timer::new(interval, move || drop(owned));
        on_threads(2, |number| {
            if number == 0 {
                timer.start().unwrap();
            } else {
                (0..round % 50).for_each(|_| std::hint::spin_loop());
                timer.cancel();
            }
        });
        timer.join().unwrap();
        assert!(was_dropped.load(Relaxed) && timer.finished().is_set());
        assert!(!timer.is_alive());
    }
}

#[test]
fn function_may_block_before_other_timers_are_due() {
    let (busy, hold) = blocked(1);
    let timers: Vec<_> = (0..20)
        .map(|number| Timer::new(Duration::from_millis(number), || ()))
        .collect();
    start_all(&timers);
    join_all(&timers);
    assert!(busy[0].is_alive());
    drop(hold);
    busy[0].join().unwrap();
}
