//! The broken state of `threading::Barrier`: timeout, abort, reset, panic of the action.

use crate::support::{LONG, SHORT, panics, until};
use common::threading::BarrierError::Broken;
use common::threading::{Barrier, BarrierError};
use std::sync::mpsc;
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

type Outcome = Result<usize, BarrierError>;

/// Starts `count` threads that wait, one after the other.
fn wait_in<'scope>(
    scope: &'scope Scope<'scope, '_>,
    barrier: &'scope Barrier,
    count: usize,
) -> Vec<ScopedJoinHandle<'scope, Outcome>> {
    let arrive = |arrived: usize| {
        let thread = scope.spawn(|| barrier.wait());
        until(|| barrier.n_waiting() == arrived);
        thread
    };
    (1..=count).map(arrive).collect()
}

fn outcomes(threads: Vec<ScopedJoinHandle<'_, Outcome>>) -> Vec<Outcome> {
    threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect()
}

/// Passes a whole generation through the barrier.
fn assert_passes(barrier: &Barrier) {
    assert!(!barrier.broken());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..barrier.parties())
            .map(|_| scope.spawn(|| barrier.wait()))
            .collect();
        assert!(outcomes(threads).iter().all(Result::is_ok));
    });
}

/// Returns while one thread waits, which is still blocked after [`SHORT`].
fn assert_blocks(barrier: &Barrier) {
    until(|| barrier.n_waiting() == 1);
    thread::sleep(SHORT);
    assert_eq!(barrier.n_waiting(), 1);
}

/// Whether `count` threads are in the entry queue.
fn entering(barrier: &Barrier, count: usize) -> bool {
    format!("{barrier:?}").contains(&format!("entering: {count}"))
}

/// A barrier whose action sends that it has begun, and ends at a message; it panics when the sender is dropped.
fn held_in_action(parties: usize) -> (Barrier, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (begun, has_begun) = mpsc::channel();
    let (end, may_end) = mpsc::channel();
    let action = move || {
        begun.send(()).unwrap();
        if may_end.recv().is_err() {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
    };
    (Barrier::new(parties).with_action(action), has_begun, end)
}

#[test]
fn timeout_breaks_the_barrier_for_waiters_and_later_arrivals() {
    let barrier = Barrier::new(4);
    thread::scope(|scope| {
        let waiting = wait_in(scope, &barrier, 2);
        let start = Instant::now();
        assert_eq!(barrier.wait_timeout(SHORT), Err(Broken));
        assert!(start.elapsed() >= SHORT);
        assert_eq!(outcomes(waiting), [Err(Broken); 2]);
    });
    assert!(barrier.broken());
    assert_eq!(barrier.wait(), Err(Broken));
    assert_eq!(barrier.n_waiting(), 0);
    assert_eq!(Broken.to_string(), "broken barrier");
    let shown = "Barrier { parties: 4, waiting: 0, entering: 0, broken: true }";
    assert_eq!(format!("{barrier:?}"), shown);
}

#[test]
fn wait_without_a_timeout_has_the_timeout_of_the_barrier() {
    let barrier = Barrier::new(2).with_timeout(SHORT);
    assert_eq!(barrier.wait(), Err(Broken));
    let barrier = Barrier::new(2).with_timeout(Duration::ZERO);
    thread::scope(|scope| {
        let patient = scope.spawn(|| barrier.wait_timeout(LONG));
        assert_blocks(&barrier);
        assert_eq!(barrier.wait(), Ok(1), "the last arrival needs no time");
        assert_eq!(patient.join().unwrap(), Ok(0));
    });
}

#[test]
fn timeout_beyond_the_clock_is_no_limit() {
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        let patient = scope.spawn(|| barrier.wait_timeout(Duration::MAX));
        assert_blocks(&barrier);
        assert_eq!(barrier.wait(), Ok(1));
        assert_eq!(patient.join().unwrap(), Ok(0));
    });
}

#[test]
fn abort_breaks_the_barrier_until_a_reset() {
    let barrier = Barrier::new(3);
    thread::scope(|scope| {
        let waiting = wait_in(scope, &barrier, 2);
        barrier.abort().unwrap();
        assert_eq!(outcomes(waiting), [Err(Broken); 2]);
    });
    assert_eq!(barrier.wait(), Err(Broken));
    barrier.reset().unwrap();
    assert_passes(&barrier);
}

#[test]
fn reset_fails_the_waiters_and_leaves_the_barrier_usable() {
    let barrier = Barrier::new(3);
    thread::scope(|scope| {
        let waiting = wait_in(scope, &barrier, 2);
        barrier.reset().unwrap();
        // A new generation does not wait until the old waiters have left.
        assert_passes(&barrier);
        assert_eq!(outcomes(waiting), [Err(Broken); 2]);
    });
}

#[test]
fn reset_without_waiters_changes_nothing() {
    let barrier = Barrier::new(2);
    barrier.reset().unwrap();
    assert_passes(&barrier);
}

#[test]
fn panic_of_the_action_propagates_and_breaks_the_barrier() {
    let (barrier, has_begun, end) = held_in_action(3);
    thread::scope(|scope| {
        let waiting = wait_in(scope, &barrier, 2);
        let last = scope.spawn(|| barrier.wait());
        has_begun.recv().unwrap();
        let next = scope.spawn(|| barrier.wait());
        until(|| entering(&barrier, 1));
        drop(end);
        let panic = last.join().unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"on purpose"));
        assert_eq!(outcomes(waiting), [Err(Broken); 2]);
        assert_eq!(next.join().unwrap(), Err(Broken));
    });
    assert!(barrier.broken());
    assert_eq!(barrier.wait(), Err(Broken));
}

#[test]
fn reset_after_a_panic_lets_the_action_run_again() {
    let (ran, runs) = mpsc::channel();
    let mut is_first = true;
    let action = move || {
        ran.send(()).unwrap();
        if std::mem::take(&mut is_first) {
            std::panic::resume_unwind(Box::new("the first time"));
        }
    };
    let barrier = Barrier::new(1).with_action(action);
    assert!(panics(|| barrier.wait()));
    assert_eq!(barrier.wait(), Err(Broken));
    barrier.reset().unwrap();
    assert_eq!(barrier.wait(), Ok(0));
    assert_eq!(runs.try_iter().count(), 2);
}

#[test]
fn timeout_covers_the_action_and_breaks_its_generation() {
    let mut timeout = SHORT;
    while !times_out_during_the_action(timeout) {
        timeout *= 2;
    }
}

/// False when the timeout expired before the last arrival.
fn times_out_during_the_action(timeout: Duration) -> bool {
    let (barrier, has_begun, end) = held_in_action(3);
    thread::scope(|scope| {
        let patient = wait_in(scope, &barrier, 1);
        let impatient = scope.spawn(|| barrier.wait_timeout(timeout));
        until(|| barrier.n_waiting() == 2 || barrier.broken());
        let last = scope.spawn(|| barrier.wait());
        // The action runs until the other threads have left.
        assert_eq!(impatient.join().unwrap(), Err(Broken));
        assert_eq!(outcomes(patient), [Err(Broken)]);
        assert!(barrier.broken());
        let _ = end.send(());
        assert_eq!(last.join().unwrap(), Err(Broken));
        has_begun.try_recv().is_ok()
    })
}

#[test]
fn timeout_in_the_entry_queue_spares_the_generation_in_action() {
    let (barrier, has_begun, end) = held_in_action(2);
    thread::scope(|scope| {
        let mut generation = wait_in(scope, &barrier, 1);
        generation.push(scope.spawn(|| barrier.wait()));
        has_begun.recv().unwrap();
        let beside = scope.spawn(|| barrier.wait());
        until(|| entering(&barrier, 1));
        assert_eq!(barrier.wait_timeout(SHORT), Err(Broken));
        assert_eq!(beside.join().unwrap(), Err(Broken));
        assert!(barrier.broken());
        end.send(()).unwrap();
        assert_eq!(outcomes(generation), [Ok(0), Ok(1)]);
        assert_eq!(barrier.wait(), Err(Broken));
    });
}

fn break_or_reset(barrier: &Barrier, is_reset: bool) {
    if is_reset {
        barrier.reset()
    } else {
        barrier.abort()
    }
    .unwrap();
}

#[test]
fn abort_and_reset_fail_the_generation_without_awaiting_its_action() {
    for is_reset in [false, true] {
        let (barrier, has_begun, end) = held_in_action(2);
        thread::scope(|scope| {
            let waiting = wait_in(scope, &barrier, 1);
            let acting = scope.spawn(|| barrier.wait());
            has_begun.recv().unwrap();
            break_or_reset(&barrier, is_reset);
            assert_eq!(outcomes(waiting), [Err(Broken)]);
            assert_eq!((barrier.broken(), barrier.n_waiting()), (!is_reset, 0));
            end.send(()).unwrap();
            assert_eq!(acting.join().unwrap(), Err(Broken));
        });
        assert_eq!(barrier.broken(), !is_reset);
    }
}

#[test]
fn abort_fails_the_entry_queue() {
    let (barrier, has_begun, end) = held_in_action(1);
    thread::scope(|scope| {
        let acting = scope.spawn(|| barrier.wait());
        has_begun.recv().unwrap();
        let entered = scope.spawn(|| barrier.wait());
        until(|| entering(&barrier, 1));
        barrier.abort().unwrap();
        // The action runs until the other thread has left.
        assert_eq!(entered.join().unwrap(), Err(Broken));
        end.send(()).unwrap();
        assert_eq!(acting.join().unwrap(), Err(Broken));
    });
}

#[test]
fn arrival_after_a_reset_awaits_the_old_action_even_if_it_panics() {
    let (begun, has_begun) = mpsc::channel();
    let (end, may_end) = mpsc::channel();
    let action = move || {
        begun.send(()).unwrap();
        if may_end.recv().unwrap() {
            std::panic::resume_unwind(Box::new("in vain"));
        }
    };
    let barrier = Barrier::new(2).with_action(action);
    for panics in [false, true] {
        thread::scope(|scope| {
            let waiting = wait_in(scope, &barrier, 1);
            let acting = scope.spawn(|| barrier.wait());
            has_begun.recv().unwrap();
            let mut next = vec![scope.spawn(|| barrier.wait())];
            until(|| entering(&barrier, 1));
            barrier.reset().unwrap();
            assert_eq!(outcomes(waiting), [Err(Broken)]);
            next.push(scope.spawn(|| barrier.wait()));
            until(|| entering(&barrier, 2));
            end.send(panics).unwrap();
            assert_eq!(acting.join().ok(), (!panics).then_some(Err(Broken)));
            // The next generation has its own action run.
            has_begun.recv().unwrap();
            end.send(false).unwrap();
            assert!(outcomes(next).iter().all(Result::is_ok));
        });
        assert!(!barrier.broken());
    }
}

#[test]
fn entry_queue_waits_again_while_another_action_runs() {
    let (barrier, has_begun, end) = held_in_action(1);
    for _ in 0..20 {
        thread::scope(|scope| {
            let twice = scope.spawn(|| barrier.wait().and_then(|_| barrier.wait()));
            has_begun.recv().unwrap();
            let once = scope.spawn(|| barrier.wait());
            until(|| entering(&barrier, 1));
            end.send(()).unwrap();
            // Either thread may be first; the other one is in the entry queue.
            has_begun.recv().unwrap();
            until(|| entering(&barrier, 1));
            end.send(()).unwrap();
            has_begun.recv().unwrap();
            end.send(()).unwrap();
            assert_eq!(outcomes(vec![twice, once]), [Ok(0), Ok(0)]);
        });
    }
}

#[test]
fn entry_into_a_barrier_that_was_broken_meanwhile_fails() {
    for _ in 0..20 {
        let (barrier, has_begun, end) = held_in_action(2);
        thread::scope(|scope| {
            let generation = wait_in(scope, &barrier, 1);
            let last = scope.spawn(|| (barrier.wait(), barrier.abort()));
            has_begun.recv().unwrap();
            let next = scope.spawn(|| barrier.wait());
            until(|| entering(&barrier, 1));
            end.send(()).unwrap();
            assert_eq!(last.join().unwrap(), (Ok(1), Ok(())));
            assert_eq!(outcomes(generation), [Ok(0)]);
            assert_eq!(next.join().unwrap(), Err(Broken));
        });
    }
}

#[test]
fn timeout_includes_the_time_in_the_entry_queue() {
    let mut timeout = Duration::from_millis(20);
    while !times_out_after_entering(timeout) {
        timeout *= 2;
    }
}

/// False when the wait took longer than half the timeout again, or did not leave the entry queue. Always false if
/// the timeout began at the entry.
fn times_out_after_entering(timeout: Duration) -> bool {
    let (barrier, has_begun, end) = held_in_action(2);
    thread::scope(|scope| {
        let mut generation = wait_in(scope, &barrier, 1);
        generation.push(scope.spawn(|| barrier.wait()));
        has_begun.recv().unwrap();
        let next = scope.spawn(|| {
            let start = Instant::now();
            assert_eq!(barrier.wait_timeout(timeout), Err(Broken));
            start.elapsed()
        });
        until(|| entering(&barrier, 1) || barrier.broken());
        thread::sleep(timeout / 2);
        end.send(()).unwrap();
        assert_eq!(outcomes(generation), [Ok(0), Ok(1)]);
        until(|| barrier.n_waiting() == 1 || barrier.broken());
        let has_entered = !barrier.broken();
        next.join().unwrap() < timeout * 3 / 2 && has_entered
    })
}
