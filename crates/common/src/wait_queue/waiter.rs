//! One thread's entry in a wait queue, and how it blocks.

use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::atomic::{AtomicU8, AtomicU64};
use crate::sync::{Arc, Backoff, Condvar, Deadline, Mutex, thread_local};
use std::time::Duration;

// The state of a node:
//
// | state    | meaning                                       | set by                              | next states      |
// | -------- | --------------------------------------------- | ----------------------------------- | ---------------- |
// | SPINNING | queued, and not about to block yet            | enqueue or requeue, under the mutex | PARKED, NOTIFIED |
// | PARKED   | queued, blocked or about to block: needs an   | its thread, over SPINNING only      | NOTIFIED         |
// |          | `unpark`                                      |                                     |                  |
// | NOTIFIED | in no queue: popped, cancelled or never in it | new; pop or cancel, under the mutex | SPINNING         |
//
// So a notification is never overwritten before its thread has seen it.
const SPINNING: u8 = 0;
const PARKED: u8 = 1;
const NOTIFIED: u8 = 2;

thread_local! {
    /// Invariant: a thread is in at most one queue. So one node per thread suffices; it is allocated by the first wait.
    static CURRENT: Arc<Node> = Arc::new(Node::new());
}

/// The part of a waiter that the notifying threads share.
#[derive(Debug)]
pub(super) struct Node {
    /// `SPINNING`, `PARKED` or `NOTIFIED`.
    state: AtomicU8,
    /// The ticket in the queue that the node is in, or was in last. Written and read under that queue's mutex.
    ticket: AtomicU64,
    /// The token of the last notification. Written before `NOTIFIED`.
    token: AtomicU8,
    /// Protects no data: see `unpark`.
    mutex: Mutex<()>,
    /// The thread blocks here and not in `thread::park`, because the park token belongs to the application.
    condvar: Condvar,
    /// For the fault `StolenParkToken`, which blocks in `thread::park`.
    #[cfg(all(test, shuttle))]
    thread: crate::sync::thread::Thread,
}

impl Node {
    fn new() -> Self {
        Self {
            state: AtomicU8::new(NOTIFIED),
            ticket: AtomicU64::new(0),
            token: AtomicU8::new(0),
            mutex: Mutex::new(()),
            condvar: Condvar::new(),
            #[cfg(all(test, shuttle))]
            thread: crate::sync::thread::current(),
        }
    }

    /// Called under the mutex of the queue that the ticket is for.
    pub(super) fn set_ticket(&self, ticket: u64) {
        self.ticket.store(ticket, Relaxed);
    }

    /// Called under the mutex of the queue that the ticket is for.
    pub(super) fn ticket(&self) -> u64 {
        self.ticket.load(Relaxed)
    }

    /// Called by the node's thread, under the mutex of the queue that it enters.
    pub(super) fn start_waiting(&self) {
        debug_assert_eq!(
            self.state.load(Relaxed),
            NOTIFIED,
            "a thread is in two queues"
        );
        self.state.store(SPINNING, Relaxed);
    }

    /// Called by the node's thread, under the mutex of the queue that it leaves by itself.
    pub(super) fn stop_waiting(&self) {
        self.state.store(NOTIFIED, Relaxed);
    }

    /// Called under the mutex of the queue that the node was removed from. True when its thread needs an
    /// [`unpark`](Self::unpark).
    pub(super) fn notify(&self, token: UnparkToken) -> bool {
        self.token.store(token.0, Relaxed);
        // Release: pairs with the Acquire of `is_notified` and `block`. Writes before the notification are visible
        // after the wait.
        let order = fault!(WeakWakeup, Relaxed, else Release);
        self.state.swap(NOTIFIED, order) == PARKED
    }

    fn is_notified(&self) -> bool {
        // Acquire: pairs with the Release of `notify`.
        self.state.load(Acquire) == NOTIFIED
    }

    /// Called after the queue's mutex is released.
    pub(super) fn unpark(&self) {
        // Locking waits until a thread that has read its state before the notification is blocked in the condvar.
        // Without it, `notify_one` could come between that read and the wait: a lost wake-up.
        drop(self.mutex.lock());
        self.condvar.notify_one();
        #[cfg(all(test, shuttle))]
        if fault!(StolenParkToken) {
            self.thread.unpark();
        }
    }

    /// Blocks until the node is notified. Returns false when the deadline expires first.
    fn block(&self, deadline: Deadline) -> bool {
        let parked = self
            .state
            .compare_exchange(SPINNING, PARKED, Relaxed, Acquire);
        if parked == Err(NOTIFIED) {
            return true;
        }
        #[cfg(all(test, shuttle))]
        while fault!(StolenParkToken) && !self.is_notified() {
            crate::sync::thread::park();
        }
        let mut guard = self.mutex.lock();
        while !self.is_notified() {
            guard = match deadline.left() {
                None => self.condvar.wait(guard),
                Some(Duration::ZERO) => return false,
                Some(left) => self.condvar.wait_timeout(&self.mutex, guard, left),
            };
        }
        true
    }
}

/// A value that a notification passes to the waiter. Each primitive defines its own tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnparkToken(pub(crate) u8);

impl UnparkToken {
    pub(crate) const DEFAULT: Self = Self(0);
}

/// How [`Waiter::park`] ended.
#[must_use]
pub(crate) enum Parked<G> {
    /// The waiter was removed from its queue by another thread.
    Notified(UnparkToken),
    /// The wait timed out and was cancelled. Holds the guard that `cancel` returned.
    TimedOut(G),
}

/// The calling thread's handle to its entry in a wait queue.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(super) node: Arc<Node>,
    /// From this deadline on the waiter is starving. Set by the first `requeue`.
    pub(super) fair_after: Option<Deadline>,
}

impl Waiter {
    /// Uses the node of the thread, or a new one when its thread-locals are already destroyed.
    pub(super) fn of_current_thread() -> Self {
        Self {
            node: CURRENT
                .try_with(Arc::clone)
                .unwrap_or_else(|_| Arc::new(Node::new())),
            fair_after: None,
        }
    }

    /// Blocks until a notification, after busy-waiting as `backoff` says.
    ///
    /// When the deadline expires first, `cancel` is called. It locks the queue, and any mutex that precedes it in the
    /// caller's lock order, and [removes](super::WaitQueueGuard::cancel) the waiter. It returns `None` when the
    /// waiter was popped or moved before: then `park` blocks until the notification, without a deadline.
    pub(crate) fn park<G>(
        &self,
        cancel: impl FnOnce(&Self) -> Option<G>,
        deadline: Deadline,
        backoff: Backoff,
    ) -> Parked<G> {
        if !backoff.until(|| self.node.is_notified()) && !self.node.block(deadline) {
            if let Some(guard) = cancel(self) {
                return Parked::TimedOut(guard);
            }
            self.node.block(Deadline::NEVER);
        }
        // Relaxed: ordered by the Acquire that read `NOTIFIED`.
        Parked::Notified(UnparkToken(self.node.token.load(Relaxed)))
    }
}
