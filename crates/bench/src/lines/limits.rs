//! What the machine itself takes: no lock, wake-up or pool can be faster than what it is made of.

use super::sleep::{self, Park};
use crate::line::Line;
use std::hint::{black_box, spin_loop};
use std::sync::Condvar;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("limit: one pair of atomic operations")
            .beside("CAS and CAS", |pairs| {
                pairs_of(pairs, |word| {
                    let _ =
                        word.compare_exchange(true, false, Ordering::Release, Ordering::Relaxed);
                })
            })
            .beside("CAS and swap", |pairs| {
                pairs_of(pairs, |word| {
                    word.swap(false, Ordering::Release);
                })
            })
            .beside("CAS and store", |pairs| {
                pairs_of(pairs, |word| word.store(false, Ordering::Release))
            }),
        Line::new("limit: one cache line from core to core").beside("two atomics", hand_over),
        Line::new("limit: a wake-up with nobody asleep")
            .beside("unpark of a running thread", unpark_running)
            .beside("std Condvar", |wakes| {
                let condition = Condvar::new();
                timed(wakes, || black_box(&condition).notify_one())
            })
            .beside("parking_lot Condvar", |wakes| {
                let condition = parking_lot::Condvar::new();
                timed(wakes, || {
                    black_box(&condition).notify_one();
                })
            }),
        Line::new("limit: one sleep and wake-up")
            .beside("park back and forth", sleep::ping_pong::<Park>)
            .beside("park fast asleep", sleep::fast_asleep::<Park>),
    ]
}

/// A word goes back and forth between two threads that never sleep. Where two processors are one core's two
/// halves it is some 20 ns, where they are far apart 150 and more; a virtual machine may go from one to
/// the other at any time, and every line with two threads goes with it.
fn hand_over(times: u64) -> Duration {
    let turn = AtomicU64::new(0);
    let wait_for = |number| {
        while turn.load(Ordering::Acquire) != number {
            spin_loop();
        }
    };
    let rounds = times.div_ceil(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..rounds {
                wait_for(2 * round + 1);
                turn.store(2 * round + 2, Ordering::Release);
            }
        });
        timed_rounds(rounds, |round| {
            turn.store(2 * round + 1, Ordering::Release);
            wait_for(2 * round + 2);
        })
    })
}

fn timed_rounds(rounds: u64, each: impl Fn(u64)) -> Duration {
    let start = Instant::now();
    (0..rounds).for_each(each);
    start.elapsed()
}

fn timed(times: u64, operation: impl Fn()) -> Duration {
    timed_rounds(times, |_| operation())
}

/// What an uncontended lock comes down to: take it by a compare-and-swap, give it back by `release`.
fn pairs_of(pairs: u64, release: impl Fn(&AtomicBool)) -> Duration {
    let word = AtomicBool::new(false);
    timed(pairs, || {
        let word = black_box(&word);
        let _ = word.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        release(word);
    })
}

fn unpark_running(wakes: u64) -> Duration {
    let running = thread::current();
    let took = timed(wakes, || black_box(&running).unpark());
    // Takes back the token, which would end somebody's next sleep.
    thread::park_timeout(Duration::ZERO);
    took
}
