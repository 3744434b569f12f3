//! One thread's own wake-up.

use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::atomic::{AtomicU8, AtomicU64};
use crate::sync::fault::{Fault, planted};
use crate::sync::thread::{self, Thread};
use crate::sync::{Arc, Deadline, thread_local};
use std::time::Duration;

/// In a line and awake, looking for its wake-up.
const LOOKING: u8 = 0;
/// In a line and parked, or about to park: to wake it takes an unpark.
const ASLEEP: u8 = 1;
/// Taken out of the line; also the state of a thread that is in none.
const WOKEN: u8 = 2;

thread_local! {
    /// A thread is in one line at most, so it needs one waiter, made the first time it waits.
    static OF_THIS_THREAD: Arc<Waiter> = Arc::new(Waiter::new());
}

#[derive(Debug)]
pub(super) struct Waiter {
    /// `begin` writes `LOOKING`, `take` and `end` write `WOKEN`, all under the mutex of the line that
    /// the waiter is in; the thread itself writes `ASLEEP`, and only over `LOOKING`. So `WOKEN` is never
    /// overwritten before its thread has seen it, and never written late.
    state: AtomicU8,
    /// How old it is in the line that it is in, or was in last. Written under the mutex of that line by
    /// whoever puts it there, which may be a thread that hands it over; read under the same mutex.
    ticket: AtomicU64,
    /// What the taker had to say: written under the mutex, before `WOKEN`.
    word: AtomicU8,
    thread: Thread,
}

impl Waiter {
    fn new() -> Self {
        Self {
            state: AtomicU8::new(WOKEN),
            ticket: AtomicU64::new(0),
            word: AtomicU8::new(0),
            thread: thread::current(),
        }
    }

    /// The calling thread's waiter. A thread whose locals are gone gets a fresh one.
    pub(super) fn of_this_thread() -> Arc<Self> {
        OF_THIS_THREAD
            .try_with(Arc::clone)
            .unwrap_or_else(|_| Arc::new(Self::new()))
    }

    /// Called under the mutex of the line that the ticket is for.
    pub(super) fn hold(&self, ticket: u64) {
        self.ticket.store(ticket, Relaxed);
    }

    pub(super) fn ticket(&self) -> u64 {
        self.ticket.load(Relaxed)
    }

    /// Called under the line's mutex, before it is taken.
    pub(super) fn hear(&self, word: u8) {
        self.word.store(word, Relaxed);
    }

    /// Called by its own thread, once it has seen that it was taken.
    pub(super) fn heard(&self) -> u8 {
        self.word.load(Relaxed)
    }

    /// Called by its own thread, under the mutex of the line it enters.
    pub(super) fn begin(&self) {
        debug_assert_eq!(self.state.load(Relaxed), WOKEN, "a thread is in two lines");
        self.state.store(LOOKING, Relaxed);
    }

    /// Called by its own thread, under the mutex of the line it leaves by itself.
    pub(super) fn end(&self) {
        self.state.store(WOKEN, Relaxed);
    }

    /// Called under the line's mutex by whoever takes it out. True when it sleeps and must be
    /// unparked.
    pub(super) fn take(&self) -> bool {
        // Release: pairs with the Acquire loads below. What was done before the wake-up is seen after it.
        let release = if planted(Fault::WeakWakeUp) {
            Relaxed
        } else {
            Release
        };
        self.state.swap(WOKEN, release) == ASLEEP
    }

    pub(super) fn unpark(&self) {
        self.thread.unpark();
    }

    pub(super) fn is_woken(&self) -> bool {
        self.state.load(Acquire) == WOKEN
    }

    /// True when taken, false when the deadline came first.
    pub(super) fn sleep(&self, deadline: Deadline) -> bool {
        self.fall_asleep() || self.park_until(deadline)
    }

    /// Says that from now on it takes an unpark, if it has not said so before. True when there is no need
    /// any more.
    fn fall_asleep(&self) -> bool {
        self.state
            .compare_exchange(LOOKING, ASLEEP, Relaxed, Acquire)
            == Err(WOKEN)
    }

    /// The park token is shared with everything else that parks this thread, so it proves nothing: only
    /// the state does.
    fn park_until(&self, deadline: Deadline) -> bool {
        while !self.is_woken() {
            match deadline.left() {
                None => thread::park(),
                Some(Duration::ZERO) => return false,
                Some(left) => thread::park_timeout(left),
            }
        }
        true
    }
}
