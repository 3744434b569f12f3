//! What the machine itself takes: no lock, wake-up or pool is faster than its parts.

use super::sleep::{self, Park};
use crate::line::Line;
use crate::timing::timed;
use std::hint::{black_box, spin_loop};
use std::sync::Condvar;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("limit: one pair of atomic operations")
            .reference("CAS and CAS", |pairs| {
                pairs_of(pairs, |word| {
                    let _ =
                        word.compare_exchange(true, false, Ordering::Release, Ordering::Relaxed);
                })
            })
            .reference("CAS and swap", |pairs| {
                pairs_of(pairs, |word| {
                    word.swap(false, Ordering::Release);
                })
            })
            .reference("CAS and store", |pairs| {
                pairs_of(pairs, |word| word.store(false, Ordering::Release))
            }),
        Line::new("limit: one cache line from core to core").reference("two atomics", transfer),
        Line::new("limit: a wake-up without a sleeper")
            .reference("unpark of a running thread", unpark_running)
            .reference("std Condvar", |wakes| {
                let condition = Condvar::new();
                timed(wakes, |_| black_box(&condition).notify_one())
            })
            .reference("parking_lot Condvar", |wakes| {
                let condition = parking_lot::Condvar::new();
                timed(wakes, |_| {
                    black_box(&condition).notify_one();
                })
            }),
        Line::new("limit: one sleep and wake-up")
            .reference("park, ping-pong", sleep::ping_pong::<Park>)
            .reference("park, waiter asleep", sleep::waiter_asleep::<Park>),
    ]
}

/// A word goes back and forth between two threads that never block. Between two hardware threads of one core that takes
/// some 20 ns, between distant cores 150 ns and more. A virtual machine may move its threads at any time, which changes
/// every line with two threads.
fn transfer(times: u64) -> Duration {
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
        timed(rounds, |round| {
            turn.store(2 * round + 1, Ordering::Release);
            wait_for(2 * round + 2);
        })
    })
}

/// The atomic operations of an uncontended lock: acquire by a compare-and-swap, and `release`.
fn pairs_of(pairs: u64, release: impl Fn(&AtomicBool)) -> Duration {
    let word = AtomicBool::new(false);
    timed(pairs, |_| {
        let word = black_box(&word);
        let _ = word.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        release(word);
    })
}

fn unpark_running(wakes: u64) -> Duration {
    let running = thread::current();
    let took = timed(wakes, |_| black_box(&running).unpark());
    // Consumes the token, which would end a later park of this thread.
    thread::park_timeout(Duration::ZERO);
    took
}
