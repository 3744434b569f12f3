//! Timers, and the workers that fire them.

use super::{explore, join, spawn};
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use crate::sync::fault::Fault;
use crate::sync::{Arc, CHANCE, REFUSE_SPAWN};
use crate::threading::{Service, Timer};
use shuttle::thread;
use std::time::Duration;

/// Idle workers do not exit by themselves before `end_idle`: a lost wake-up is a deadlock.
fn with_service(case: impl FnOnce(&'static Service)) {
    let service = Box::leak(Box::new(Service::new(Duration::MAX)));
    case(service);
    service.end_idle();
}

const SOON: Duration = Duration::from_millis(1);

/// A cancel races with the firing: when `join` returns, the function has returned, or is never called.
fn cancel_races_with_firing(service: &'static Service) {
    let runs = Arc::new(AtomicBool::new(false));
    let inner = Arc::clone(&runs);
    let timer = Arc::new(Timer::with(service, SOON, move || {
        inner.store(true, SeqCst);
        thread::yield_now();
        inner.store(false, SeqCst);
    }));
    timer.start().unwrap();
    let canceller = spawn(&timer, Timer::cancel);
    timer.join().unwrap();
    assert!(!runs.load(SeqCst));
    canceller.join().unwrap();
    assert!(timer.finished().is_set() && !timer.is_alive());
}

/// A cancel races with the start: the timer ends, although it is due never.
fn cancel_races_with_start(service: &'static Service) {
    let timer = Arc::new(Timer::with(service, Duration::MAX, || panic!("called")));
    let canceller = spawn(&timer, Timer::cancel);
    timer.start().unwrap();
    timer.join().unwrap();
    canceller.join().unwrap();
}

/// The system refuses one of two workers while two threads start timers and a third thread cancels one of them: a timer fires
/// or is cancelled, or its start is an error and it is not alive.
fn refused_worker_races_with_start_and_cancel(service: &'static Service) {
    let timers = [(); 2].map(|()| Arc::new(Timer::with(service, SOON, || ())));
    REFUSE_SPAWN.set(true);
    let canceller = spawn(&timers[0], Timer::cancel);
    let starters = [0, 1].map(|number| {
        spawn(&timers[number], |timer| {
            let is_started = timer.start().is_ok();
            assert_eq!(timer.join().is_ok(), is_started);
            assert!(!timer.is_alive());
            is_started
        })
    });
    let started = join(starters);
    canceller.join().unwrap();
    REFUSE_SPAWN.set(false);
    // The cancelled timer ends without a worker.
    for (timer, is_started) in timers.iter().zip(started) {
        assert_eq!(timer.start().is_err(), is_started);
        timer.join().unwrap();
    }
}

/// Two threads start timers while the leader blocks, wakes and fires: all timers fire.
fn starts_race_with_a_leader_that_blocks(service: &'static Service) {
    let calls = Arc::new(AtomicUsize::new(0));
    let starters = [(); 2].map(|()| {
        let inner = Arc::clone(&calls);
        spawn(&calls, move |_| {
            for _ in 0..2 {
                let calls = Arc::clone(&inner);
                let timer = Timer::with(service, SOON, move || {
                    calls.fetch_add(1, SeqCst);
                });
                timer.start().unwrap();
                timer.join().unwrap();
            }
        })
    });
    join(starters);
    assert_eq!(calls.load(SeqCst), 4);
}

/// A function joins a timer that is pending or about to be started: another worker fires that one.
fn function_joins_another_timer(service: &'static Service) {
    let second = Timer::with(service, SOON, || ());
    let first = Timer::with(service, SOON, {
        let second = second.clone();
        move || {
            while second.join().is_err() {
                thread::yield_now(); // the second timer is not started yet
            }
        }
    });
    first.start().unwrap();
    second.start().unwrap();
    first.join().unwrap();
}

/// The end of idle workers races with the firing of one timer and the cancel of another: it waits for every worker, and
/// both timers end.
fn end_idle_races_with_firing_and_cancel(service: &'static Service) {
    let timers = [(); 2].map(|()| Arc::new(Timer::with(service, SOON, || ())));
    let starters = timers
        .each_ref()
        .map(|timer| spawn(timer, |timer| timer.start().unwrap()));
    let canceller = spawn(&timers[0], Timer::cancel);
    service.end_idle();
    join(starters);
    canceller.join().unwrap();
    service.end_idle();
    timers.iter().for_each(|timer| timer.join().unwrap());
}

/// The end of idle workers races with the start of a timer that is not due: it does not wait for the worker that waits for
/// this timer.
fn end_idle_races_with_start(service: &'static Service) {
    CHANCE.set(1.0);
    let due = Timer::with(service, SOON, || ());
    due.start().unwrap();
    due.join().unwrap();
    CHANCE.set(0.0);
    let pending = Arc::new(Timer::with(service, SOON, || ()));
    let starter = spawn(&pending, |pending| pending.start().unwrap());
    service.end_idle();
    starter.join().unwrap();
    assert!(pending.is_alive());
    pending.cancel();
}

#[test]
fn cancel_racing_with_firing_does_one_of_the_two() {
    explore(&[Fault::CancelledWhileFiring], || {
        with_service(cancel_races_with_firing);
    });
}

#[test]
fn cancel_racing_with_start_ends_the_timer() {
    explore(&[], || with_service(cancel_races_with_start));
}

#[test]
fn refused_worker_leaves_no_timer_behind() {
    explore(&[Fault::LostWakeup], || {
        with_service(refused_worker_races_with_start_and_cancel);
    });
}

#[test]
fn start_is_seen_by_a_worker() {
    explore(&[Fault::LeaderExpected, Fault::LostWakeup], || {
        with_service(starts_race_with_a_leader_that_blocks);
    });
}

#[test]
fn function_that_blocks_delays_no_other_timer() {
    explore(&[Fault::NoLeader], || {
        with_service(function_joins_another_timer);
    });
}

#[test]
fn end_of_idle_workers_returns_and_loses_no_timer() {
    explore(&[], || with_service(end_idle_races_with_firing_and_cancel));
}

#[test]
fn end_of_idle_workers_does_not_wait_for_a_pending_timer() {
    explore(&[], || with_service(end_idle_races_with_start));
}
