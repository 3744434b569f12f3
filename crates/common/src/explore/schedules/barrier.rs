//! The barrier.

use super::{explore, join, spawn};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::threading::{Barrier, BarrierError};
use shuttle::thread;
use std::time::Duration;

/// A barrier whose action lets other threads run.
fn with_action(parties: usize) -> Arc<Barrier> {
    Arc::new(Barrier::new(parties).with_action(thread::yield_now))
}

/// Two threads pass three times: neither is released before both have arrived, and their indices differ.
#[test]
fn wait_releases_no_thread_before_the_last_arrival() {
    explore(&[Fault::LostWakeup], || {
        let shared = Arc::new((Barrier::new(2), AtomicUsize::new(0), AtomicUsize::new(0)));
        let threads = [(); 2].map(|()| {
            spawn(&shared, |(barrier, arrivals, indices)| {
                for round in 1..=3 {
                    arrivals.fetch_add(1, Relaxed);
                    indices.fetch_add(barrier.wait().unwrap(), Relaxed);
                    assert!((2 * round..2 * round + 2).contains(&arrivals.load(Relaxed)));
                }
            })
        });
        join(threads);
        assert_eq!(shared.2.load(Relaxed), 3);
    });
}

/// Four threads at a barrier for two: both generations pass, and no two actions run at once.
#[test]
fn entry_waits_while_an_action_runs() {
    explore(&[Fault::OpenGate], || {
        let running = AtomicBool::new(false);
        let action = move || {
            assert!(!running.swap(true, Relaxed));
            thread::yield_now();
            running.store(false, Relaxed);
        };
        let barrier = Arc::new(Barrier::new(2).with_action(action));
        let threads = [(); 4].map(|()| spawn(&barrier, |barrier| barrier.wait().unwrap()));
        let mut indices = join(threads);
        indices.sort_unstable();
        assert_eq!(indices, [0, 0, 1, 1]);
    });
}

/// Two of three threads may time out: before the last arrival, at that moment, or while the action runs.
#[test]
fn timeout_and_last_arrival_exclude_each_other() {
    let faults = [Fault::CancelledAfterNotify, Fault::ActionOfBrokenGeneration];
    explore(&faults, || {
        let barrier = with_action(3);
        let threads = [Duration::MAX, Duration::ZERO, Duration::from_millis(1)]
            .map(|timeout| spawn(&barrier, move |barrier| barrier.wait_timeout(timeout)));
        let outcomes = join(threads);
        let passed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(passed, if barrier.broken() { 0 } else { 3 });
    });
}

/// A reset beside two generations; a thread that fails waits again. If one thread passed and the other of its generation
/// failed, a thread would block forever.
#[test]
fn reset_and_last_arrival_exclude_each_other() {
    explore(&[Fault::ActionOfBrokenGeneration], || {
        let barrier = with_action(2);
        let wait = |barrier: &Barrier| barrier.wait().or_else(|_| barrier.wait());
        let threads = [(); 4].map(|()| spawn(&barrier, wait));
        barrier.reset().unwrap();
        let indices = join(threads).map(Result::unwrap);
        assert_eq!(indices.iter().sum::<usize>(), 2);
    });
}

/// An abort and a reset beside two arrivals; a thread that fails waits again. If one thread passed and the other failed, the
/// other would block forever.
#[test]
fn abort_and_last_arrival_exclude_each_other() {
    explore(&[Fault::ActionOfBrokenGeneration], || {
        let barrier = with_action(2);
        let pass = |barrier: &Barrier| {
            while barrier.wait().is_err() {
                thread::yield_now();
            }
        };
        let threads = [(); 2].map(|()| spawn(&barrier, pass));
        barrier.abort().unwrap();
        thread::yield_now();
        barrier.reset().unwrap();
        join(threads);
        assert_eq!((barrier.broken(), barrier.n_waiting()), (false, 0));
    });
}

/// A thread arrives while another thread's action runs, and times out in the entry queue or enters: the other thread
/// passes in any case.
#[test]
fn entry_queue_timeout_breaks_no_generation_in_action() {
    explore(&[], || {
        let barrier = with_action(1);
        let [patient, impatient] = [Duration::MAX, Duration::from_millis(1)]
            .map(|timeout| spawn(&barrier, move |barrier| barrier.wait_timeout(timeout)));
        assert_eq!(patient.join().unwrap(), Ok(0));
        let timed_out = impatient.join().unwrap() == Err(BarrierError::Broken);
        assert_eq!(barrier.broken(), timed_out);
    });
}
