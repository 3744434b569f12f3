//! The line by itself.

use super::{finds, run};
use crate::sync::fault::Fault;
use crate::sync::{Arc, Deadline};
use crate::threading::Line;
use shuttle::thread;
use std::time::Duration;

type Counted = Line<usize>;

/// Waits for a permit, as a semaphore would; what it is woken for and cannot use it passes on.
fn take_permit(line: &Counted, deadline: Deadline) -> bool {
    let mut held = line.lock();
    while *held == 0 {
        let place = held.join();
        drop(held);
        let woken = place.sleep(deadline);
        held = line.lock();
        if !woken && held.leave(&place) {
            return false;
        }
    }
    *held -= 1;
    true
}

fn give_permit(line: &Counted) {
    let mut held = line.lock();
    *held += 1;
    let call = held.take_oldest();
    drop(held);
    drop(call);
}

/// Two wait for ever, two permits come: both must end.
fn permits_reach_those_who_wait() {
    let line = Arc::new(Counted::new(0));
    let waiters = [(); 2].map(|()| {
        let line = Arc::clone(&line);
        thread::spawn(move || assert!(take_permit(&line, Deadline::NEVER)))
    });
    give_permit(&line);
    give_permit(&line);
    waiters.map(|waiter| waiter.join().unwrap());
    assert_eq!(line.len(), 0);
}

/// One gives up at some time, one waits for ever; with one permit for each that took one, both end, and
/// the count is exact.
fn a_timeout_and_a_wake_up_are_one_or_the_other() {
    let line = Arc::new(Counted::new(0));
    let [patient, impatient] =
        [Deadline::NEVER, Deadline::after(Duration::from_millis(1))].map(|deadline| {
            let line = Arc::clone(&line);
            thread::spawn(move || take_permit(&line, deadline))
        });
    give_permit(&line);
    let taken_in_time = impatient.join().unwrap();
    if taken_in_time {
        give_permit(&line);
    }
    assert!(patient.join().unwrap());
    let held = line.lock();
    assert_eq!((*held, held.len()), (0, 0));
}

/// One wake-up wakes one; the other is still in line until it gets its own.
fn one_call_wakes_one() {
    let line = Arc::new(Line::new(0));
    let waiters = [(); 2].map(|()| {
        let line = Arc::clone(&line);
        thread::spawn(move || {
            let place = {
                let mut held = line.lock();
                *held += 1;
                held.join()
            };
            place.sleep(Deadline::NEVER);
        })
    });
    while *line.lock() < 2 {
        thread::yield_now();
    }
    let call = line.lock().take_oldest();
    assert_eq!(line.len(), 1);
    drop(call);
    let call = line.lock().take_oldest();
    drop(call);
    waiters.map(|waiter| waiter.join().unwrap());
}

#[test]
fn no_wake_up_is_lost() {
    run(permits_reach_those_who_wait);
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeUp, permits_reach_those_who_wait);
}

#[test]
fn a_timeout_does_not_take_a_wake_up_with_it() {
    run(a_timeout_and_a_wake_up_are_one_or_the_other);
}

#[test]
fn finds_a_wake_up_spent_on_a_waiter_that_timed_out() {
    finds(
        Fault::SpentOnTimedOut,
        a_timeout_and_a_wake_up_are_one_or_the_other,
    );
}

#[test]
fn one_is_woken_for_one() {
    run(one_call_wakes_one);
}

#[test]
fn finds_two_woken_for_one() {
    finds(Fault::TwoForOne, one_call_wakes_one);
}
