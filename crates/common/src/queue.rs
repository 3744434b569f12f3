//! Python's `queue`: passes items from producers to consumers, and counts the tasks that are not done.
//!
//! | queue | the next item is | bounded |
//! | --- | --- | --- |
//! | [`Queue`] | the oldest | if made with `bounded` |
//! | [`LifoQueue`] | the newest | if made with `bounded` |
//! | [`PriorityQueue`] | the smallest | if made with `bounded` |
//! | [`SimpleQueue`] | the oldest | never; it has no task count and no shutdown |
//!
//! The first three are a [`BlockingQueue`], which documents their methods. A bounded queue gives backpressure: `put`
//! blocks while the queue is full. A graceful shutdown is [`shutdown`](BlockingQueue::shutdown): the queue refuses
//! further items, and consumers end once they have taken the items that are in it.

mod blocking;
mod error;
mod flavor;
mod heap;
mod kinds;
mod simple;
mod single_lock;
mod task;
mod two_lock;

pub use blocking::{BlockingQueue, Iter};
pub use error::{Empty, GetError, PutError, ShutDown, TaskDoneError};
pub use kinds::{Fifo, Lifo, Priority, Storage};
pub use simple::SimpleQueue;
pub use task::{Task, Unfinished};

use single_lock::SingleLock;
use two_lock::TwoLock;

/// A queue that returns the oldest item first. Python's `Queue`.
pub type Queue<T> = BlockingQueue<T, Fifo>;

/// A queue that returns the newest item first, as a stack does. Python's `LifoQueue`.
pub type LifoQueue<T> = BlockingQueue<T, Lifo>;

/// A queue that returns the smallest item first, by [`Ord`]. Python's `PriorityQueue`.
///
/// [`Reverse`](std::cmp::Reverse) makes it the greatest. The order of equal items is not specified: where it matters,
/// add a sequence number to the priority.
///
/// `cmp` is called while the queue's own lock is held, so it must not use the queue. When it panics, the panic
/// unwinds to the caller of put or get, and no item is lost: an item that was to be put is in the queue, and counted.
///
/// ```
/// use common::queue::PriorityQueue;
///
/// let queue = PriorityQueue::new();
/// for item in [(2, "code"), (1, "think"), (3, "polish")] {
///     queue.put(item).unwrap();
/// }
/// assert_eq!(queue.get().unwrap(), (1, "think"));
/// ```
pub type PriorityQueue<T> = BlockingQueue<T, Priority>;

/// A bound that is more than 0.
const fn bound(maxsize: usize) -> usize {
    assert!(
        maxsize > 0,
        "maxsize must be > 0: use new() for an unbounded queue"
    );
    maxsize
}

impl<T: Send> Queue<T> {
    /// A queue of at most `maxsize` items. Python's `Queue(maxsize)`.
    ///
    /// # Panics
    ///
    /// When `maxsize` is 0: in Python that is an unbounded queue, in other libraries a rendezvous. [`new`](Self::new)
    /// makes an unbounded queue, and [`set_maxsize`](Self::set_maxsize) takes Python's 0.
    #[doc(alias = "with_capacity")]
    pub const fn bounded(maxsize: usize) -> Self {
        Self(TwoLock::new(bound(maxsize)))
    }
}

impl<T: Send> LifoQueue<T> {
    /// A queue of at most `maxsize` items. Python's `LifoQueue(maxsize)`.
    ///
    /// # Panics
    ///
    /// When `maxsize` is 0; see [`Queue::bounded`].
    pub const fn bounded(maxsize: usize) -> Self {
        Self(SingleLock::new(bound(maxsize)))
    }
}

impl<T: Ord + Send> PriorityQueue<T> {
    /// A queue of at most `maxsize` items. Python's `PriorityQueue(maxsize)`.
    ///
    /// # Panics
    ///
    /// When `maxsize` is 0; see [`Queue::bounded`].
    pub const fn bounded(maxsize: usize) -> Self {
        Self(SingleLock::new(bound(maxsize)))
    }
}
