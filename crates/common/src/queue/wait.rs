//! How a blocked put or get waits.
//!
//! - A waiter is enqueued under the mutexes under which the attempt failed, so that no wake-up falls in between.
//! - Waiters are notified oldest first. A running thread may take the item or the free place before the notified
//!   waiter, which then [returns to its place](WaitQueueGuard::requeue).
//! - A waiter that was overtaken for half a millisecond is notified with [`RESERVED`]: from then on one item, or one
//!   free place, is left to it by all other threads.

use crate::sync::{Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, UnparkToken, WaitQueueGuard, Waiter, Wakeup};
use std::time::Duration;

/// A call tries this often before it enqueues, as long as something changes each time. Among many threads it does most
/// of the time, and blocking costs as much as a hundred items.
const TRIES: u32 = 16;

/// Tells a waiter that an item, or a free place, is reserved for it.
const RESERVED: UnparkToken = UnparkToken(1);

/// One call that blocks.
pub(super) struct Wait {
    /// `None` when the call does not block.
    deadline: Option<Deadline>,
    /// The number of attempts that are left before the thread enqueues.
    tries: u32,
    /// `Some` once the thread was enqueued. During an attempt: the thread was notified.
    waiter: Option<Waiter>,
    /// The number of items or places that are reserved for the next attempt: 0 or 1.
    reserved: usize,
}

impl Wait {
    pub(super) fn new(timeout: Option<Duration>) -> Self {
        let blocks = timeout != Some(Duration::ZERO);
        if blocks {
            deferred::run_before_blocking();
        }
        Self {
            deadline: blocks.then(|| Deadline::within(timeout)),
            tries: TRIES,
            waiter: None,
            reserved: 0,
        }
    }

    /// Whether the next attempt does not enqueue the thread when it fails.
    pub(super) fn only_tries(&self) -> bool {
        self.tries > 0
    }

    /// Whether the thread was enqueued before: then it was notified since.
    pub(super) fn is_notified(&self) -> bool {
        self.waiter.is_some()
    }

    pub(super) fn reserved(&self) -> usize {
        self.reserved
    }

    /// Enqueues the calling thread, or puts it back to its place.
    pub(super) fn enqueue<Q>(&mut self, queue: &mut WaitQueueGuard<'_, Q>) {
        match &mut self.waiter {
            Some(waiter) => queue.requeue(waiter),
            None => self.waiter = Some(queue.enqueue()),
        }
    }

    /// Waits after an attempt that failed: for a change if it only tried, for a notification if it enqueued the thread.
    /// False when the timeout expired first.
    ///
    /// A notified waiter attempts once more before it times out, even after its deadline: so no notification is lost.
    pub(super) fn wait_to_retry(
        &mut self,
        has_changed: impl FnMut() -> bool,
        cancel: impl FnOnce(&Waiter) -> Option<()>,
    ) -> bool {
        let Some(deadline) = self.deadline else {
            return false;
        };
        if let Some(waiter) = &self.waiter {
            return match waiter.park(cancel, deadline, Backoff::None) {
                Parked::Notified(token) => {
                    self.reserved = usize::from(token == RESERVED);
                    true
                }
                Parked::TimedOut(()) => false,
            };
        }
        let in_time = !deadline.has_passed();
        if in_time {
            let changes = Backoff::Adaptive.until(has_changed);
            self.tries = if changes { self.tries - 1 } else { 0 };
        }
        in_time
    }
}

/// Notifies the oldest waiter, if there is one. If it is starving, `reserve` keeps an item or a place for it.
#[inline]
pub(super) fn notify_front<Q>(
    queue: &mut WaitQueueGuard<'_, Q>,
    reserve: impl FnOnce(&mut Q),
) -> Option<Wakeup> {
    if queue.waiting() == 0 {
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
