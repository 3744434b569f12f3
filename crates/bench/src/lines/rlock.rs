//! `RLock`: acquire and release by one thread, by the owner, and by two threads that share one lock.

use super::lock::{Alone, Pair, pairs_of};
use crate::line::Line;
use crate::timing::timed;
use common::threading::RLock;
use parking_lot::ReentrantMutex;
use std::hint::black_box;
use std::io;
use std::time::Duration;

pub(super) fn lines() -> Vec<Line> {
    let one = [
        by::<1, Ours>,
        by::<1, OursGuarded>,
        by::<1, ReentrantMutex<()>>,
        by::<1, OfStdout>,
    ];
    let two = [
        by::<2, Ours>,
        by::<2, OursGuarded>,
        by::<2, ReentrantMutex<()>>,
        by::<2, OfStdout>,
    ];
    let nested = [
        nested::<Ours>,
        nested::<OursGuarded>,
        nested::<ReentrantMutex<()>>,
        nested::<OfStdout>,
    ];
    vec![
        line("RLock, 1 thread", 1.0, "1", one),
        line("RLock, nested", 1.0, "nested", nested),
        line("RLock, 2 threads", 0.8, "2", two),
    ]
}

fn line(name: &str, goal: f64, work: &str, contenders: [fn(u64) -> Duration; 4]) -> Line {
    let [ours, guard, parking_lot, stdout] = contenders;
    Line::new(name)
        .goal(goal)
        .ours(ours)
        .reference("common guard", guard)
        .peer("parking_lot", parking_lot)
        .reference("std (of stdout)", stdout)
        .python(include_str!("rlock.py"), &[work])
}

fn by<const THREADS: u64, L: Pair>(pairs: u64) -> Duration {
    pairs_of::<L, false>(THREADS, pairs)
}

fn nested<L: Pair>(pairs: u64) -> Duration {
    let Alone(lock) = &black_box(Alone::<L>::default());
    // With nothing inside, the compiler cancels one level up and one level down.
    lock.pair(|| {
        timed(pairs, |_| {
            lock.pair(|| black_box(lock));
        })
    })
}

#[derive(Default)]
struct Ours(RLock);

impl Pair for Ours {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        self.0.acquire();
        let result = inside();
        self.0.release().expect("this thread is the owner");
        result
    }
}

#[derive(Default)]
struct OursGuarded(RLock);

impl Pair for OursGuarded {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        let _guard = self.0.guard();
        inside()
    }
}

impl Pair for ReentrantMutex<()> {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        let _guard = self.lock();
        inside()
    }
}

/// The only reentrant lock of stable std. All programs share one, and it guards other data as well.
#[derive(Default)]
struct OfStdout;

impl Pair for OfStdout {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        let _guard = io::stdout().lock();
        inside()
    }
}
