//! Semaphore: acquire and release by one thread, and by four threads that share two permits.

use super::lock::Alone;
use crate::line::Line;
use crate::monitor::{Monitor, ParkingLot, Std};
use crate::timing::shared_out;
use common::threading::{BoundedSemaphore, Semaphore};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::hint::black_box;
use std::thread;
use std::time::Duration;

pub(super) fn lines() -> Vec<Line> {
    vec![
        line("Semaphore, 1 thread", 0.8, 1, 1),
        line("Semaphore, 4 threads on 2 permits", 0.5, 4, 2),
    ]
}

fn line(name: &str, goal: f64, threads: u64, permits: usize) -> Line {
    Line::new(name)
        .goal(goal)
        .ours(move |pairs| time::<Semaphore>(threads, permits, pairs))
        .reference("common permit", move |pairs| {
            time::<Guarded>(threads, permits, pairs)
        })
        .reference("common bounded", move |pairs| {
            time::<BoundedSemaphore>(threads, permits, pairs)
        })
        .peer("crossbeam-channel", move |pairs| {
            time::<Channel>(threads, permits, pairs)
        })
        .peer("std Condvar", move |pairs| {
            time::<ByHand<Std<usize>>>(threads, permits, pairs)
        })
        .peer("parking_lot Condvar", move |pairs| {
            time::<ByHand<ParkingLot<usize>>>(threads, permits, pairs)
        })
        // Made for async tasks; the goals were set against primitives for threads.
        .reference("async-lock", move |pairs| {
            time::<async_lock::Semaphore>(threads, permits, pairs)
        })
        .python(
            include_str!("semaphore.py"),
            &[&threads.to_string(), &permits.to_string()],
        )
}

/// A semaphore whose permit is acquired, held during a call, and released.
trait Permits: Sync {
    fn new(permits: usize) -> Self;
    fn pair(&self, inside: impl FnOnce());
}

/// `threads` threads share the pairs. Where there are several, each yields while it holds a permit.
fn time<S: Permits>(threads: u64, permits: usize, pairs: u64) -> Duration {
    let semaphore = Alone(S::new(permits));
    let semaphore = black_box(&semaphore.0);
    shared_out(threads, pairs, |share| {
        if threads == 1 {
            (0..share).for_each(|_| semaphore.pair(|| ()));
        } else {
            (0..share).for_each(|_| semaphore.pair(thread::yield_now));
        }
    })
}

impl Permits for Semaphore {
    fn new(permits: usize) -> Self {
        Self::new(permits)
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        self.acquire();
        inside();
        self.release();
    }
}

struct Guarded(Semaphore);

impl Permits for Guarded {
    fn new(permits: usize) -> Self {
        Self(Semaphore::new(permits))
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        let _permit = self.0.permit();
        inside();
    }
}

impl Permits for BoundedSemaphore {
    fn new(permits: usize) -> Self {
        Self::new(permits)
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        self.acquire();
        inside();
        self.release().expect("it was acquired");
    }
}

/// A message for each permit: to receive one is to acquire.
struct Channel(Sender<()>, Receiver<()>);

impl Permits for Channel {
    fn new(permits: usize) -> Self {
        let (sender, receiver) = bounded(permits);
        (0..permits).for_each(|_| sender.send(()).expect("the receiver is here"));
        Self(sender, receiver)
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        self.1.recv().expect("the sender is here");
        inside();
        self.0.send(()).expect("the receiver is here");
    }
}

struct ByHand<M>(M);

impl<M: Monitor<usize>> Permits for ByHand<M> {
    fn new(permits: usize) -> Self {
        Self(M::new(permits))
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        self.0.wait(|permits| *permits > 0, |permits| *permits -= 1);
        inside();
        self.0.change(|permits| *permits += 1);
        self.0.notify_one();
    }
}

impl Permits for async_lock::Semaphore {
    fn new(permits: usize) -> Self {
        Self::new(permits)
    }

    #[inline]
    fn pair(&self, inside: impl FnOnce()) {
        let _permit = self.acquire_blocking();
        inside();
    }
}
