//! Lock: acquire and release by one thread, and by several that want the same one.

use crate::line::Line;
use crate::quiet::work;
use common::threading::Lock;
use std::hint::black_box;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Steps of arithmetic, each about two nanoseconds: what a short critical section does,
const INSIDE: u64 = 10;
/// and what a thread does before it comes back.
const OUTSIDE: u64 = 50;

pub(super) fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (threads, goal) in [(1, 1.0), (2, 0.9), (4, 0.9)] {
        lines.push(line::<false>(threads, goal));
        // The work is most of the time, whoever's the lock is: there is nothing below 1.0.
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
        .beside("common guard", move |pairs| {
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

/// A lock, taken and given back around something.
pub(super) trait Pair: Default + Sync {
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R;
}

/// Nothing else on its cache lines, wherever it lies: luck of the layout is no merit.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Alone<L>(pub(super) L);

/// `threads` threads share the pairs; from the first one's start to the last one's end.
pub(super) fn pairs_of<L: Pair, const WORK: bool>(threads: u64, pairs: u64) -> Duration {
    let lock = Alone::<L>::default();
    if threads == 1 {
        let (start, end) = repeat::<L, WORK>(&lock.0, pairs);
        return end - start;
    }
    let missing = AtomicU64::new(threads);
    let share = |thread| pairs / threads + u64::from(thread < pairs % threads);
    let times: Vec<_> = thread::scope(|scope| {
        let start_together = |thread| {
            let (lock, missing) = (&lock.0, &missing);
            scope.spawn(move || {
                start_running(missing);
                repeat::<L, WORK>(lock, share(thread))
            })
        };
        let threads: Vec<_> = (0..threads).map(start_together).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    let first = times.iter().map(|&(start, _)| start).min();
    let last = times.iter().map(|&(_, end)| end).max();
    last.zip(first)
        .map_or(Duration::ZERO, |(last, first)| last - first)
}

/// Waits for the others without sleeping: threads that a barrier wakes one by one, perhaps all on the
/// waker's core, would find each other gone.
fn start_running(missing: &AtomicU64) {
    missing.fetch_sub(1, Ordering::AcqRel);
    while missing.load(Ordering::Acquire) > 0 {
        for _ in 0..100 {
            spin_loop();
        }
        thread::yield_now();
    }
}

fn repeat<L: Pair, const WORK: bool>(lock: &L, pairs: u64) -> (Instant, Instant) {
    let lock = black_box(lock);
    let mut value = black_box(1);
    let start = Instant::now();
    for _ in 0..pairs {
        if WORK {
            // One needs the other's result: a processor would do both at once.
            value = lock.pair(|| work(INSIDE, value));
            value = work(OUTSIDE, value);
        } else {
            lock.pair(|| ());
        }
    }
    black_box(value);
    (start, Instant::now())
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
