//! A `threading::Barrier` that breaks at the moment of the last arrival: of one generation all threads pass or none.

use crate::support::{LONG, on_threads, until};
use common::threading::{Barrier, BarrierError};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::thread;
use std::time::Duration;

/// A barrier for one generation, and the number of threads that passed.
type Once = (Barrier, AtomicUsize);

fn for_once(barrier: Barrier) -> Once {
    (barrier, AtomicUsize::new(0))
}

fn pass((barrier, passed): &Once, timeout: Duration) {
    if barrier.wait_timeout(timeout).is_ok() {
        passed.fetch_add(1, Relaxed);
    }
}

fn assert_all_or_none(barriers: Vec<Once>) {
    for (barrier, passed) in barriers {
        let expected = if barrier.broken() {
            0
        } else {
            barrier.parties()
        };
        assert_eq!(passed.into_inner(), expected);
    }
}

const ROUNDS: usize = 150;

/// Spends about as long as a waiter whose timeout is zero, which differs from round to round.
fn delay(round: usize) {
    for pause in 0..round % 30 {
        thread::yield_now();
        (0..round % 7 * pause).for_each(|_| std::hint::spin_loop());
    }
}

/// Three threads start together: the first times out at once, the second waits, the third arrives after `delayed`.
fn race(barriers: Vec<Once>, delayed: impl Fn(usize) + Sync) {
    let started = AtomicUsize::new(0);
    on_threads(3, |thread| {
        for (round, once) in barriers.iter().enumerate() {
            started.fetch_add(1, Relaxed);
            until(|| started.load(Relaxed) >= 3 * (round + 1));
            if thread == 2 {
                delayed(round);
            }
            pass(once, if thread == 0 { Duration::ZERO } else { LONG });
        }
    });
    assert_all_or_none(barriers);
}

#[test]
fn timeout_racing_with_the_last_arrival_is_all_or_none() {
    let barriers = (0..ROUNDS).map(|_| for_once(Barrier::new(3)));
    race(barriers.collect(), delay);
}

#[test]
fn timeout_racing_with_the_end_of_the_action_is_all_or_none() {
    let with_action = |round| for_once(Barrier::new(3).with_action(move || delay(round)));
    race((0..ROUNDS).map(with_action).collect(), |_| ());
}

/// An abort after the release breaks the barrier for the next generation only, so the test counts the threads that
/// passed and does not ask whether the barrier is broken.
#[test]
fn abort_racing_with_the_last_arrival_is_all_or_none() {
    let barriers: Vec<_> = (0..600).map(|_| for_once(Barrier::new(2))).collect();
    on_threads(3, |thread| {
        for (round, once) in barriers.iter().enumerate() {
            if thread == 0 {
                // One thread waits and the other is about to arrive, or both have passed.
                until(|| once.0.n_waiting() == 1 || once.1.load(Relaxed) > 0);
                (0..round % 50).for_each(|_| std::hint::spin_loop());
                once.0.abort().unwrap();
            } else {
                pass(once, Duration::MAX);
            }
        }
    });
    for (_, passed) in barriers {
        assert!([0, 2].contains(&passed.into_inner()));
    }
}

/// Each thread passes 300 times: if a reset released one thread and not the other, one would block forever at the end.
#[test]
fn reset_racing_with_arrivals_is_all_or_none() {
    for barrier in [
        Barrier::new(2),
        Barrier::new(2).with_action(thread::yield_now),
    ] {
        thread::scope(|scope| {
            scope.spawn(|| {
                // A limited number: resets without end could keep two threads from ever passing.
                for _ in 0..500 {
                    barrier.reset().unwrap();
                    thread::yield_now();
                }
            });
            on_threads(2, |_| {
                let mut passed = 0;
                while passed < 300 {
                    match barrier.wait() {
                        Ok(_) => passed += 1,
                        Err(error) => assert_eq!(error, BarrierError::Broken),
                    }
                }
            });
        });
    }
}
