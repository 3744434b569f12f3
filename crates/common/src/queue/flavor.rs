//! What a flavor of queue implements, one attempt to put or get, and the loop around it.
//!
//! - A waiter is enqueued under the mutex under which the attempt failed, so that no wake-up falls in between.
//! - Waiters are notified oldest first. A running thread may take the item or the free place before the notified
//!   waiter, which then [goes back to its place](WaitQueueGuard::requeue).
//! - A waiter that was overtaken for half a millisecond is notified with [`RESERVED`]: from then on one item, or one
//!   free place, is left to it by all other threads.

#![allow(
    clippy::inline_always,
    reason = "the fast path has one caller, but the loop calls it too"
)]

use super::error::{GetError, PutError};
use super::task::TaskCounter;
use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};
use crate::sync::{Backoff, CachePadded, Deadline, deferred};
use crate::wait_queue::{Parked, UnparkToken, WaitQueueGuard, Waiter, Wakeup};
use std::time::Duration;

/// A call tries this often before it enqueues, as long as the version changes each time. Among many threads it does
/// most of the time, and blocking costs as much as a hundred items.
const TRIES: u32 = 16;

/// Tells a waiter that an item, or a free place, is reserved for it.
const RESERVED: UnparkToken = UnparkToken(1);

/// The outcome of one attempt. `I` is the input of the attempt, which comes back when it failed.
pub enum Step<D, I> {
    Done(D),
    /// Another attempt may succeed once this version has changed.
    Retry(u64, I),
    /// The calling thread was enqueued.
    Queued(Waiter, I),
}

/// The outcome of an attempt to put an item.
pub(super) type PutStep<T> = Step<Result<(), PutError<T>>, T>;

/// The outcome of an attempt to get an item.
pub(super) type GetStep<T> = Step<Result<T, GetError>, ()>;

/// What an attempt does when it fails.
pub enum Attempt {
    /// It returns [`Step::Retry`].
    Try,
    /// It enqueues the calling thread.
    Enqueue,
    /// It puts the notified waiter back to its place. The number of items or places that are reserved for it is 0 or 1.
    Notified(Waiter, usize),
}

impl Attempt {
    /// The number of items or places that are reserved for this attempt.
    pub(super) fn reserved(&self) -> usize {
        match *self {
            Self::Notified(_, reserved) => reserved,
            _ => 0,
        }
    }

    /// Enqueues the calling thread, unless this is a try.
    #[cold]
    pub(super) fn fail<D, Q, I>(
        self,
        queue: &mut WaitQueueGuard<'_, Q>,
        version: u64,
        input: I,
    ) -> Step<D, I> {
        match self {
            Self::Try => Step::Retry(version, input),
            Self::Enqueue => Step::Queued(queue.enqueue(), input),
            Self::Notified(mut waiter, _) => {
                queue.requeue(&mut waiter);
                Step::Queued(waiter, input)
            }
        }
    }
}

/// Notifies the oldest waiter, if there is one. If it is starving, `reserve` keeps an item or a place for it.
#[inline(always)]
pub(super) fn notify_front<Q>(
    queue: &mut WaitQueueGuard<'_, Q>,
    reserve: impl FnOnce(&mut Q),
) -> Option<Wakeup> {
    if queue.len() == 0 {
        return None;
    }
    pop_front_fairly(queue, reserve)
}

#[cold]
fn pop_front_fairly<Q>(
    queue: &mut WaitQueueGuard<'_, Q>,
    reserve: impl FnOnce(&mut Q),
) -> Option<Wakeup> {
    if !queue.front_is_starving() || fault!(UnfairNotify) {
        return queue.pop_front();
    }
    reserve(queue);
    queue.pop_front_with(RESERVED)
}

/// A counter that changes when waiting may have become pointless. It is on a cache line of its own, and written so
/// rarely that a thread that polls it disturbs no other.
pub(super) struct Version(CachePadded<AtomicU64>);

impl Version {
    pub(super) const fn new() -> Self {
        Self(CachePadded::new(AtomicU64::new(0)))
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// Called by one thread at a time.
    pub(super) fn change(&self) {
        self.0.store(self.get() + 1, Relaxed);
    }
}

/// A queue's state at one moment.
pub struct State {
    /// 0 when the queue is unbounded.
    pub(super) maxsize: usize,
    pub(super) qsize: usize,
    pub(super) is_shutdown: bool,
    /// The threads that are blocked in put or get.
    pub(super) waiting: usize,
}

/// A flavor of queue.
pub trait Flavor<T> {
    /// Attempts to put the item.
    fn put(&self, item: T, attempt: Attempt) -> PutStep<T>;

    /// Attempts to get an item.
    fn get(&self, attempt: Attempt) -> GetStep<T>;

    /// Changes when half of the items of a full queue have been taken, or all.
    fn room_version(&self) -> u64;

    /// Cancels a waiter for room whose timeout has expired; `None` when it was notified before.
    fn cancel_put(&self, waiter: &Waiter) -> Option<()>;

    /// Cancels a waiter for an item whose timeout has expired; `None` when it was notified before.
    fn cancel_get(&self, waiter: &Waiter) -> Option<()>;

    fn tasks(&self) -> &TaskCounter;

    fn state(&self) -> State;

    fn set_maxsize(&self, maxsize: usize);

    /// Refuses items from now on and notifies all waiters. With `drain`, it removes the items, which count as
    /// done, and returns them in the order of get.
    fn shutdown(&self, drain: bool) -> Vec<T>;
}

/// Attempts one operation until it is done, `first` being the outcome of the first attempt. It returns the input when
/// the timeout expired first.
///
/// A notified waiter attempts once more before it times out, even after its deadline: so no item and no place stays
/// behind unnoticed.
pub(super) fn block<D, I>(
    first: Step<D, I>,
    timeout: Option<Duration>,
    attempt: impl Fn(I, Attempt) -> Step<D, I>,
    version: impl Fn() -> u64,
    cancel: impl Fn(&Waiter) -> Option<()>,
) -> Result<D, I> {
    deferred::run_before_blocking();
    let deadline = Deadline::within(timeout);
    let (mut step, mut tries) = (first, TRIES);
    loop {
        let (input, next) = match step {
            Step::Done(done) => return Ok(done),
            Step::Retry(_, input) if deadline.has_passed() => return Err(input),
            Step::Retry(seen, input) => {
                tries -= 1;
                let has_changed = Backoff::YieldFirst.until(|| version() != seen);
                let next = if has_changed && tries > 0 {
                    Attempt::Try
                } else {
                    Attempt::Enqueue
                };
                (input, next)
            }
            Step::Queued(waiter, input) => match waiter.park(&cancel, deadline, Backoff::None) {
                Parked::Notified(token) => {
                    let reserved = usize::from(token == RESERVED);
                    (input, Attempt::Notified(waiter, reserved))
                }
                Parked::TimedOut(()) => return Err(input),
            },
        };
        step = attempt(input, next);
    }
}
