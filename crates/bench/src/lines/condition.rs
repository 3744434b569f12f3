//! Condition: a notification that nobody waits for, and two threads that hand the turn to each other.

use crate::line::Line;
use common::threading::{Condition, ConditionLock, Lock, RLock};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("Condition, notify with no waiter")
            .goal(0.7)
            .ours(unheard::<Ours<RLock>>)
            .beside("common, over a Lock", unheard::<Ours<Lock>>)
            .peer("std", unheard::<Std>)
            .peer("parking_lot", unheard::<ParkingLot>)
            .python(include_str!("condition.py"), &["unheard"]),
        Line::new("Condition, ping-pong")
            .goal(1.0)
            .ours(ping_pong::<Ours<RLock>>)
            .beside("common, over a Lock", ping_pong::<Ours<Lock>>)
            .peer("std", ping_pong::<Std>)
            .peer("parking_lot", ping_pong::<ParkingLot>)
            .python(include_str!("condition.py"), &["ping-pong"]),
    ]
}

/// A flag under a lock, and a condition for its changes.
trait Turn: Default + Sync {
    /// Locks and notifies one, whoever's turn it is.
    fn notify(&self);

    /// Waits until the flag is `turn`, turns it, and notifies the other.
    fn wait_and_turn(&self, turn: bool);
}

fn unheard<T: Turn>(operations: u64) -> Duration {
    let condition = &black_box(T::default());
    let start = Instant::now();
    for _ in 0..operations {
        condition.notify();
    }
    start.elapsed()
}

/// Two threads, one lock, one condition; an operation is one hand-over.
fn ping_pong<T: Turn>(operations: u64) -> Duration {
    let (condition, start) = (T::default(), Barrier::new(2));
    let rounds = operations.div_ceil(2);
    let play = |turn| {
        start.wait();
        let begun = Instant::now();
        (0..rounds).for_each(|_| condition.wait_and_turn(turn));
        begun.elapsed()
    };
    thread::scope(|scope| {
        scope.spawn(|| play(true));
        play(false)
    })
}

/// Its lock holds no data, so the flag is an atomic beside it.
struct Ours<L>(Condition<L>, AtomicBool);

impl<L: ConditionLock + Default> Default for Ours<L> {
    fn default() -> Self {
        Self(Condition::with_lock(Arc::default()), AtomicBool::default())
    }
}

impl<L: ConditionLock + Default> Turn for Ours<L> {
    fn notify(&self) {
        self.0.guard().notify(1);
    }

    fn wait_and_turn(&self, turn: bool) {
        let guard = self.0.guard();
        guard.wait_for(|| self.1.load(Ordering::Relaxed) == turn);
        self.1.store(!turn, Ordering::Relaxed);
        guard.notify(1);
    }
}

#[derive(Default)]
struct Std(Mutex<bool>, Condvar);

impl Turn for Std {
    fn notify(&self) {
        let _guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.1.notify_one();
    }

    fn wait_and_turn(&self, turn: bool) {
        let flag = self.0.lock().expect("nobody panicked");
        let waited = self.1.wait_while(flag, |flag| *flag != turn);
        *waited.expect("nobody panicked") = !turn;
        self.1.notify_one();
    }
}

#[derive(Default)]
struct ParkingLot(parking_lot::Mutex<bool>, parking_lot::Condvar);

impl Turn for ParkingLot {
    fn notify(&self) {
        let _guard = self.0.lock();
        self.1.notify_one();
    }

    fn wait_and_turn(&self, turn: bool) {
        let mut flag = self.0.lock();
        self.1.wait_while(&mut flag, |flag| *flag != turn);
        *flag = !turn;
        self.1.notify_one();
    }
}
