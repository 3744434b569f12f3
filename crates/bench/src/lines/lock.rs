//! Lock: acquire and release by one thread, and by several threads that share one lock.

use crate::line::Line;
use crate::quiet::work;
use crate::timing::shared_out;
use common::threading::Lock;
use std::hint::black_box;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Steps of arithmetic in a short critical section; each takes about two nanoseconds.
const INSIDE: u64 = 10;
/// Steps of arithmetic before the thread acquires the lock again.
const OUTSIDE: u64 = 50;

pub(super) fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (threads, goal) in [(1, 1.0), (2, 0.9), (4, 0.9)] {
        lines.push(line::<false>(threads, goal));
        // The work takes most of the time with every lock, so no ratio is far below 1.
        lines.push(line::<true>(threads, 1.0));
    }
    lines
}

fn line<const WORK: bool>(threads: u64, goal: f64) -> Line {
    let plural = if threads == 1 { "thread" } else { "threads" };
    let work = if WORK { ", work between" } else { "" };
    let count = threads.to_string();
    Line::new(format!("Lock, {threads} {plural}{work}"))
        .goal(goal)
        .ours(move |pairs| pairs_of::<Ours, WORK>(threads, pairs))
        .reference("common guard", move |pairs| {
            pairs_of::<OursGuarded, WORK>(threads, pairs)
        })
        .peer("std", move |pairs| {
            pairs_of::<Mutex<()>, WORK>(threads, pairs)
        })
        .peer("parking_lot", move |pairs| {
            pairs_of::<parking_lot::Mutex<()>, WORK>(threads, pairs)
        })
        .python(
            include_str!("lock.py"),
            &[&count, if WORK { "work" } else { "" }],
        )
}

/// A lock that is acquired, held during a call, and released.
pub(super) trait Pair: Default + Sync {
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R;
}

/// Shares its cache lines with no other value: no contender profits from a lucky layout.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Alone<L>(pub(super) L);

/// `threads` threads share the pairs.
pub(super) fn pairs_of<L: Pair, const WORK: bool>(threads: u64, pairs: u64) -> Duration {
    let lock = Alone::<L>::default();
    shared_out(threads, pairs, |share| {
        let lock = black_box(&lock.0);
        let mut value = black_box(1);
        for _ in 0..share {
            if WORK {
                // Each needs the other's result; otherwise a processor computes both at once.
                value = lock.pair(|| work(INSIDE, value));
                value = work(OUTSIDE, value);
            } else {
                lock.pair(|| ());
            }
        }
        black_box(value);
    })
}

#[derive(Default)]
struct Ours(Lock);

impl Pair for Ours {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        self.0.acquire();
        let result = inside();
        self.0.release().expect("the lock is held");
        result
    }
}

#[derive(Default)]
struct OursGuarded(Lock);

impl Pair for OursGuarded {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        let _guard = self.0.guard();
        inside()
    }
}

impl Pair for Mutex<()> {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        let _guard = self.lock().unwrap_or_else(PoisonError::into_inner);
        inside()
    }
}

impl Pair for parking_lot::Mutex<()> {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        let _guard = self.lock();
        inside()
    }
}
