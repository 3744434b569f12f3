//! Semaphore: acquire and release by one thread, and by four of which two at a time go on.

use super::lock::Alone;
use crate::line::Line;
use common::threading::{BoundedSemaphore, Semaphore};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::hint::black_box;
use std::sync::{Barrier, Condvar, Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

pub(super) fn lines() -> Vec<Line> {
    vec![
        line("Semaphore, 1 thread", 0.6, 1, 1),
        line("Semaphore, 4 threads on 2 permits", 0.5, 4, 2),
    ]
}

fn line(name: &str, goal: f64, threads: u64, units: usize) -> Line {
    Line::new(name)
        .goal(goal)
        .ours(move |pairs| time::<Semaphore>(threads, units, pairs))
        .beside("common permit", move |pairs| {
            time::<Guarded>(threads, units, pairs)
        })
        .beside("common bounded", move |pairs| {
            time::<BoundedSemaphore>(threads, units, pairs)
        })
        .peer("crossbeam-channel", move |pairs| {
            time::<Channel>(threads, units, pairs)
        })
        .peer("std Condvar", move |pairs| {
            time::<StdCounter>(threads, units, pairs)
        })
        .peer("parking_lot Condvar", move |pairs| {
            time::<ParkingLotCounter>(threads, units, pairs)
        })
        // Made for async tasks; the goals were set against what threads wait with.
        .beside("async-lock", move |pairs| {
            time::<async_lock::Semaphore>(threads, units, pairs)
        })
        .python(
            include_str!("semaphore.py"),
            &[&threads.to_string(), &units.to_string()],
        )
}

/// So many units, of which one is taken and given back around something.
trait Units: Sync {
    fn of(units: usize) -> Self;
    fn pair(&self, inside: impl FnOnce());
}

/// `threads` threads share the pairs. Where there are several, each lets another run while it has a unit.
fn time<S: Units>(threads: u64, units: usize, pairs: u64) -> Duration {
    let semaphore = Alone(S::of(units));
    let semaphore = black_box(&semaphore.0);
    if threads == 1 {
        let begun = Instant::now();
        (0..pairs).for_each(|_| semaphore.pair(|| ()));
        return begun.elapsed();
    }
    let start = Barrier::new(usize::try_from(threads).expect("a few"));
    let share = |thread| pairs / threads + u64::from(thread < pairs % threads);
    let times = thread::scope(|scope| {
        let spawn = |thread| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                let begun = Instant::now();
                (0..share(thread)).for_each(|_| semaphore.pair(thread::yield_now));
                (begun, Instant::now())
            })
        };
        let threads: Vec<_> = (0..threads).map(spawn).collect();
        let times = threads.into_iter().map(ScopedJoinHandle::join);
        times.collect::<Result<Vec<_>, _>>().expect("no panic")
    });
    let first = times.iter().map(|&(begun, _)| begun).min();
    let last = times.iter().map(|&(_, ended)| ended).max();
    last.zip(first)
        .map_or(Duration::ZERO, |(last, first)| last - first)
}

impl Units for Semaphore {
    fn of(units: usize) -> Self {
        Self::new(units)
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        self.acquire();
        inside();
        self.release();
    }
}

struct Guarded(Semaphore);

impl Units for Guarded {
    fn of(units: usize) -> Self {
        Self(Semaphore::new(units))
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        let _permit = self.0.permit();
        inside();
    }
}

impl Units for BoundedSemaphore {
    fn of(units: usize) -> Self {
        Self::new(units)
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        self.acquire();
        inside();
        self.release().expect("it was acquired");
    }
}

/// As many messages as units: to receive one is to acquire.
struct Channel(Sender<()>, Receiver<()>);

impl Units for Channel {
    fn of(units: usize) -> Self {
        let (sender, receiver) = bounded(units);
        (0..units).for_each(|_| sender.send(()).expect("the receiver is here"));
        Self(sender, receiver)
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        self.1.recv().expect("the sender is here");
        inside();
        self.0.send(()).expect("the receiver is here");
    }
}

struct StdCounter(Mutex<usize>, Condvar);

impl Units for StdCounter {
    fn of(units: usize) -> Self {
        Self(Mutex::new(units), Condvar::new())
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        let value = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.1.wait_while(value, |value| *value == 0);
        *waited.unwrap_or_else(PoisonError::into_inner) -= 1;
        inside();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.1.notify_one();
    }
}

struct ParkingLotCounter(parking_lot::Mutex<usize>, parking_lot::Condvar);

impl Units for ParkingLotCounter {
    fn of(units: usize) -> Self {
        Self(parking_lot::Mutex::new(units), parking_lot::Condvar::new())
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        let mut value = self.0.lock();
        self.1.wait_while(&mut value, |value| *value == 0);
        *value -= 1;
        drop(value);
        inside();
        *self.0.lock() += 1;
        self.1.notify_one();
    }
}

impl Units for async_lock::Semaphore {
    fn of(units: usize) -> Self {
        Self::new(units)
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        let _permit = self.acquire_blocking();
        inside();
    }
}
