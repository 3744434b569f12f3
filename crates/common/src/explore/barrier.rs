//! The barrier.

use super::{finds, run};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::threading::{Barrier, BarrierError};
use shuttle::thread;
use std::time::Duration;

/// Two pass three times: nobody goes on before both have come, and the two are told apart.
fn generations_do_not_mix() {
    let shared = Arc::new((Barrier::new(2), AtomicUsize::new(0), AtomicUsize::new(0)));
    let threads = [(); 2].map(|()| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || {
            let (barrier, come, told) = &*shared;
            for round in 1..=3 {
                come.fetch_add(1, Relaxed);
                told.fetch_add(barrier.wait().unwrap(), Relaxed);
                assert!((2 * round..2 * round + 2).contains(&come.load(Relaxed)));
            }
        })
    });
    threads.map(|thread| thread.join().unwrap());
    assert_eq!(shared.2.load(Relaxed), 3);
}

/// Four for a barrier of two: both generations pass, and no action runs beside another.
fn actions_run_one_at_a_time() {
    let running = Arc::new(AtomicBool::new(false));
    let action = move || {
        assert!(!running.swap(true, Relaxed));
        thread::yield_now();
        running.store(false, Relaxed);
    };
    let builder = Barrier::builder().parties(2).action(action);
    let barrier = Arc::new(builder.build().unwrap());
    let threads = [(); 4].map(|()| {
        let barrier = Arc::clone(&barrier);
        thread::spawn(move || barrier.wait().unwrap())
    });
    let mut told = threads.map(|thread| thread.join().unwrap());
    told.sort_unstable();
    assert_eq!(told, [0, 0, 1, 1]);
}

/// Three, of whom two may give up: before the last has come, in that moment, or while the action runs.
fn a_timeout_is_for_all_or_none() {
    let builder = Barrier::builder().parties(3).action(thread::yield_now);
    let barrier = Arc::new(builder.build().unwrap());
    let threads = [Duration::MAX, Duration::ZERO, Duration::from_millis(1)].map(|timeout| {
        let barrier = Arc::clone(&barrier);
        thread::spawn(move || barrier.wait_timeout(timeout))
    });
    let outcomes = threads.map(|thread| thread.join().unwrap());
    let passed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(passed, if barrier.broken() { 0 } else { 3 });
}

/// Two come, another sends them away: who was sent away comes again, so if one had passed and not the other,
/// one would be alone.
fn a_reset_is_for_all_or_none() {
    let builder = Barrier::builder().parties(2).action(thread::yield_now);
    let barrier = Arc::new(builder.build().unwrap());
    let threads = [(); 2].map(|()| {
        let barrier = Arc::clone(&barrier);
        thread::spawn(move || barrier.wait().or_else(|_| barrier.wait()))
    });
    barrier.reset().unwrap();
    let told = threads.map(|thread| thread.join().unwrap().unwrap());
    assert_eq!(told.iter().sum::<usize>(), 1);
}

/// One comes while another's action runs, and gives up at the door or is let in: the other passes in any case.
fn who_gives_up_at_the_door_is_none_of_those_inside() {
    let builder = Barrier::builder().parties(1).action(thread::yield_now);
    let barrier = Arc::new(builder.build().unwrap());
    let [patient, impatient] = [Duration::MAX, Duration::from_millis(1)].map(|timeout| {
        let barrier = Arc::clone(&barrier);
        thread::spawn(move || barrier.wait_timeout(timeout))
    });
    assert_eq!(patient.join().unwrap(), Ok(0));
    let gave_up = impatient.join().unwrap() == Err(BarrierError::Broken);
    assert_eq!(barrier.broken(), gave_up);
}

#[test]
fn nobody_goes_on_too_early() {
    run(generations_do_not_mix);
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeup, generations_do_not_mix);
}

#[test]
fn the_door_is_closed_while_an_action_runs() {
    run(actions_run_one_at_a_time);
}

#[test]
fn finds_an_open_door() {
    finds(Fault::OpenGate, actions_run_one_at_a_time);
}

#[test]
fn a_timeout_and_the_last_arrival_are_one_or_the_other() {
    run(a_timeout_is_for_all_or_none);
}

#[test]
fn finds_a_release_spent_on_one_that_timed_out() {
    finds(Fault::CancelledAfterNotify, a_timeout_is_for_all_or_none);
}

#[test]
fn finds_an_action_that_ends_well_for_nobody() {
    finds(
        Fault::ActionOfBrokenGeneration,
        a_timeout_is_for_all_or_none,
    );
}

#[test]
fn a_reset_and_the_last_arrival_are_one_or_the_other() {
    run(a_reset_is_for_all_or_none);
}

#[test]
fn finds_a_reset_that_its_actions_thread_does_not_hear_of() {
    finds(Fault::ActionOfBrokenGeneration, a_reset_is_for_all_or_none);
}

#[test]
fn giving_up_at_the_door_breaks_nothing_inside() {
    run(who_gives_up_at_the_door_is_none_of_those_inside);
}
