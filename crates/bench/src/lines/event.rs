//! Event: a wait that need not wait, and two threads that hand the turn to each other.

use crate::line::Line;
use common::threading::Event;
use event_listener::Listener;
use rsevents::{AutoResetEvent, Awaitable, EventState, ManualResetEvent};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub(super) fn lines() -> Vec<Line> {
    vec![
        line(
            "Event, wait when set",
            0.4,
            "set",
            [
                when_set::<Event>,
                when_set::<ManualResetEvent>,
                when_set::<Listened>,
                when_set::<StdFlag>,
                when_set::<ParkingLotFlag>,
            ],
        ),
        line(
            "Event, ping-pong",
            0.8,
            "ping-pong",
            [
                ping_pong::<Event>,
                ping_pong::<Auto>,
                ping_pong::<Listened>,
                ping_pong::<StdFlag>,
                ping_pong::<ParkingLotFlag>,
            ],
        ),
    ]
}

fn line(name: &str, goal: f64, form: &str, work: [fn(u64) -> Duration; 5]) -> Line {
    let [ours, rsevents, listened, std, parking_lot] = work;
    let line = Line::new(name)
        .goal(goal)
        .ours(ours)
        .peer("rsevents", rsevents);
    // Where nobody has to wait, event-listener has no part in it: what is measured is an atomic flag.
    let line = if form == "set" {
        line.beside("an atomic flag", listened)
    } else {
        line.peer("event-listener", listened)
    };
    line.peer("std Condvar", std)
        .peer("parking_lot Condvar", parking_lot)
        .python(include_str!("event.py"), &[form])
}

/// A flag that stays set until it is cleared.
trait Flag: Sync {
    fn clear() -> Self;
    fn set(&self);
    fn reset(&self);
    fn wait(&self);
}

fn when_set<F: Flag>(waits: u64) -> Duration {
    let event = F::clear();
    event.set();
    let event = black_box(&event);
    let begun = Instant::now();
    (0..waits).for_each(|_| event.wait());
    begun.elapsed()
}

/// An operation is one hand-over; who has waited for an event clears it.
fn ping_pong<F: Flag>(operations: u64) -> Duration {
    let (there, back, ready) = (F::clear(), F::clear(), F::clear());
    let rounds = operations.div_ceil(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            ready.set();
            for _ in 0..rounds {
                there.wait();
                there.reset();
                back.set();
            }
        });
        ready.wait();
        let begun = Instant::now();
        for _ in 0..rounds {
            there.set();
            back.wait();
            back.reset();
        }
        begun.elapsed()
    })
}

impl Flag for Event {
    fn clear() -> Self {
        Self::new()
    }

    #[inline]
    fn set(&self) {
        Self::set(self);
    }

    #[inline]
    fn reset(&self) {
        Self::clear(self);
    }

    #[inline]
    fn wait(&self) {
        Self::wait(self);
    }
}

impl Flag for ManualResetEvent {
    fn clear() -> Self {
        Self::new(EventState::Unset)
    }

    #[inline]
    fn set(&self) {
        Self::set(self);
    }

    #[inline]
    fn reset(&self) {
        Self::reset(self);
    }

    #[inline]
    fn wait(&self) {
        Awaitable::wait(self);
    }
}

/// The one that a wait clears by itself: the other may leave a waiter asleep when it is cleared at once.
struct Auto(AutoResetEvent);

impl Flag for Auto {
    fn clear() -> Self {
        Self(AutoResetEvent::new(EventState::Unset))
    }

    #[inline]
    fn set(&self) {
        self.0.set();
    }

    #[inline]
    fn reset(&self) {}

    #[inline]
    fn wait(&self) {
        self.0.wait();
    }
}

/// A flag, and those who listen for it, as event-listener's documentation has it.
struct Listened(AtomicBool, event_listener::Event);

impl Flag for Listened {
    fn clear() -> Self {
        Self(AtomicBool::new(false), event_listener::Event::new())
    }

    #[inline]
    fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
        self.1.notify(usize::MAX);
    }

    #[inline]
    fn reset(&self) {
        self.0.store(false, Ordering::SeqCst);
    }

    #[inline]
    fn wait(&self) {
        while !self.0.load(Ordering::SeqCst) {
            let listener = self.1.listen();
            if self.0.load(Ordering::SeqCst) {
                return;
            }
            listener.wait();
        }
    }
}

struct StdFlag(Mutex<bool>, Condvar);

impl StdFlag {
    fn change(&self, set: bool) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = set;
    }
}

impl Flag for StdFlag {
    fn clear() -> Self {
        Self(Mutex::new(false), Condvar::new())
    }

    #[inline]
    fn set(&self) {
        self.change(true);
        self.1.notify_all();
    }

    #[inline]
    fn reset(&self) {
        self.change(false);
    }

    #[inline]
    fn wait(&self) {
        let set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.1.wait_while(set, |set| !*set);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

struct ParkingLotFlag(parking_lot::Mutex<bool>, parking_lot::Condvar);

impl Flag for ParkingLotFlag {
    fn clear() -> Self {
        Self(parking_lot::Mutex::new(false), parking_lot::Condvar::new())
    }

    #[inline]
    fn set(&self) {
        *self.0.lock() = true;
        self.1.notify_all();
    }

    #[inline]
    fn reset(&self) {
        *self.0.lock() = false;
    }

    #[inline]
    fn wait(&self) {
        let mut set = self.0.lock();
        self.1.wait_while(&mut set, |set| !*set);
    }
}
