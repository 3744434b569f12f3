//! Lock: acquire and release by one thread, and by several that want the same one.

use crate::line::Line;
use crate::quiet::work;
use common::threading::Lock;
use std::hint::black_box;
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Steps of arithmetic, each a little over a nanosecond: what a short critical section does,
const INSIDE: u64 = 16;
/// and what a thread does before it comes back.
const OUTSIDE: u64 = 80;

pub(super) fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (threads, goal) in [(1, 1.0), (2, 0.9), (4, 0.9)] {
        lines.push(line::<false>(threads, goal));
        lines.push(line::<true>(threads, goal));
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
trait Pair: Default + Sync {
    fn pair(&self, inside: impl FnOnce());
}

/// Nothing else on its cache lines, wherever it lies: luck of the layout is no merit.
#[derive(Default)]
#[repr(align(128))]
struct Alone<L>(L);

/// `threads` threads share the pairs; from the first one's start to the last one's end.
fn pairs_of<L: Pair, const WORK: bool>(threads: u64, pairs: u64) -> Duration {
    let lock = Alone::<L>::default();
    if threads == 1 {
        let (start, end) = repeat::<L, WORK>(&lock.0, pairs);
        return end - start;
    }
    let start = Barrier::new(usize::try_from(threads).expect("a few"));
    let share = |thread| pairs / threads + u64::from(thread < pairs % threads);
    let times: Vec<_> = thread::scope(|scope| {
        let start_together = |thread| {
            let (lock, start) = (&lock.0, &start);
            scope.spawn(move || {
                start.wait();
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

fn repeat<L: Pair, const WORK: bool>(lock: &L, pairs: u64) -> (Instant, Instant) {
    let lock = black_box(lock);
    let start = Instant::now();
    for _ in 0..pairs {
        if WORK {
            lock.pair(|| {
                black_box(work(INSIDE));
            });
            black_box(work(OUTSIDE));
        } else {
            lock.pair(|| ());
        }
    }
    (start, Instant::now())
}

#[derive(Default)]
struct Ours(Lock);

impl Pair for Ours {
    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        self.0.acquire();
        inside();
        self.0.release().expect("the lock is held");
    }
}

#[derive(Default)]
struct OursGuarded(Lock);

impl Pair for OursGuarded {
    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        let _guard = self.0.guard();
        inside();
    }
}

impl Pair for Mutex<()> {
    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        let _guard = self.lock().unwrap_or_else(PoisonError::into_inner);
        inside();
    }
}

impl Pair for parking_lot::Mutex<()> {
    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        let _guard = self.lock();
        inside();
    }
}
