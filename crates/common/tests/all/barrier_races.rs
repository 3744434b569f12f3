//! A `threading::Barrier` that breaks in the moment in which the last comes: of one generation all go on, or none.

use crate::support::{LONG, on_threads, until};
use common::threading::{Barrier, BarrierError};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::thread;
use std::time::Duration;

/// A barrier for one generation, and how many went on.
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

/// As one does who waits and looks around, in yields, before its time can be up: sometimes shorter, sometimes longer.
fn dawdle(round: usize) {
    for pause in 0..round % 30 {
        thread::yield_now();
        (0..round % 7 * pause).for_each(|_| std::hint::spin_loop());
    }
}

/// Of three who are there at once one waits for ever, one gives up soon, and one comes when it has `dawdled`.
fn race(barriers: Vec<Once>, dawdled: impl Fn(usize) + Sync) {
    let there = AtomicUsize::new(0);
    on_threads(3, |thread| {
        for (round, once) in barriers.iter().enumerate() {
            there.fetch_add(1, Relaxed);
            until(|| there.load(Relaxed) >= 3 * (round + 1));
            if thread == 2 {
                dawdled(round);
            }
            let gives_up = thread == 0;
            pass(once, if gives_up { Duration::ZERO } else { LONG });
        }
    });
    assert_all_or_none(barriers);
}

#[test]
fn timeouts_that_race_with_the_last_arrival() {
    let barriers = (0..ROUNDS).map(|_| for_once(Barrier::new(3)));
    race(barriers.collect(), dawdle);
}

#[test]
fn timeouts_that_race_with_the_end_of_the_action() {
    let with_action = |round| {
        let builder = Barrier::builder().parties(3).action(move || dawdle(round));
        for_once(builder.build().unwrap())
    };
    race((0..ROUNDS).map(with_action).collect(), |_| ());
}

/// An abort that comes after a generation went on breaks the barrier for the next only, so what is
/// counted is that those who passed are all or none.
#[test]
fn aborts_that_race_with_the_last_arrival() {
    let barriers: Vec<_> = (0..600).map(|_| for_once(Barrier::new(2))).collect();
    on_threads(3, |thread| {
        for (round, once) in barriers.iter().enumerate() {
            if thread == 0 {
                // One is there, and the other on the way, or both have gone on.
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

/// Each goes on until it has passed so often: if a reset let one pass and not the other, one would
/// be left waiting for ever.
#[test]
fn resets_that_race_with_arrivals() {
    for builder in [
        Barrier::builder().parties(2),
        Barrier::builder().parties(2).action(thread::yield_now),
    ] {
        let barrier = builder.build().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                // So many and no more: who resets all the time may keep two from ever meeting.
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
