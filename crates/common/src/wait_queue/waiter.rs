//! One thread's entry in a wait queue, and how it blocks.

use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::atomic::{AtomicU8, AtomicU64};
use crate::sync::{Arc, Backoff, Condvar, Deadline, Mutex, thread_local};
use std::time::Duration;

// The state of a node:
//
// | state    | meaning                                       | set by                          | cleared by       |
// | -------- | --------------------------------------------- | ------------------------------- | ---------------- |
// | SPINNING | queued, busy-waiting                          | its thread, under the mutex     | PARKED, NOTIFIED |
// | PARKED   | queued, blocked or about to block: needs an   | its thread, over SPINNING only  | NOTIFIED         |
// |          | `unpark`                                      |                                 |                  |
// | NOTIFIED | in no queue: popped, cancelled or never in it | pop or cancel, under the mutex  | SPINNING         |
//
// So a notification is never overwritten before its thread has seen it.
const SPINNING: u8 = 0;
const PARKED: u8 = 1;
const NOTIFIED: u8 = 2;

thread_local! {
    /// A thread is in one queue at most, so it needs one node, made when it first waits.
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
    /// A thread blocks here and not in `thread::park`, whose token belongs to the application.
    mutex: Mutex<()>,
    condvar: Condvar,
    /// For the fault that blocks in `thread::park` all the same.
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
        // Release: pairs with the Acquire of `is_notified`. What happened before the notification is seen after it.
        let order = fault!(WeakWakeup, Relaxed, else Release);
        self.state.swap(NOTIFIED, order) == PARKED
    }

    fn is_notified(&self) -> bool {
        self.state.load(Acquire) == NOTIFIED
    }

    /// Called after the queue's mutex is released.
    pub(super) fn unpark(&self) {
        // A thread that checked its state before the notification has released this mutex by blocking.
        drop(self.mutex.lock());
        self.condvar.notify_one();
        #[cfg(all(test, shuttle))]
        if fault!(StolenParkToken) {
            self.thread.unpark();
        }
    }

    /// Blocks until the node is notified. False when the deadline came first.
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

/// What a notification tells the waiter. Each primitive names its own.
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
    /// The waiter was cancelled; what `cancel` returned is still held.
    TimedOut(G),
}

/// The calling thread's place in a wait queue.
#[derive(Debug)]
pub struct Waiter {
    node: Arc<Node>,
    /// When the next release is to be fair to this waiter. Set when it is first notified in vain.
    fair_after: Option<Deadline>,
}

impl Waiter {
    /// A thread whose thread-locals are gone gets a new node.
    pub(super) fn of_current_thread() -> Self {
        Self {
            node: CURRENT
                .try_with(Arc::clone)
                .unwrap_or_else(|_| Arc::new(Node::new())),
            fair_after: None,
        }
    }

    pub(super) fn node(&self) -> &Arc<Node> {
        &self.node
    }

    pub(super) fn overtaken(&mut self, bound: Duration) -> Deadline {
        *self
            .fair_after
            .get_or_insert_with(|| Deadline::after(bound))
    }

    /// Waits for a notification: spins or yields as `backoff` says, then blocks.
    ///
    /// When the deadline comes first, `cancel` is called. It locks the queue, with other mutexes in the caller's
    /// order, and [removes](super::WaitQueueGuard::cancel) the waiter. Its `None` says that the waiter was
    /// notified, or moved to another queue, in that moment: then the wait goes on without a deadline.
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
        // Read after `NOTIFIED` was seen.
        Parked::Notified(UnparkToken(self.node.token.load(Relaxed)))
    }
}
