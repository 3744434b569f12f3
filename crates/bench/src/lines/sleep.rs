//! The bare sleep and wake-up: one thread waits for a signal, another one sends it.

use crate::line::Line;
use crate::monitor::{Monitor, ParkingLot, Std};
use crate::timing::{spin_until, timed};
use common::threading::Lock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Barrier, OnceLock};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// Longer than any contender spins before it blocks.
const UNTIL_ASLEEP: Duration = Duration::from_micros(100);

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("sleep and wake, ping-pong")
            .ours(ping_pong::<LockSignal>)
            .peer("std Condvar", ping_pong::<ByHand<Std<bool>>>)
            .peer("parking_lot Condvar", ping_pong::<ByHand<ParkingLot<bool>>>)
            .peer("park", ping_pong::<Park>)
            .python(include_str!("sleep.py"), &[]),
        Line::new("sleep and wake, waiter asleep")
            .ours(waiter_asleep::<LockSignal>)
            .peer("std Condvar", waiter_asleep::<ByHand<Std<bool>>>)
            .peer(
                "parking_lot Condvar",
                waiter_asleep::<ByHand<ParkingLot<bool>>>,
            )
            .peer("park", waiter_asleep::<Park>),
    ]
}

/// A signal for one waiter, consumed by its wait.
pub(super) trait Signal: Sync {
    fn new() -> Self;
    fn send(&self);
    fn wait(&self);
    /// Called once by the thread that will wait, before any signal is sent.
    fn register(&self) {}
}

/// Two threads take turns; an operation is one turn.
pub(super) fn ping_pong<S: Signal>(operations: u64) -> Duration {
    let (there, back, start) = (S::new(), S::new(), Barrier::new(2));
    let rounds = operations.div_ceil(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            there.register();
            start.wait();
            for _ in 0..rounds {
                there.wait();
                back.send();
            }
        });
        back.register();
        start.wait();
        timed(rounds, |_| {
            there.send();
            back.wait();
        })
    })
}

/// One thread is blocked; the time is that from before the signal until the thread runs.
pub(super) fn waiter_asleep<S: Signal>(operations: u64) -> Duration {
    let (signal, start) = (S::new(), Barrier::new(2));
    let awake = AtomicU64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            signal.register();
            start.wait();
            for operation in 1..=operations {
                signal.wait();
                awake.store(operation, Ordering::Release);
            }
        });
        start.wait();
        (1..=operations)
            .map(|operation| {
                let pause = Instant::now();
                while pause.elapsed() < UNTIL_ASLEEP {
                    thread::yield_now();
                }
                let start = Instant::now();
                signal.send();
                spin_until(|| awake.load(Ordering::Acquire) == operation);
                start.elapsed()
            })
            .sum()
    })
}

/// A lock that one thread acquires and the other releases.
struct LockSignal(Lock);

impl Signal for LockSignal {
    fn new() -> Self {
        let lock = Lock::new();
        lock.acquire();
        Self(lock)
    }

    fn send(&self) {
        self.0.release().expect("the lock is held");
    }

    fn wait(&self) {
        self.0.acquire();
    }
}

struct ByHand<M>(M);

impl<M: Monitor<bool>> Signal for ByHand<M> {
    fn new() -> Self {
        Self(M::new(false))
    }

    fn send(&self) {
        self.0.change(|sent| *sent = true);
        self.0.notify_one();
    }

    fn wait(&self) {
        self.0.wait(|sent| *sent, |sent| *sent = false);
    }
}

/// The least that std offers: a flag and the waiter's own token.
pub(super) struct Park(AtomicBool, OnceLock<Thread>);

impl Signal for Park {
    fn new() -> Self {
        Self(AtomicBool::new(false), OnceLock::new())
    }

    fn send(&self) {
        // Release: pairs with the Acquire of `wait`.
        self.0.store(true, Ordering::Release);
        self.1.get().expect("the waiter is registered").unpark();
    }

    fn wait(&self) {
        while !self.0.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }

    fn register(&self) {
        self.1.get_or_init(thread::current);
    }
}
