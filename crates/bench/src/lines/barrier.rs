//! Barrier: threads that meet again and again.

use crate::line::Line;
use common::threading::Barrier;
use parking_lot::{Condvar, Mutex};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

pub(super) fn lines() -> Vec<Line> {
    [2, 4].map(line).into()
}

fn line(threads: usize) -> Line {
    Line::new(format!("Barrier, {threads} threads"))
        .goal(1.0)
        .ours(move |meetings| time::<Arc<Barrier>>(threads, meetings))
        .peer("std", move |meetings| {
            time::<Arc<std::sync::Barrier>>(threads, meetings)
        })
        .peer("parking_lot Condvar", move |meetings| {
            time::<Arc<ByHand>>(threads, meetings)
        })
        // It spins and never sleeps, so that it cannot be had where threads wait for long.
        .beside("hurdles", move |meetings| {
            time::<hurdles::Barrier>(threads, meetings)
        })
        .python(include_str!("barrier.py"), &[&threads.to_string()])
}

/// A barrier as each of its threads has it.
trait Meeting: Clone + Send {
    fn of(threads: usize) -> Self;
    fn meet(&mut self);
}

/// An operation is one meeting of all. The first one, where the threads may still be starting, does not count.
fn time<M: Meeting>(threads: usize, meetings: u64) -> Duration {
    let mut mine = M::of(threads);
    thread::scope(|scope| {
        for _ in 1..threads {
            let mut theirs = mine.clone();
            scope.spawn(move || (0..=meetings).for_each(|_| theirs.meet()));
        }
        mine.meet();
        let begun = Instant::now();
        (0..meetings).for_each(|_| mine.meet());
        begun.elapsed()
    })
}

impl Meeting for Arc<Barrier> {
    fn of(threads: usize) -> Self {
        Self::new(Barrier::new(threads))
    }

    fn meet(&mut self) {
        self.wait().expect("nothing breaks it");
    }
}

impl Meeting for Arc<std::sync::Barrier> {
    fn of(threads: usize) -> Self {
        Self::new(std::sync::Barrier::new(threads))
    }

    fn meet(&mut self) {
        self.wait();
    }
}

impl Meeting for hurdles::Barrier {
    fn of(threads: usize) -> Self {
        Self::new(threads)
    }

    fn meet(&mut self) {
        self.wait();
    }
}

/// What one would write: a count, a generation, and a wake-up for all once the mutex is free.
struct ByHand {
    threads: usize,
    count_and_generation: Mutex<(usize, u64)>,
    is_next: Condvar,
}

impl Meeting for Arc<ByHand> {
    fn of(threads: usize) -> Self {
        Self::new(ByHand {
            threads,
            count_and_generation: Mutex::new((0, 0)),
            is_next: Condvar::new(),
        })
    }

    fn meet(&mut self) {
        let mut state = self.count_and_generation.lock();
        let (count, generation) = *state;
        if count + 1 < self.threads {
            state.0 += 1;
            self.is_next
                .wait_while(&mut state, |state| state.1 == generation);
        } else {
            *state = (0, generation + 1);
            drop(state);
            self.is_next.notify_all();
        }
    }
}
