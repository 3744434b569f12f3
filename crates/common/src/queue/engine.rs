//! What a queue is made of: one step at a time, and the waiting between the steps.
//!
//! An [`Engine`] does a step under its mutexes: it puts or gets an item, or enters the calling thread in
//! the line of those who wait to. [`put`] and [`get`] repeat that until it has worked or the time is up, the
//! same way for every engine.
//!
//! - Those who wait are woken oldest first. A running thread may be quicker than the one that was woken,
//!   which then goes [back to its place](WaitQueueGuard::rejoin).
//! - Before it enters a line for the first time, a call [looks](Wait::look) and tries again, as long as something
//!   changes.
//! - The line is entered under the mutex under which it was seen that the thread must wait: nothing can
//!   come in between.
//! - Whoever was woken looks once more before it gives up, whatever the clock says. So a wake-up is never
//!   spent on one that leaves something to be had behind.

mod drained;
mod single;
mod swapping;
mod wait;

pub(super) use single::{Items, Single};
pub(super) use swapping::Swapping;

use super::error::{GetError, PutError};
use super::tally::Tally;
use crate::sync::Backoff;
use crate::wait_queue::{WaitQueueGuard, Waiter, WakeList};
use drained::Drained;
use std::time::Duration;
use wait::Wait;

/// A queue's state at one moment.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// 0 when there is no bound.
    pub maxsize: usize,
    pub qsize: usize,
    pub is_shutdown: bool,
    /// Threads that wait in put or in get.
    pub waiting: usize,
}

/// What a queue does in one step.
pub trait Engine<T> {
    /// Puts the item if there is room; gives it back if there is none, or will be none.
    fn put_at_once(&self, item: T) -> Result<(), T>;

    /// Puts the item, or has `wait` look or join the line when there is no room.
    fn put_or_join(&self, item: T, wait: &mut Wait) -> Result<(), PutError<T>>;

    /// The next item if there is one.
    fn get_at_once(&self) -> Option<T>;

    /// Gets the next item, or has `wait` look or join the line when there is none.
    fn get_or_join(&self, wait: &mut Wait) -> Result<T, GetError>;

    /// Whether there may be room that there was not when `seen` was read. Looks without a mutex, at a word
    /// that changes only when it is worth coming: when half of what was there is gone, or all.
    fn sees_room(&self, seen: u64) -> bool;

    /// Whether something was put since `seen` were. Looks without a mutex.
    fn sees_item(&self, seen: u64) -> bool {
        self.tally().put() != seen
    }

    /// Cancels a waiter for room whose timeout has expired; `None` when it was notified before.
    fn cancel_putter(&self, waiter: &Waiter) -> Option<()>;

    /// Cancels a waiter for an item whose timeout has expired; `None` when it was notified before.
    fn cancel_getter(&self, waiter: &Waiter) -> Option<()>;

    /// The count of unfinished tasks.
    fn tally(&self) -> &Tally;

    fn state(&self) -> State;

    fn set_maxsize(&self, maxsize: usize);

    /// Lets no more items in, and wakes everybody to see that. With `drains`, all that are in are
    /// taken out, in the order of get, and count as done.
    fn shutdown(&self, drains: bool) -> Vec<T>;
}

/// Puts the item, waiting for room as long as `timeout` says.
#[inline]
pub(super) fn put<T, E: Engine<T>>(
    engine: &E,
    item: T,
    timeout: Option<Duration>,
) -> Result<(), PutError<T>> {
    match engine.put_at_once(item) {
        Ok(()) => Ok(()),
        Err(item) => put_waiting(engine, item, timeout),
    }
}

#[cold]
fn put_waiting<T, E: Engine<T>>(
    engine: &E,
    mut item: T,
    timeout: Option<Duration>,
) -> Result<(), PutError<T>> {
    let mut wait = Wait::no_longer_than(timeout);
    loop {
        match engine.put_or_join(item, &mut wait) {
            Err(PutError::Full(back)) => item = back,
            put_or_shut_down => return put_or_shut_down,
        }
        let look = |seen| Backoff::YieldFirst.until(|| engine.sees_room(seen));
        if !wait.goes_on(look, |waiter| engine.cancel_putter(waiter)) {
            return Err(PutError::Full(item));
        }
    }
}

/// Gets the next item, waiting for one as long as `timeout` says.
#[inline]
pub(super) fn get<T, E: Engine<T>>(engine: &E, timeout: Option<Duration>) -> Result<T, GetError> {
    match engine.get_at_once() {
        Some(item) => Ok(item),
        None => get_waiting(engine, timeout),
    }
}

#[cold]
fn get_waiting<T, E: Engine<T>>(engine: &E, timeout: Option<Duration>) -> Result<T, GetError> {
    let mut wait = Wait::no_longer_than(timeout);
    loop {
        match engine.get_or_join(&mut wait) {
            Err(GetError::Empty) => {}
            got_or_shut_down => return got_or_shut_down,
        }
        let look = |seen| Backoff::YieldFirst.until(|| engine.sees_item(seen));
        if !wait.goes_on(look, |waiter| engine.cancel_getter(waiter)) {
            return Err(GetError::Empty);
        }
    }
}

/// All who wait in both lines, taken out: none of them may wait any more.
fn everybody<C, D>(
    getters: &mut WaitQueueGuard<'_, C>,
    putters: &mut WaitQueueGuard<'_, D>,
) -> WakeList {
    if fault!(ShutdownNotNotified) {
        return WakeList::default();
    }
    let mut wakeups = getters.drain();
    wakeups.append(putters.drain());
    wakeups
}
