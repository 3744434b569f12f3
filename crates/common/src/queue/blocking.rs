//! The queue that all kinds share.

use super::error::{GetError, PutError, ShutDown, TaskDoneError};
use super::kinds::Storage;
use super::task::Task;
use super::two_lock::TwoLock;
use super::wait::Wait;
use std::fmt;
use std::time::Duration;

/// Passes items between threads. Python's `Queue`, `LifoQueue` and `PriorityQueue`: the kind `S` decides which item is
/// next.
///
/// `put` blocks while the queue is full, `get` while it is empty. Waiters are woken oldest first. A running thread may
/// take an item, or a free place, before the woken waiter, which keeps its place; for a waiter that was overtaken for
/// half a millisecond the next item or place is reserved. Every item that is put is a task, until
/// [`task_done`](Self::task_done) is called for it or its [`Task`] is dropped; [`join`](Self::join) blocks until no
/// task is unfinished. [`shutdown`](Self::shutdown) ends the queue.
///
/// Contract: `docs/semantics.md`, lines 43 to 49.
///
/// ```
/// use common::queue::Queue;
/// use std::thread;
///
/// let queue = Queue::bounded(2);
/// thread::scope(|scope| {
///     scope.spawn(|| {
///         while let Ok(task) = queue.get_task() {
///             println!("working on {}", *task);
///         }
///     });
///     for item in 0..30 {
///         queue.put(item).unwrap();
///     }
///     queue.join();
///     queue.shutdown();
/// });
/// assert!(queue.empty());
/// ```
///
/// ```
/// use common::queue::{GetError, LifoQueue, PutError, TaskDoneError};
/// use std::time::Duration;
///
/// let (stack, moment) = (LifoQueue::bounded(2), Duration::from_millis(1));
/// assert!(stack.get_task_nowait().is_err() && stack.get_task_timeout(moment).is_err());
/// assert_eq!(stack.get_timeout(moment), Err(GetError::Empty));
/// stack.put(1).unwrap();
/// stack.put_timeout(2, moment).unwrap();
/// assert_eq!(stack.put_timeout(3, moment).map_err(PutError::into_item), Err(3));
/// assert!(stack.full() && stack.maxsize() == 2 && stack.qsize() == 2);
/// stack.set_maxsize(0);
/// assert!(!stack.join_timeout(moment) && stack.waiting() == 0 && stack.joining() == 0);
/// assert!(stack.shutdown_now() == [2, 1] && stack.is_shutdown());
/// assert_eq!(stack.task_done(), Err(TaskDoneError));
/// ```
pub struct BlockingQueue<T, S: Storage<T>>(TwoLock<T, S>);

impl<T, S: Storage<T>> BlockingQueue<T, S> {
    /// An unbounded queue. Python's `Queue()`.
    #[doc(alias = "unbounded")]
    pub const fn new() -> Self {
        Self(TwoLock::new(0))
    }

    /// A queue of at most `maxsize` items. Python's `Queue(maxsize)`.
    ///
    /// # Panics
    ///
    /// When `maxsize` is 0: in Python that is an unbounded queue, in other libraries a rendezvous. [`new`](Self::new)
    /// makes an unbounded queue, and [`set_maxsize`](Self::set_maxsize) takes Python's 0.
    #[doc(alias = "with_capacity")]
    pub const fn bounded(maxsize: usize) -> Self {
        assert!(
            maxsize > 0,
            "maxsize must be > 0: use new() for an unbounded queue"
        );
        Self(TwoLock::new(maxsize))
    }

    /// Puts the item. Blocks while the queue is full. Python's `put(item)`.
    ///
    /// # Errors
    ///
    /// [`ShutDown`], with the item, when the queue is shut down before the item is put.
    #[inline]
    #[doc(alias = "send", alias = "push")]
    pub fn put(&self, item: T) -> Result<(), ShutDown<T>> {
        self.put_within(item, None)
            .map_err(|error| ShutDown(error.into_item()))
    }

    /// Puts the item if there is room, without blocking. Python's `put_nowait(item)`.
    ///
    /// # Errors
    ///
    /// [`Full`](PutError::Full) or [`ShutDown`](PutError::ShutDown), with the item.
    ///
    /// ```
    /// use common::queue::{PutError, Queue};
    ///
    /// let queue = Queue::bounded(1);
    /// queue.put_nowait("first").unwrap();
    /// assert_eq!(queue.put_nowait("second"), Err(PutError::Full("second")));
    /// ```
    #[inline]
    #[doc(alias = "try_send", alias = "try_put")]
    pub fn put_nowait(&self, item: T) -> Result<(), PutError<T>> {
        self.put_within(item, Some(Duration::ZERO))
    }

    /// Puts the item. Blocks while the queue is full, no longer than `timeout`. Python's `put(item, timeout=…)`.
    ///
    /// # Errors
    ///
    /// [`Full`](PutError::Full) when the timeout expired first, or [`ShutDown`](PutError::ShutDown): with the item.
    #[inline]
    #[doc(alias = "send_timeout")]
    pub fn put_timeout(&self, item: T, timeout: Duration) -> Result<(), PutError<T>> {
        self.put_within(item, Some(timeout))
    }

    #[inline]
    fn put_within(&self, item: T, timeout: Option<Duration>) -> Result<(), PutError<T>> {
        trace!(Call, self, "room", "put", self.maxsize());
        let put = match self.0.try_put(item) {
            Err(PutError::Full(item)) if timeout != Some(Duration::ZERO) => {
                self.put_blocking(item, timeout)
            }
            put => put,
        };
        if put.is_ok() {
            trace!(Proceed, self, "room", "", self.maxsize());
            trace!(Count, self, "unfinished", "", 1);
            trace!(Signal, self, "items", "put", 1);
        } else {
            trace!(GiveUp, self, "", "refused", crate::trace::millis(timeout));
        }
        put
    }

    #[cold]
    fn put_blocking(&self, mut item: T, timeout: Option<Duration>) -> Result<(), PutError<T>> {
        let queue = &self.0;
        let mut wait = Wait::new(timeout);
        loop {
            let version = queue.room_version();
            let has_changed = || queue.room_version() != version;
            match queue.put(item, &mut wait) {
                Err(PutError::Full(back))
                    if wait.wait_to_retry(has_changed, |waiter| queue.cancel_put(waiter)) =>
                {
                    item = back;
                }
                put => return put,
            }
        }
    }

    /// Removes and returns the next item. Blocks while the queue is empty. Python's `get()`.
    ///
    /// # Errors
    ///
    /// [`ShutDown`] when the queue is empty and shut down.
    #[inline]
    #[doc(alias = "recv", alias = "pop")]
    pub fn get(&self) -> Result<T, ShutDown> {
        self.get_within(None).map_err(|_| ShutDown(()))
    }

    /// Removes and returns the next item, without blocking. Python's `get_nowait()`.
    ///
    /// # Errors
    ///
    /// [`Empty`](GetError::Empty), or [`ShutDown`](GetError::ShutDown) when the queue is empty and shut down.
    #[inline]
    #[doc(alias = "try_recv", alias = "try_get")]
    pub fn get_nowait(&self) -> Result<T, GetError> {
        self.get_within(Some(Duration::ZERO))
    }

    /// Removes and returns the next item. Blocks while the queue is empty, no longer than `timeout`. Python's
    /// `get(timeout=…)`.
    ///
    /// # Errors
    ///
    /// [`Empty`](GetError::Empty) when the timeout expired first, [`ShutDown`](GetError::ShutDown) when the queue is
    /// empty and shut down.
    #[inline]
    #[doc(alias = "recv_timeout")]
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, GetError> {
        self.get_within(Some(timeout))
    }

    #[inline]
    fn get_within(&self, timeout: Option<Duration>) -> Result<T, GetError> {
        trace!(Call, self, "items", "get", 0);
        let got = match self.0.try_get() {
            Some(item) => Ok(item),
            None => self.get_slow(timeout),
        };
        if got.is_ok() {
            trace!(Proceed, self, "items", "", 0);
            trace!(Signal, self, "room", "", 1);
        } else {
            trace!(GiveUp, self, "", "no item", crate::trace::millis(timeout));
        }
        got
    }

    #[cold]
    fn get_slow(&self, timeout: Option<Duration>) -> Result<T, GetError> {
        let queue = &self.0;
        let mut wait = Wait::new(timeout);
        loop {
            let version = queue.tasks.added();
            let has_changed = || queue.tasks.added() != version;
            match queue.get(&mut wait) {
                Err(GetError::Empty)
                    if wait.wait_to_retry(has_changed, |waiter| queue.cancel_get(waiter)) => {}
                got => return got,
            }
        }
    }

    /// Like [`get`](Self::get), in a guard that counts the task as done when it is dropped, by a panic too: a worker
    /// that panics does not block [`join`](Self::join). Do not call [`task_done`](Self::task_done) as well: it would
    /// count another task as done.
    ///
    /// # Errors
    ///
    /// The errors of [`get`](Self::get).
    #[inline]
    pub fn get_task(&self) -> Result<Task<'_, T>, ShutDown> {
        self.get().map(|item| Task::new(item, &self.0.tasks))
    }

    /// Like [`get_nowait`](Self::get_nowait), in a guard that counts the task as done when it is dropped.
    ///
    /// # Errors
    ///
    /// The errors of [`get_nowait`](Self::get_nowait).
    #[inline]
    pub fn get_task_nowait(&self) -> Result<Task<'_, T>, GetError> {
        self.get_task_timeout(Duration::ZERO)
    }

    /// Like [`get_timeout`](Self::get_timeout), in a guard that counts the task as done when it is dropped.
    ///
    /// # Errors
    ///
    /// The errors of [`get_timeout`](Self::get_timeout).
    #[inline]
    pub fn get_task_timeout(&self, timeout: Duration) -> Result<Task<'_, T>, GetError> {
        self.get_timeout(timeout)
            .map(|item| Task::new(item, &self.0.tasks))
    }

    /// An iterator that [gets](Self::get) items until the queue is shut down and empty. It blocks while the queue is
    /// empty. Each item is a task that must be [done](Self::task_done).
    ///
    /// ```
    /// let queue = common::queue::Queue::new();
    /// (1..=3).for_each(|item| queue.put(item).unwrap());
    /// queue.shutdown();
    /// assert_eq!(queue.iter().sum::<i32>(), 6);
    /// ```
    pub fn iter(&self) -> Iter<'_, T, S> {
        Iter(self)
    }

    /// Counts one task as done: the work on an item that was taken. Python's `task_done()`.
    ///
    /// A [`Task`] does it when it is dropped.
    ///
    /// # Errors
    ///
    /// [`TaskDoneError`] when no task is unfinished.
    #[inline]
    pub fn task_done(&self) -> Result<(), TaskDoneError> {
        self.0.tasks.task_done()
    }

    /// The number of items that were put and are not done, in the queue or with a worker. Python's `unfinished_tasks`.
    pub fn unfinished_tasks(&self) -> usize {
        self.0.tasks.unfinished()
    }

    /// Blocks until no task is unfinished. An empty queue is not enough. Python's `join()`.
    pub fn join(&self) {
        self.0.tasks.join(None);
    }

    /// Blocks until no task is unfinished, no longer than `timeout`. False when the timeout expired first.
    #[must_use = "when it is false, there are unfinished tasks"]
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        self.0.tasks.join(Some(timeout))
    }

    /// Refuses further items. The items in the queue can be taken; after that get is an error. Blocked calls return.
    /// Python's `shutdown()`.
    ///
    /// ```
    /// use common::queue::{GetError, Queue, ShutDown};
    ///
    /// let queue = Queue::new();
    /// queue.put("last").unwrap();
    /// queue.shutdown();
    /// assert_eq!(queue.put("late"), Err(ShutDown("late")));
    /// assert_eq!(queue.get(), Ok("last"));
    /// assert_eq!(queue.get_nowait(), Err(GetError::ShutDown));
    /// ```
    #[doc(alias = "close")]
    pub fn shutdown(&self) {
        self.0.shutdown(false);
    }

    /// Refuses further items, and removes and returns the items in the queue, which count as done. Items that were
    /// taken before are still unfinished. Python's `shutdown(immediate=True)`.
    ///
    /// The items are returned in the order of get. When `cmp` of the items of a
    /// [`PriorityQueue`](super::PriorityQueue) panics, the rest follow unsorted.
    pub fn shutdown_now(&self) -> Vec<T> {
        self.0.shutdown(true)
    }

    /// Whether the queue is shut down. Python's `is_shutdown`.
    #[doc(alias = "is_closed")]
    pub fn is_shutdown(&self) -> bool {
        self.0.state().is_shutdown
    }

    /// The number of items in the queue at this moment.
    #[doc(alias = "len")]
    pub fn qsize(&self) -> usize {
        self.0.state().qsize
    }

    /// Whether the queue is empty at this moment. A later get may find an item nevertheless.
    #[doc(alias = "is_empty")]
    pub fn empty(&self) -> bool {
        self.qsize() == 0
    }

    /// Whether the queue is full at this moment. An unbounded queue never is.
    #[doc(alias = "is_full")]
    pub fn full(&self) -> bool {
        let state = self.0.state();
        state.maxsize > 0 && state.qsize >= state.maxsize
    }

    /// The bound, or 0 when the queue is unbounded. Python's `maxsize`.
    #[doc(alias = "capacity")]
    pub fn maxsize(&self) -> usize {
        self.0.state().maxsize
    }

    /// Sets the bound of every later put; 0 makes the queue unbounded. A lower bound removes no item. Python's
    /// `queue.maxsize = …`.
    pub fn set_maxsize(&self, maxsize: usize) {
        self.0.set_maxsize(maxsize);
    }

    /// The number of threads that are blocked in put or get at this moment.
    pub fn waiting(&self) -> usize {
        self.0.state().waiting
    }

    /// The number of threads that are blocked in [`join`](Self::join) at this moment.
    pub fn joining(&self) -> usize {
        self.0.tasks.joining()
    }
}

impl<T, S: Storage<T>> Default for BlockingQueue<T, S> {
    /// An unbounded queue.
    fn default() -> Self {
        Self::new()
    }
}

impl<T, S: Storage<T>> fmt::Debug for BlockingQueue<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.state();
        f.debug_struct(S::NAME)
            .field("maxsize", &state.maxsize)
            .field("qsize", &state.qsize)
            .field("unfinished", &self.unfinished_tasks())
            .field("shutdown", &state.is_shutdown)
            .field("waiting", &state.waiting)
            .field("joining", &self.joining())
            .finish()
    }
}

/// The iterator over a queue's items that [`BlockingQueue::iter`] returns.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Iter<'a, T, S: Storage<T>>(&'a BlockingQueue<T, S>);

impl<T, S: Storage<T>> Iterator for Iter<'_, T, S> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.get().ok()
    }
}

impl<'a, T, S: Storage<T>> IntoIterator for &'a BlockingQueue<T, S> {
    type Item = T;
    type IntoIter = Iter<'a, T, S>;

    fn into_iter(self) -> Iter<'a, T, S> {
        self.iter()
    }
}

impl<T, S: Storage<T>> fmt::Debug for Iter<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Iter").field(self.0).finish()
    }
}
