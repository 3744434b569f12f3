//! Which item comes next: the kinds of queue.

use super::blocking::BlockingQueue;
use super::engine::{Engine, Items, Single, Swapping};
use super::heap::Heap;

/// A queue that gives out the oldest item first. Python's `Queue`.
pub type Queue<T> = BlockingQueue<T, Fifo>;

/// A queue that gives out the newest item first, as a stack does. Python's `LifoQueue`.
pub type LifoQueue<T> = BlockingQueue<T, Lifo>;

/// A queue that gives out the smallest item first, by [`Ord`]. Python's `PriorityQueue`.
///
/// [`Reverse`](std::cmp::Reverse) makes it the greatest. Which of two equal items comes first is left
/// open: where that matters, put a number that grows beside the priority.
///
/// `cmp` is called while the queue's own lock is held, so it must not use the queue. When it panics, the
/// panic goes to whoever called put or get, and no item is lost: one that was to be put is in the queue,
/// and counted.
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

/// First in, first out.
#[derive(Debug)]
pub struct Fifo;

/// Last in, first out.
#[derive(Debug)]
pub struct Lifo;

/// Smallest first.
#[derive(Debug)]
pub struct Priority;

/// A kind of queue of `T`, which may go from thread to thread: [`Fifo`], [`Lifo`] or, when `T` is ordered,
/// [`Priority`]. There are no others.
pub trait Storage<T>: Kind<T> {}

impl<T, S: Kind<T>> Storage<T> for S {}

/// What is behind [`Storage`], out of reach.
pub trait Kind<T> {
    type Engine: Engine<T> + Send + Sync;

    /// Python's name for it.
    const NAME: &'static str;

    fn unbounded() -> Self::Engine;
}

impl<T: Send> Kind<T> for Fifo {
    type Engine = Swapping<T>;

    const NAME: &'static str = "Queue";

    fn unbounded() -> Self::Engine {
        Swapping::new(0)
    }
}

impl<T: Send> Kind<T> for Lifo {
    type Engine = Single<Vec<T>>;

    const NAME: &'static str = "LifoQueue";

    fn unbounded() -> Self::Engine {
        Single::new(Vec::new(), 0)
    }
}

impl<T: Ord + Send> Kind<T> for Priority {
    type Engine = Single<Heap<T>>;

    const NAME: &'static str = "PriorityQueue";

    fn unbounded() -> Self::Engine {
        Single::new(Heap::new(), 0)
    }
}

impl<T> Items for Vec<T> {
    type Item = T;

    fn len(&self) -> usize {
        self.len()
    }

    fn push(&mut self, item: T) {
        self.push(item);
    }

    fn pop(&mut self) -> Option<T> {
        self.pop()
    }

    fn into_vec(mut self) -> Vec<T> {
        self.reverse();
        self
    }
}

impl<T: Ord> Items for Heap<T> {
    type Item = T;

    fn len(&self) -> usize {
        self.len()
    }

    fn push(&mut self, item: T) {
        self.push(item);
    }

    fn pop(&mut self) -> Option<T> {
        self.pop()
    }

    fn into_vec(self) -> Vec<T> {
        self.into_sorted()
    }
}

impl<T: Send> Queue<T> {
    /// A queue without a bound. Python's `Queue()`.
    pub const fn new() -> Self {
        Self::bounded(0)
    }

    /// A queue of `maxsize` items at most; 0 means without a bound. Python's `Queue(maxsize)`.
    pub const fn bounded(maxsize: usize) -> Self {
        Self(Swapping::new(maxsize))
    }
}

impl<T: Send> LifoQueue<T> {
    /// A queue without a bound. Python's `LifoQueue()`.
    pub const fn new() -> Self {
        Self::bounded(0)
    }

    /// A queue of `maxsize` items at most; 0 means without a bound. Python's `LifoQueue(maxsize)`.
    pub const fn bounded(maxsize: usize) -> Self {
        Self(Single::new(Vec::new(), maxsize))
    }
}

impl<T: Ord + Send> PriorityQueue<T> {
    /// A queue without a bound. Python's `PriorityQueue()`.
    pub const fn new() -> Self {
        Self::bounded(0)
    }

    /// A queue of `maxsize` items at most; 0 means without a bound. Python's `PriorityQueue(maxsize)`.
    pub const fn bounded(maxsize: usize) -> Self {
        Self(Single::new(Heap::new(), maxsize))
    }
}
