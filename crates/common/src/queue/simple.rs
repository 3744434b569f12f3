//! Python's `queue.SimpleQueue`.

use super::error::Empty;
use crossbeam_channel::{Receiver, Sender};
use std::fmt;
use std::time::Duration;

/// A queue without bound, tasks or shutdown: the oldest item first, and nothing else. Python's `SimpleQueue`.
///
/// It never waits to put, and no lock is held while an item is dropped: so put may be called from a destructor,
/// whatever this thread was doing. It is a crossbeam channel both of whose ends are here.
///
/// ```
/// use common::queue::{Empty, SimpleQueue};
///
/// let queue = SimpleQueue::new();
/// queue.put("page");
/// assert_eq!(queue.get(), "page");
/// assert_eq!(queue.get_nowait(), Err(Empty));
/// ```
pub struct SimpleQueue<T> {
    sender: Sender<T>,
    receiver: Receiver<T>,
}

/// Why the channel never ends by itself.
const BOTH_ENDS: &str = "the queue has both ends of its channel";

impl<T> SimpleQueue<T> {
    /// An empty queue.
    pub fn new() -> Self {
        let (sender, receiver) = crossbeam_channel::unbounded();
        Self { sender, receiver }
    }

    /// Puts the item, without waiting.
    #[inline]
    pub fn put(&self, item: T) {
        let sent = self.sender.send(item);
        debug_assert!(sent.is_ok(), "{BOTH_ENDS}");
    }

    /// Takes the oldest item out, waiting while there is none.
    #[inline]
    pub fn get(&self) -> T {
        self.receiver
            .recv()
            .unwrap_or_else(|_| unreachable!("{BOTH_ENDS}"))
    }

    /// Takes the oldest item out if there is one.
    ///
    /// # Errors
    ///
    /// [`Empty`] when there is none.
    #[inline]
    pub fn get_nowait(&self) -> Result<T, Empty> {
        self.receiver.try_recv().map_err(|_| Empty)
    }

    /// Takes the oldest item out, waiting no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// [`Empty`] when the time was up first.
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, Empty> {
        self.receiver.recv_timeout(timeout).map_err(|_| Empty)
    }

    /// How many items are in it at this moment.
    pub fn qsize(&self) -> usize {
        self.receiver.len()
    }

    /// Whether none is in it at this moment: the next get may find one all the same.
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
