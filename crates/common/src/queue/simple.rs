//! Python's `queue.SimpleQueue`.

use super::error::Empty;
use crate::sync::deferred;
use crossbeam_channel::{Receiver, Sender};
use std::fmt;
use std::thread;
use std::time::Duration;

/// An unbounded FIFO queue without tasks or shutdown. Python's `SimpleQueue`.
///
/// `put` never blocks, and no lock is held while an item is dropped: so `put` may be called from a destructor at any
/// point. The queue is a crossbeam channel that holds both ends.
///
/// A `get` that blocks may leave an extra `unpark` token for the calling thread, and never takes one.
///
/// Contract: `docs/semantics.md`, line 50.
///
/// ```
/// use common::queue::{Empty, SimpleQueue};
/// use std::time::Duration;
///
/// let queue = SimpleQueue::new();
/// queue.put("page");
/// assert_eq!(queue.get(), "page");
/// assert_eq!(queue.get_nowait(), Err(Empty));
/// assert_eq!(queue.get_timeout(Duration::from_millis(1)), Err(Empty));
/// assert!(queue.empty() && queue.qsize() == 0);
/// ```
pub struct SimpleQueue<T> {
    sender: Sender<T>,
    receiver: Receiver<T>,
}

/// Why the channel is never disconnected.
const BOTH_ENDS: &str = "the queue holds both ends of its channel";

impl<T> SimpleQueue<T> {
    /// An empty queue.
    pub fn new() -> Self {
        let (sender, receiver) = crossbeam_channel::unbounded();
        Self { sender, receiver }
    }

    /// Puts the item. Never blocks.
    #[inline]
    #[doc(alias = "send")]
    pub fn put(&self, item: T) {
        let sent = self.sender.send(item);
        debug_assert!(sent.is_ok(), "{BOTH_ENDS}");
    }

    /// Removes and returns the oldest item. Blocks while the queue is empty.
    #[inline]
    #[doc(alias = "recv")]
    pub fn get(&self) -> T {
        // A timeout beyond the clock is no limit.
        self.get_timeout(Duration::MAX)
            .unwrap_or_else(|Empty| unreachable!("{BOTH_ENDS}"))
    }

    /// Removes and returns the oldest item, without blocking.
    ///
    /// # Errors
    ///
    /// [`Empty`] when there is no item.
    #[inline]
    #[doc(alias = "try_recv")]
    pub fn get_nowait(&self) -> Result<T, Empty> {
        self.receiver.try_recv().map_err(|_| Empty)
    }

    /// Removes and returns the oldest item. Blocks while the queue is empty, no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// [`Empty`] when the timeout expired first.
    #[doc(alias = "recv_timeout")]
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, Empty> {
        self.get_nowait().or_else(|Empty| {
            deferred::run_before_blocking();
            let received = self.receiver.recv_timeout(timeout);
            // The channel blocks in `thread::park`, and may have taken a token that was meant for the application.
            thread::current().unpark();
            received.map_err(|_| Empty)
        })
    }

    /// The number of items in the queue at this moment.
    #[doc(alias = "len")]
    pub fn qsize(&self) -> usize {
        self.receiver.len()
    }

    /// Whether the queue is empty at this moment. A later get may find an item nevertheless.
    #[doc(alias = "is_empty")]
    pub fn empty(&self) -> bool {
        self.receiver.is_empty()
    }
}

impl<T> Default for SimpleQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for SimpleQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimpleQueue")
            .field("qsize", &self.qsize())
            .finish()
    }
}
