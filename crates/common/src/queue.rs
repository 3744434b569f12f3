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
//!
//! All methods take `&self`: threads share a queue by a scope, an [`Arc`](std::sync::Arc) or a static.

mod blocking;
mod error;
mod heap;
mod kinds;
mod simple;
mod task;
mod two_lock;
mod wait;

pub use blocking::{BlockingQueue, Iter};
pub use error::{Empty, GetError, PutError, ShutDown, TaskDoneError};
pub use kinds::{Fifo, Lifo, Priority, Storage};
pub use simple::SimpleQueue;
pub use task::{Task, Unfinished};

/// A queue that returns the oldest item first. Python's `Queue`.
///
/// Contract: `docs/semantics.md`, lines 43 to 49.
pub type Queue<T> = BlockingQueue<T, Fifo>;

/// A queue that returns the newest item first, as a stack does. Python's `LifoQueue`.
///
/// Contract: `docs/semantics.md`, lines 43 to 49.
pub type LifoQueue<T> = BlockingQueue<T, Lifo>;

/// A queue that returns the smallest item first, by [`Ord`]. Python's `PriorityQueue`.
///
/// [`Reverse`](std::cmp::Reverse) makes it the greatest. The order of equal items is not specified: where it matters,
/// add a sequence number to the priority.
///
/// `cmp` is called while the queue's own lock is held, so it must not use the queue. When it panics, the panic
/// unwinds to the caller of put or get, and no item is lost: an item that was to be put is in the queue, and counted.
///
/// Contract: `docs/semantics.md`, lines 43 to 49.
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
