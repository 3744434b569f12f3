//! The bare sleep and wake-up: one thread waits for a signal, another gives it.

use crate::line::Line;
use common::threading::Lock;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Barrier, Condvar, Mutex, OnceLock};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// Longer than anybody looks again before going to sleep.
const UNTIL_ASLEEP: Duration = Duration::from_micros(100);

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("sleep and wake, back and forth")
            .ours(ping_pong::<LockSignal>)
            .peer("std Condvar", ping_pong::<StdSignal>)
            .peer("parking_lot Condvar", ping_pong::<ParkingLotSignal>)
            .peer("park", ping_pong::<Park>)
            .python(include_str!("sleep.py"), &[]),
        Line::new("sleep and wake, fast asleep")
            .ours(fast_asleep::<LockSignal>)
            .peer("std Condvar", fast_asleep::<StdSignal>)
            .peer("parking_lot Condvar", fast_asleep::<ParkingLotSignal>)
            .peer("park", fast_asleep::<Park>),
    ]
}

/// A signal for one waiter, used up by its wait.
pub(super) trait Signal: Default + Sync {
    fn give(&self);
    fn wait(&self);
    /// Called once by the thread that will wait, before any signal is given.
    fn enlist(&self) {}
}

/// Two threads hand the turn to each other; an operation is one hand-over.
pub(super) fn ping_pong<S: Signal>(operations: u64) -> Duration {
    let (there, back, start) = (S::default(), S::default(), Barrier::new(2));
    let rounds = operations.div_ceil(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            there.enlist();
            start.wait();
            for _ in 0..rounds {
                there.wait();
                back.give();
            }
        });
        back.enlist();
        start.wait();
        let begun = Instant::now();
        for _ in 0..rounds {
            there.give();
            back.wait();
        }
        begun.elapsed()
    })
}

/// One thread sleeps; counted is from before the signal until the other is seen to run.
pub(super) fn fast_asleep<S: Signal>(operations: u64) -> Duration {
    let (signal, start) = (S::default(), Barrier::new(2));
    let awake = AtomicU64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            signal.enlist();
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
                let begun = Instant::now();
                signal.give();
                look_for(|| awake.load(Ordering::Acquire) == operation);
                begun.elapsed()
            })
            .sum()
    })
}

/// Spins, but leaves the core now and then: there may be only one.
fn look_for(happened: impl Fn() -> bool) {
    loop {
        for _ in 0..1000 {
            if happened() {
                return;
            }
            spin_loop();
        }
        thread::yield_now();
    }
}

/// A lock that one thread takes and the other releases.
struct LockSignal(Lock);

impl Default for LockSignal {
    fn default() -> Self {
        let lock = Lock::new();
        lock.acquire();
        Self(lock)
    }
}

impl Signal for LockSignal {
    fn give(&self) {
        self.0.release().expect("the lock is held");
    }

    fn wait(&self) {
        self.0.acquire();
    }
}

#[derive(Default)]
struct StdSignal(Mutex<bool>, Condvar);

impl Signal for StdSignal {
    fn give(&self) {
        *self.0.lock().expect("nobody panicked") = true;
        self.1.notify_one();
    }

    fn wait(&self) {
        let given = self.0.lock().expect("nobody panicked");
        let waited = self.1.wait_while(given, |given| !*given);
        *waited.expect("nobody panicked") = false;
    }
}

#[derive(Default)]
struct ParkingLotSignal(parking_lot::Mutex<bool>, parking_lot::Condvar);

impl Signal for ParkingLotSignal {
    fn give(&self) {
        *self.0.lock() = true;
        self.1.notify_one();
    }

    fn wait(&self) {
        let mut given = self.0.lock();
        self.1.wait_while(&mut given, |given| !*given);
        *given = false;
    }
}

/// The least that std offers: a flag and the waiter's own token.
#[derive(Default)]
pub(super) struct Park(AtomicBool, OnceLock<Thread>);

impl Signal for Park {
    fn give(&self) {
        // Release: pairs with the Acquire of `wait`.
        self.0.store(true, Ordering::Release);
        self.1.get().expect("enlisted").unpark();
    }

    fn wait(&self) {
        while !self.0.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }

    fn enlist(&self) {
        self.1.get_or_init(thread::current);
    }
}
