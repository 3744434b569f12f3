//! Schedules of the barrier.

use super::{finds, run};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::threading::{Barrier, BarrierError};
use shuttle::thread;
use std::time::Duration;

/// Two threads pass three times: neither is released before both have arrived, and their indices differ.
fn generations_never_mix() {
    let shared = Arc::new((Barrier::new(2), AtomicUsize::new(0), AtomicUsize::new(0)));
    let threads = [(); 2].map(|()| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || {
            let (barrier, arrivals, indices) = &*shared;
            for round in 1..=3 {
                arrivals.fetch_add(1, Relaxed);
                indices.fetch_add(barrier.wait().unwrap(), Relaxed);
                assert!((2 * round..2 * round + 2).contains(&arrivals.load(Relaxed)));
            }
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(shared.2.load(Relaxed), 3);
}

/// Four threads at a barrier for two: both generations pass, and no two actions run at once.
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
    let mut indices = threads.map(|thread| thread.join().unwrap());
    indices.sort_unstable();
    assert_eq!(indices, [0, 0, 1, 1]);
}

/// Two of three threads may time out: before the last arrival, at that moment, or while the action runs.
fn timeout_is_all_or_none() {
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

/// A reset beside two arrivals; a thread that fails waits again. If one thread passed and the other failed, the other
/// would block forever.
fn reset_is_all_or_none() {
    let builder = Barrier::builder().parties(2).action(thread::yield_now);
    let barrier = Arc::new(builder.build().unwrap());
    let threads = [(); 2].map(|()| {
        let barrier = Arc::clone(&barrier);
        thread::spawn(move || barrier.wait().or_else(|_| barrier.wait()))
    });
    barrier.reset().unwrap();
    let indices = threads.map(|thread| thread.join().unwrap().unwrap());
    assert_eq!(indices.iter().sum::<usize>(), 1);
}

/// A thread arrives while another thread's action runs, and times out in the entry queue or enters: the other thread
/// passes in any case.
fn timeout_in_the_entry_queue_spares_the_generation() {
    let builder = Barrier::builder().parties(1).action(thread::yield_now);
    let barrier = Arc::new(builder.build().unwrap());
    let [patient, impatient] = [Duration::MAX, Duration::from_millis(1)].map(|timeout| {
        let barrier = Arc::clone(&barrier);
        thread::spawn(move || barrier.wait_timeout(timeout))
    });
    assert_eq!(patient.join().unwrap(), Ok(0));
    let timed_out = impatient.join().unwrap() == Err(BarrierError::Broken);
    assert_eq!(barrier.broken(), timed_out);
}

#[test]
fn wait_releases_no_thread_before_the_last_arrival() {
    run(generations_never_mix);
}

#[test]
fn lost_wakeup_is_found() {
    finds(Fault::LostWakeup, generations_never_mix);
}

#[test]
fn entry_waits_while_an_action_runs() {
    run(actions_run_one_at_a_time);
}

#[test]
fn open_gate_is_found() {
    finds(Fault::OpenGate, actions_run_one_at_a_time);
}

#[test]
fn timeout_and_last_arrival_exclude_each_other() {
    run(timeout_is_all_or_none);
}

#[test]
fn cancel_after_notify_is_found() {
    finds(Fault::CancelledAfterNotify, timeout_is_all_or_none);
}

#[test]
fn action_of_a_generation_broken_by_timeout_is_found() {
    finds(Fault::ActionOfBrokenGeneration, timeout_is_all_or_none);
}

#[test]
fn reset_and_last_arrival_exclude_each_other() {
    run(reset_is_all_or_none);
}

#[test]
fn action_of_a_generation_broken_by_reset_is_found() {
    finds(Fault::ActionOfBrokenGeneration, reset_is_all_or_none);
}

#[test]
fn entry_queue_timeout_breaks_no_generation_in_action() {
    run(timeout_in_the_entry_queue_spares_the_generation);
}
