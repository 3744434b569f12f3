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
        .goal(0.5)
        .ours(move |rounds| time::<Arc<Barrier>>(threads, rounds))
        .peer("std", move |rounds| {
            time::<Arc<std::sync::Barrier>>(threads, rounds)
        })
        .peer("parking_lot Condvar", move |rounds| {
            time::<Arc<ByHand>>(threads, rounds)
        })
        // It spins and never blocks, so it is no choice where threads wait for long.
        .reference("hurdles", move |rounds| {
            time::<hurdles::Barrier>(threads, rounds)
        })
        .python(include_str!("barrier.py"), &[&threads.to_string()])
}

/// One thread's handle on a barrier.
trait Handle: Clone + Send {
    fn new(threads: usize) -> Self;
    fn wait(&mut self);
}

/// An operation is one round. The first round, when threads may still be starting, does not count.
fn time<H: Handle>(threads: usize, rounds: u64) -> Duration {
    let mut handle = H::new(threads);
    thread::scope(|scope| {
        for _ in 1..threads {
            let mut handle = handle.clone();
            scope.spawn(move || (0..=rounds).for_each(|_| handle.wait()));
        }
        handle.wait();
        let start = Instant::now();
        (0..rounds).for_each(|_| handle.wait());
        start.elapsed()
    })
}

impl Handle for Arc<Barrier> {
    fn new(threads: usize) -> Self {
        Self::new(Barrier::new(threads))
    }

    fn wait(&mut self) {
        Barrier::wait(self).expect("the barrier is not broken");
    }
}

impl Handle for Arc<std::sync::Barrier> {
    fn new(threads: usize) -> Self {
        Self::new(std::sync::Barrier::new(threads))
    }

    fn wait(&mut self) {
        std::sync::Barrier::wait(self);
    }
}

impl Handle for hurdles::Barrier {
    fn new(threads: usize) -> Self {
        Self::new(threads)
    }

    fn wait(&mut self) {
        Self::wait(self);
    }
}

/// What one writes by hand: a count, a generation, and a wake-up for all threads after the mutex is released.
struct ByHand {
    threads: usize,
    count_and_generation: Mutex<(usize, u64)>,
    is_next: Condvar,
}

impl Handle for Arc<ByHand> {
    fn new(threads: usize) -> Self {
        Self::new(ByHand {
            threads,
            count_and_generation: Mutex::new((0, 0)),
            is_next: Condvar::new(),
        })
    }

    fn wait(&mut self) {
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
