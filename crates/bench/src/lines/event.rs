//! Event: a wait that does not block, and two threads that take turns.

use crate::line::Line;
use crate::monitor::{Monitor, ParkingLot, Std};
use crate::timing::timed;
use common::threading::Event;
use event_listener::Listener;
use rsevents::{AutoResetEvent, Awaitable, EventState, ManualResetEvent};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub(super) fn lines() -> Vec<Line> {
    let set = Line::new("Event, wait when set")
        .goal(0.75)
        .ours(when_set::<Event>)
        .peer("rsevents", when_set::<ManualResetEvent>)
        // Without a wait event-listener has no part in it: the figure is that of an atomic flag.
        .reference("an atomic flag", when_set::<Listened>)
        .peer("std Condvar", when_set::<ByHand<Std<bool>>>)
        .peer("parking_lot Condvar", when_set::<ByHand<ParkingLot<bool>>>)
        .python(include_str!("event.py"), &["set"]);
    let ping_pong = Line::new("Event, ping-pong")
        .goal(0.8)
        .ours(ping_pong::<Event>)
        .peer("rsevents", ping_pong::<Auto>)
        .peer("event-listener", ping_pong::<Listened>)
        .peer("std Condvar", ping_pong::<ByHand<Std<bool>>>)
        .peer("parking_lot Condvar", ping_pong::<ByHand<ParkingLot<bool>>>)
        .python(include_str!("event.py"), &["ping-pong"]);
    vec![set, ping_pong]
}

/// A flag that stays set until it is reset.
trait Flag: Sync {
    fn unset() -> Self;
    fn set(&self);
    fn reset(&self);
    fn wait(&self);
}

// Inlined into the closure of the table, it would call the wait of rsevents instead of inlining it.
#[inline(never)]
fn when_set<F: Flag>(waits: u64) -> Duration {
    let event = F::unset();
    event.set();
    let event = black_box(&event);
    let start = Instant::now();
    (0..waits).for_each(|_| event.wait());
    start.elapsed()
}

/// An operation is one turn; the thread that has waited for an event resets it.
fn ping_pong<F: Flag>(operations: u64) -> Duration {
    let (there, back, ready) = (F::unset(), F::unset(), F::unset());
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
        timed(rounds, |_| {
            there.set();
            back.wait();
            back.reset();
        })
    })
}

impl Flag for Event {
    fn unset() -> Self {
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
    fn unset() -> Self {
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

/// The event that a wait resets: a manual one that is reset at once may leave a waiter blocked.
struct Auto(AutoResetEvent);

impl Flag for Auto {
    fn unset() -> Self {
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

/// A flag and its listeners, as event-listener's documentation shows.
struct Listened(AtomicBool, event_listener::Event);

impl Flag for Listened {
    fn unset() -> Self {
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

struct ByHand<M>(M);

impl<M: Monitor<bool>> Flag for ByHand<M> {
    fn unset() -> Self {
        Self(M::new(false))
    }

    #[inline]
    fn set(&self) {
        self.0.change(|set| *set = true);
        self.0.notify_all();
    }

    #[inline]
    fn reset(&self) {
        self.0.change(|set| *set = false);
    }

    #[inline]
    fn wait(&self) {
        self.0.wait(|set| *set, |_| ());
    }
}
