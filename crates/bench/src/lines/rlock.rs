//! `RLock`: acquire and release by one thread, by one that has it already, and by two that want the same.

use super::lock::{Alone, Pair, pairs_of};
use crate::line::Line;
use common::threading::RLock;
use parking_lot::ReentrantMutex;
use std::hint::black_box;
use std::io;
use std::time::{Duration, Instant};

pub(super) fn lines() -> Vec<Line> {
    vec![
        line("RLock, 1 thread", 0.9, "1", One),
        line("RLock, nested", 1.0, "nested", Nested),
        line("RLock, 2 threads", 0.8, "2", Two),
    ]
}

fn line<W: Work>(name: &str, goal: f64, work: &str, of: fn(u64) -> W) -> Line {
    Line::new(name)
        .goal(goal)
        .ours(move |pairs| of(pairs).by::<Ours>())
        .beside("common guard", move |pairs| of(pairs).by::<OursGuarded>())
        .peer("parking_lot", move |pairs| {
            of(pairs).by::<ReentrantMutex<()>>()
        })
        .beside("std (of stdout)", move |pairs| of(pairs).by::<OfStdout>())
        .python(include_str!("rlock.py"), &[work])
}

/// So many pairs in one of the three ways, whoever's the lock is.
trait Work: 'static {
    fn by<L: Pair>(self) -> Duration;
}

struct One(u64);

impl Work for One {
    fn by<L: Pair>(self) -> Duration {
        pairs_of::<L, false>(1, self.0)
    }
}

struct Two(u64);

impl Work for Two {
    fn by<L: Pair>(self) -> Duration {
        pairs_of::<L, false>(2, self.0)
    }
}

struct Nested(u64);

impl Work for Nested {
    fn by<L: Pair>(self) -> Duration {
        let Alone(lock) = &black_box(Alone::<L>::default());
        lock.pair(|| {
            let start = Instant::now();
            for _ in 0..self.0 {
                // With nothing inside, the compiler cancels one level up and one level down.
                lock.pair(|| black_box(lock));
            }
            start.elapsed()
        })
    }
}

#[derive(Default)]
struct Ours(RLock);

impl Pair for Ours {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        self.0.acquire();
        let result = inside();
        self.0.release().expect("the lock is ours");
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

/// The one reentrant lock that std lets anybody use. There is only one, and other data beside it.
#[derive(Default)]
struct OfStdout;

impl Pair for OfStdout {
    #[inline]
    fn pair<R>(&self, inside: impl FnOnce() -> R) -> R {
        let _guard = io::stdout().lock();
        inside()
    }
}
