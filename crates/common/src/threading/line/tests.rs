use super::*;
use crate::sync::Deadline;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Joins and sleeps; says whether it was woken.
fn wait(line: &Line, deadline: Deadline) -> bool {
    let place = line.lock().join();
    place.sleep(deadline) || !line.lock().leave(&place)
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_micros(50))
}

/// Returns once `count` are in line: they may not be asleep yet, but their order is decided.
fn until_in_line<T>(line: &Line<T>, count: usize) {
    while line.len() != count {
        thread::yield_now();
    }
}

fn wake_oldest(line: &Line) -> bool {
    let call = line.lock().take_oldest();
    call.map(Call::wake).is_some()
}

#[test]
fn the_oldest_is_woken_first() {
    let line = Line::new(());
    let (woken, order) = mpsc::channel();
    thread::scope(|scope| {
        for number in 0..8 {
            let (line, woken) = (&line, woken.clone());
            scope.spawn(move || {
                assert!(wait(line, Deadline::NEVER));
                woken.send(number).unwrap();
            });
            until_in_line(line, number + 1);
        }
        for number in 0..8 {
            assert!(wake_oldest(&line));
            assert_eq!(order.recv(), Ok(number));
        }
    });
}

#[test]
fn as_many_wake_as_are_taken() {
    let line = Line::new(());
    let woken = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                assert!(wait(&line, Deadline::NEVER));
                woken.fetch_add(1, SeqCst);
            });
        }
        until_in_line(&line, 8);
        for _ in 0..3 {
            assert!(wake_oldest(&line));
        }
        while woken.load(SeqCst) < 3 {
            thread::yield_now();
        }
        assert_eq!(line.len(), 5);
        assert_eq!(woken.load(SeqCst), 3);
        let rest = line.lock().take_all();
        assert_eq!(rest.len(), 5);
    });
    assert_eq!(woken.into_inner(), 8);
}

#[test]
fn nobody_in_line_means_nobody_woken_and_nothing_remembered() {
    let line = Line::new(());
    assert!(!wake_oldest(&line));
    assert!(!wait(&line, soon()));
}

#[test]
fn a_timeout_that_races_with_a_wake_up_is_one_or_the_other() {
    let line = Line::new(());
    let done = AtomicBool::new(false);
    let (mut woken, mut timed_out) = (0, 0);
    let taken = thread::scope(|scope| {
        let taker = scope.spawn(|| {
            let mut taken = 0;
            while !done.load(SeqCst) {
                taken += usize::from(wake_oldest(&line));
                thread::yield_now();
            }
            taken
        });
        for round in 0..20_000 {
            let timeout = Duration::from_nanos(round % 40 * 250);
            if wait(&line, Deadline::after(timeout)) {
                woken += 1;
            } else {
                timed_out += 1;
            }
        }
        done.store(true, SeqCst);
        taker.join().unwrap()
    });
    assert_eq!(woken, taken);
    assert_eq!(woken + timed_out, 20_000);
    assert_eq!(line.len(), 0);
}

#[test]
fn no_wake_up_is_lost_when_a_waiter_leaves() {
    for _ in 0..2_000 {
        let line = Line::new(());
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            // The oldest, which comes and goes; when it is woken it passes that on, as a primitive does.
            scope.spawn(|| {
                let place = line.lock().join();
                while !done.load(SeqCst) {
                    if place.sleep(soon()) || !line.lock().leave(&place) {
                        wake_oldest(&line);
                        return;
                    }
                    line.lock().rejoin(&place);
                }
                let _ = line.lock().leave(&place);
            });
            until_in_line(&line, 1);
            let (joined, is_in_line) = mpsc::channel();
            let patient = scope.spawn({
                let line = &line;
                move || {
                    let place = line.lock().join();
                    joined.send(()).unwrap();
                    place.sleep(Deadline::NEVER)
                }
            });
            is_in_line.recv().unwrap();
            // One wake-up in all: whoever gets it, the patient one must end.
            assert!(wake_oldest(&line));
            assert!(patient.join().unwrap());
            done.store(true, SeqCst);
        });
    }
}

#[test]
fn a_woken_thread_that_joins_again_keeps_its_place() {
    let line = Line::new(());
    let (woken, order) = mpsc::channel();
    thread::scope(|scope| {
        let (line, first_woken, second_woken) = (&line, woken.clone(), woken);
        scope.spawn(move || {
            let place = line.lock().join();
            assert!(place.sleep(Deadline::NEVER));
            line.lock().rejoin(&place);
            assert!(place.sleep(Deadline::NEVER));
            first_woken.send("first").unwrap();
        });
        until_in_line(line, 1);
        scope.spawn(move || {
            assert!(wait(line, Deadline::NEVER));
            second_woken.send("second").unwrap();
        });
        until_in_line(line, 2);
        assert!(wake_oldest(line));
        until_in_line(line, 2);
        assert!(wake_oldest(line));
        assert_eq!(order.recv(), Ok("first"));
        assert!(wake_oldest(line));
        assert_eq!(order.recv(), Ok("second"));
    });
}

#[test]
fn a_call_that_comes_late_does_not_end_the_next_sleep() {
    let line = Line::new(());
    let (taken, next) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let place = line.lock().join();
            while !taken.load(SeqCst) {
                thread::yield_now();
            }
            assert!(place.sleep(Deadline::NEVER));
            assert!(wait(&line, Deadline::NEVER));
            assert!(next.load(SeqCst));
        });
        until_in_line(&line, 1);
        let late = line.lock().take_oldest();
        taken.store(true, SeqCst);
        until_in_line(&line, 1);
        drop(late);
        next.store(true, SeqCst);
        assert!(wake_oldest(&line));
    });
}

#[test]
fn a_park_token_of_somebody_else_wakes_nobody() {
    let line = Line::new(());
    let woken = AtomicBool::new(false);
    thread::scope(|scope| {
        let sleeper = scope.spawn(|| {
            assert!(wait(&line, Deadline::NEVER));
            assert!(woken.load(SeqCst));
        });
        until_in_line(&line, 1);
        for _ in 0..1_000 {
            sleeper.thread().unpark();
            thread::yield_now();
        }
        woken.store(true, SeqCst);
        assert!(wake_oldest(&line));
    });
}

#[test]
fn polling_leaves_nothing_behind_while_others_wait() {
    let line = Line::new(());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| wait(&line, Deadline::NEVER));
        }
        until_in_line(&line, 2);
        for _ in 0..1_000 {
            assert!(!wait(&line, Deadline::after(Duration::ZERO)));
        }
        assert_eq!(line.len(), 2);
        drop(line.lock().take_all());
    });
}

#[test]
fn data_is_checked_and_changed_with_the_line_in_one_step() {
    let line = Line::new(1);
    let mut held = line.lock();
    *held += 1;
    assert_eq!((*held, held.len()), (2, 0));
}

#[test]
fn who_is_handed_over_sleeps_on_in_the_other_line_and_leaves_only_that() {
    let (first, second) = (Line::new(()), Line::new(()));
    let handed_over = AtomicBool::new(false);
    thread::scope(|scope| {
        // Somebody with the same ticket, to be mistaken for it.
        let (joined, is_in_line) = mpsc::channel();
        let (first, second, handed_over) = (&first, &second, &handed_over);
        scope.spawn(move || {
            let place = first.lock().join();
            while !handed_over.load(SeqCst) {
                thread::yield_now();
            }
            assert!(!first.lock().leave(&place), "it is in the second line");
            joined.send(()).unwrap();
            assert!(place.sleep(Deadline::NEVER));
        });
        until_in_line(first, 1);
        assert!(first.lock().hand_over(&mut second.lock()));
        assert_eq!((first.len(), second.len()), (0, 1));
        let other = first.lock().join();
        handed_over.store(true, SeqCst);
        is_in_line.recv().unwrap();
        assert_eq!((first.len(), second.len()), (1, 1));
        assert!(first.lock().leave(&other));
        assert!(wake_oldest(second));
    });
}

#[test]
fn who_slept_until_its_deadline_and_was_handed_over_sleeps_on() {
    let (first, second) = (Line::new(()), Line::new(()));
    let woken = AtomicBool::new(false);
    thread::scope(|scope| {
        let (slept, has_slept) = mpsc::channel();
        let (first, second, woken) = (&first, &second, &woken);
        scope.spawn(move || {
            let place = first.lock().join();
            assert!(!place.sleep(soon()));
            assert!(first.lock().hand_over(&mut second.lock()));
            assert!(!place.sleep(soon()), "nobody has woken it");
            slept.send(()).unwrap();
            assert!(place.sleep(Deadline::NEVER));
            assert!(woken.load(SeqCst), "it woke by itself");
        });
        has_slept.recv().unwrap();
        woken.store(true, SeqCst);
        assert!(wake_oldest(second));
    });
}

#[test]
fn those_who_are_handed_over_keep_their_order_behind_those_who_are_there() {
    let (first, second) = (Line::new(()), Line::new(()));
    let (woken, order) = mpsc::channel();
    thread::scope(|scope| {
        for (line, number) in [(&second, 0), (&first, 1), (&first, 2)] {
            let (line, woken) = (line, woken.clone());
            let before = line.len();
            scope.spawn(move || {
                assert!(wait(line, Deadline::NEVER));
                woken.send(number).unwrap();
            });
            until_in_line(line, before + 1);
        }
        while first.lock().hand_over(&mut second.lock()) {}
        for number in 0..3 {
            assert!(wake_oldest(&second));
            assert_eq!(order.recv(), Ok(number));
        }
    });
}

#[test]
fn a_word_comes_with_the_wake_up() {
    let line = Line::new(());
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let place = line.lock().join();
            assert!(place.sleep(Deadline::NEVER));
            place.heard()
        });
        until_in_line(&line, 1);
        let calls = line.lock().take_all_saying(7);
        drop(calls);
        assert_eq!(waiter.join().unwrap(), 7);
    });
}
