//! The wait queue: the one place where a thread blocks and is woken.
//!
//! A primitive is a state and a [`WaitQueue`]; the state is an atomic word, or the data that the queue's mutex
//! protects. A thread that must wait checks the state once more under the mutex, [enqueues](WaitQueueGuard::enqueue),
//! releases the mutex and [parks](Waiter::park). A thread that makes progress possible
//! [pops](WaitQueueGuard::pop_front) the oldest waiter under the same mutex, releases the mutex, and only then delivers
//! the [`Wakeup`].
//!
//! - **A timeout and a wake-up exclude each other.** Popping and [cancelling](WaitQueueGuard::cancel) both happen
//!   under the mutex: a waiter whose timeout expires is still queued and cancels, or was popped and is notified.
//! - **FIFO.** Tickets grow, and the smallest is the oldest. A notified waiter that finds nothing to acquire is
//!   [requeued](WaitQueueGuard::requeue) with its old ticket.
//! - **Cancelling leaves no entry behind.** It removes the waiter's entry in logarithmic time.
//! - **Wait morphing.** A waiter that needs another primitive first, such as a lock, is
//!   [moved](WaitQueueGuard::requeue_to) to that primitive's queue without being woken, under both mutexes.
//! - **No stale wake-ups.** Only a pop notifies a waiter, under the mutex; a late delivery only makes the thread check
//!   its own state again.

mod waiter;
mod wake_list;

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests;

pub(crate) use waiter::{Parked, UnparkToken, Waiter};
pub(crate) use wake_list::{WakeList, Wakeup};

use crate::sync::{Arc, Backoff, Deadline, Mutex, MutexGuard, deferred};
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::time::Duration;
use waiter::Node;

/// The next release hands the lock or permit to the oldest waiter if that waiter was first requeued this long ago.
const FAIRNESS_BOUND: Duration = Duration::from_micros(500);

/// A FIFO of blocked threads, and the data that the same mutex protects.
#[derive(Debug, Default)]
pub(crate) struct WaitQueue<T = ()>(Mutex<Queue<T>>);

#[derive(Debug, Default)]
struct Queue<T> {
    /// The ticket of the next waiter that enqueues; only grows.
    next_ticket: u64,
    /// The waiters that are neither notified nor cancelled, by ticket.
    entries: BTreeMap<u64, Entry>,
    data: T,
}

#[derive(Debug)]
struct Entry {
    node: Arc<Node>,
    /// From this deadline on the waiter is starving. `None` until the waiter is requeued for the first time.
    fair_after: Option<Deadline>,
}

impl<T> WaitQueue<T> {
    pub(crate) const fn new(data: T) -> Self {
        Self(Mutex::new(Queue {
            next_ticket: 0,
            entries: BTreeMap::new(),
            data,
        }))
    }

    pub(crate) fn lock(&self) -> WaitQueueGuard<'_, T> {
        WaitQueueGuard {
            queue: self,
            locked: self.0.lock(),
        }
    }

    /// The number of queued waiters.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().waiting()
    }
}

/// A wait queue whose mutex is held. Invariant: while the guard exists, no wake-up is delivered and no user code runs,
/// except comparisons of the items that the mutex protects.
pub(crate) struct WaitQueueGuard<'a, T> {
    queue: &'a WaitQueue<T>,
    locked: MutexGuard<'a, Queue<T>>,
}

impl<T> WaitQueueGuard<'_, T> {
    /// Appends the calling thread, unlocks the mutex, and [parks](Waiter::park) the thread. For a wait that cancels
    /// under this mutex alone and is not requeued.
    pub(crate) fn wait(mut self, deadline: Deadline, backoff: Backoff) -> Parked<Self> {
        let queue = self.queue;
        let waiter = self.enqueue();
        drop(self);
        waiter.park(|waiter| queue.lock().cancel(waiter), deadline, backoff)
    }

    /// Unlocks the mutex, then delivers `wakeups`: a `Wakeup`, a `WakeList`, or none.
    pub(crate) fn unlock_and_wake(self, wakeups: impl Into<WakeList>) {
        let wakeups = wakeups.into();
        drop(self);
        drop(wakeups);
    }

    /// Appends the calling thread, which is in no other queue and has run its deferred work.
    pub(crate) fn enqueue(&mut self) -> Waiter {
        debug_assert!(deferred::may_block(), "a thread blocks with deferred work");
        let waiter = Waiter::of_current_thread();
        waiter.node.start_waiting();
        self.append(Arc::clone(&waiter.node));
        waiter
    }

    /// Enqueues the calling thread again with its old ticket, because it was notified and found nothing to acquire.
    /// The first `requeue` of a wait fixes the deadline that [`front_is_starving`](Self::front_is_starving) checks.
    pub(crate) fn requeue(&mut self, waiter: &mut Waiter) {
        let first = || Deadline::after(FAIRNESS_BOUND);
        let fair_after = Some(*waiter.fair_after.get_or_insert_with(first));
        let node = Arc::clone(&waiter.node);
        node.start_waiting();
        let ticket = node.ticket();
        self.locked
            .entries
            .insert(ticket, Entry { node, fair_after });
    }

    fn append(&mut self, node: Arc<Node>) {
        let ticket = self.locked.next_ticket;
        self.locked.next_ticket += 1;
        node.set_ticket(ticket);
        let fair_after = None;
        self.locked
            .entries
            .insert(ticket, Entry { node, fair_after });
    }

    /// Moves the oldest waiter to the end of another queue without waking it: a pop from that queue notifies it.
    /// Returns false when this queue is empty.
    pub(crate) fn requeue_to<U>(&mut self, other: &mut WaitQueueGuard<'_, U>) -> bool {
        let oldest = self.locked.entries.pop_first();
        oldest.map(|(_, entry)| other.append(entry.node)).is_some()
    }

    /// Removes the calling thread because its timeout has expired. Returns `None` when the waiter was popped or moved
    /// before: then it is or will be notified, and its wait does not time out.
    #[must_use]
    pub(crate) fn cancel(mut self, waiter: &Waiter) -> Option<Self> {
        // Tickets are unique in one queue only: after a move another waiter may have this ticket here.
        let (ticket, entries) = (waiter.node.ticket(), &mut self.locked.entries);
        let entry = entries.get(&ticket);
        let was_queued = entry.is_some_and(|entry| Arc::ptr_eq(&entry.node, &waiter.node));
        if was_queued {
            entries.remove(&ticket);
            waiter.node.stop_waiting();
        }
        (was_queued || fault!(CancelledAfterNotify)).then_some(self)
    }

    /// Removes the oldest waiter, which is notified.
    pub(crate) fn pop_front(&mut self) -> Option<Wakeup> {
        self.pop_front_with(UnparkToken::DEFAULT)
    }

    /// Removes the oldest waiter, which is notified with `token`.
    pub(crate) fn pop_front_with(&mut self, token: UnparkToken) -> Option<Wakeup> {
        let (_, entry) = self.locked.entries.pop_first()?;
        if fault!(TwoForOne) {
            let second = self.locked.entries.pop_first();
            second.map(|(_, entry)| Wakeup::notify(entry.node, token));
        }
        Some(Wakeup::notify(entry.node, token))
    }

    /// Removes the newest waiter, which is notified.
    pub(crate) fn pop_back(&mut self) -> Option<Wakeup> {
        let (_, entry) = self.locked.entries.pop_last()?;
        Some(Wakeup::notify(entry.node, UnparkToken::DEFAULT))
    }

    /// Removes all waiters, oldest first.
    pub(crate) fn drain(&mut self) -> WakeList {
        self.drain_with(UnparkToken::DEFAULT)
    }

    /// Removes all waiters, oldest first, each notified with `token`.
    pub(crate) fn drain_with(&mut self, token: UnparkToken) -> WakeList {
        std::iter::from_fn(|| self.pop_front_with(token)).collect()
    }

    /// Removes all waiters except the `count` oldest, oldest first, each notified with `token`.
    pub(crate) fn drain_behind(&mut self, count: usize, token: UnparkToken) -> WakeList {
        let entries = &mut self.locked.entries;
        let first = entries.keys().nth(count).copied();
        let removed = first.map(|ticket| entries.split_off(&ticket));
        let notify = |entry: Entry| Wakeup::notify(entry.node, token);
        let removed = removed.unwrap_or_default().into_values();
        removed.map(notify).collect()
    }

    /// Whether the oldest waiter was requeued for the first time at least [`FAIRNESS_BOUND`] ago.
    pub(crate) fn front_is_starving(&self) -> bool {
        let front = self.locked.entries.values().next();
        front
            .and_then(|entry| entry.fair_after)
            .is_some_and(Deadline::has_passed)
    }

    /// The number of queued waiters. Not `len`, which would hide the `len` of the data.
    pub(crate) fn waiting(&self) -> usize {
        self.locked.entries.len()
    }
}

impl<T> Deref for WaitQueueGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.locked.data
    }
}

impl<T> DerefMut for WaitQueueGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.locked.data
    }
}
