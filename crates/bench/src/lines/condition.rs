//! Condition: a notification without a waiter, and two threads that take turns.

use crate::line::Line;
use crate::monitor::{Monitor, ParkingLot, Std};
use crate::timing::timed;
use common::threading::{Condition, ConditionLock, Lock, RLock};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("Condition, notify with no waiter")
            .goal(1.0)
            .ours(no_waiter::<Ours<RLock>>)
            .reference("common, over a Lock", no_waiter::<Ours<Lock>>)
            .peer("std", no_waiter::<ByHand<Std<bool>>>)
            .peer("parking_lot", no_waiter::<ByHand<ParkingLot<bool>>>)
            .python(include_str!("condition.py"), &["no-waiter"]),
        Line::new("Condition, ping-pong")
            .goal(1.0)
            .ours(ping_pong::<Ours<RLock>>)
            .reference("common, over a Lock", ping_pong::<Ours<Lock>>)
            .peer("std", ping_pong::<ByHand<Std<bool>>>)
            .peer("parking_lot", ping_pong::<ByHand<ParkingLot<bool>>>)
            .python(include_str!("condition.py"), &["ping-pong"]),
    ]
}

/// A flag under a lock, and a condition for its changes.
trait Turn: Sync {
    fn new() -> Self;
    /// Notifies one waiter under the lock.
    fn notify(&self);
    /// Waits until the flag is `turn`, inverts it, and notifies the other thread.
    fn wait_and_turn(&self, turn: bool);
}

fn no_waiter<T: Turn>(operations: u64) -> Duration {
    let condition = &black_box(T::new());
    timed(operations, |_| condition.notify())
}

/// Two threads, one lock, one condition; an operation is one turn.
fn ping_pong<T: Turn>(operations: u64) -> Duration {
    let (condition, start) = (T::new(), Barrier::new(2));
    let play = |turn| {
        start.wait();
        timed(operations.div_ceil(2), |_| condition.wait_and_turn(turn))
    };
    thread::scope(|scope| {
        scope.spawn(|| play(true));
        play(false)
    })
}

/// Its lock holds no data, so the flag is an atomic beside it.
struct Ours<L>(Condition<L>, AtomicBool);

impl<L: ConditionLock + Default> Turn for Ours<L> {
    fn new() -> Self {
        Self(Condition::with_lock(Arc::default()), AtomicBool::default())
    }

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

struct ByHand<M>(M);

impl<M: Monitor<bool>> Turn for ByHand<M> {
    fn new() -> Self {
        Self(M::new(false))
    }

    fn notify(&self) {
        self.0.change(|_| self.0.notify_one());
    }

    fn wait_and_turn(&self, turn: bool) {
        let is_turn = |flag: &bool| *flag == turn;
        self.0.wait(is_turn, |flag| {
            *flag = !turn;
            self.0.notify_one();
        });
    }
}
