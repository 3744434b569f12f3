//! The queue that all kinds share: put and get, and what it says of itself.

use super::engine::{self, Engine};
use super::error::{GetError, PutError, ShutDown};
use super::kinds::{Kind, Storage};
use super::task::Task;
use std::fmt;
use std::time::Duration;

/// Hands items from threads to threads, the next one as the kind `S` says. Python's `Queue`, `LifoQueue` and
/// `PriorityQueue`, which are this one's [`Queue`](super::Queue), [`LifoQueue`](super::LifoQueue) and
/// [`PriorityQueue`](super::PriorityQueue).
///
/// Who puts waits while the queue is full, who gets waits while it is empty; who waited longest is woken first,
/// but a running thread may be quicker. Every item that is put is a task, until somebody says
/// [`task_done`](Self::task_done) or drops its [`Task`]; [`join`](Self::join) waits until there is none.
/// [`shutdown`](Self::shutdown) ends it all.
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
pub struct BlockingQueue<T, S: Storage<T>>(pub(super) <S as Kind<T>>::Engine);

impl<T, S: Storage<T>> BlockingQueue<T, S> {
    /// Puts the item, waiting while the queue is full. Python's `put(item)`.
    ///
    /// # Errors
    ///
    /// [`ShutDown`], with the item, once the queue is shut down, also while this waits.
    #[inline]
    pub fn put(&self, item: T) -> Result<(), ShutDown<T>> {
        engine::put(&self.0, item, None).map_err(|error| ShutDown(error.into_item()))
    }

    /// Puts the item if there is room. Python's `put_nowait(item)`.
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
    pub fn put_nowait(&self, item: T) -> Result<(), PutError<T>> {
        self.put_timeout(item, Duration::ZERO)
    }

    /// Puts the item, waiting no longer than `timeout` while the queue is full. Python's
    /// `put(item, timeout=…)`.
    ///
    /// # Errors
    ///
    /// [`Full`](PutError::Full) when the time was up first, or [`ShutDown`](PutError::ShutDown): with the item.
    #[inline]
    pub fn put_timeout(&self, item: T, timeout: Duration) -> Result<(), PutError<T>> {
        engine::put(&self.0, item, Some(timeout))
    }

    /// Takes the next item out, waiting while there is none. Python's `get()`.
    ///
    /// # Errors
    ///
    /// [`ShutDown`] when there is none and the queue is shut down, also while this waits.
    #[inline]
    pub fn get(&self) -> Result<T, ShutDown> {
        engine::get(&self.0, None).map_err(|_| ShutDown(()))
    }

    /// Takes the next item out if there is one. Python's `get_nowait()`.
    ///
    /// # Errors
    ///
    /// [`Empty`](GetError::Empty) when there is none, [`ShutDown`](GetError::ShutDown) when none will come.
    #[inline]
    pub fn get_nowait(&self) -> Result<T, GetError> {
        self.get_timeout(Duration::ZERO)
    }

    /// Takes the next item out, waiting no longer than `timeout`. Python's `get(timeout=…)`.
    ///
    /// # Errors
    ///
    /// [`Empty`](GetError::Empty) when the time was up first, [`ShutDown`](GetError::ShutDown) when none will come.
    #[inline]
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, GetError> {
        engine::get(&self.0, Some(timeout))
    }

    /// As [`get`](Self::get), in a guard that counts the task as done when it is dropped, also by a panic:
    /// so a worker that dies keeps nobody in [`join`](Self::join).
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    #[inline]
    pub fn get_task(&self) -> Result<Task<'_, T>, ShutDown> {
        self.get().map(|item| Task::new(item, self.0.tally()))
    }

    /// As [`get_nowait`](Self::get_nowait), in a guard.
    ///
    /// # Errors
    ///
    /// As [`get_nowait`](Self::get_nowait).
    #[inline]
    pub fn get_task_nowait(&self) -> Result<Task<'_, T>, GetError> {
        self.get_task_timeout(Duration::ZERO)
    }

    /// As [`get_timeout`](Self::get_timeout), in a guard.
    ///
    /// # Errors
    ///
    /// As [`get_timeout`](Self::get_timeout).
    #[inline]
    pub fn get_task_timeout(&self, timeout: Duration) -> Result<Task<'_, T>, GetError> {
        let item = self.get_timeout(timeout)?;
        Ok(Task::new(item, self.0.tally()))
    }

    /// How many items are in it at this moment.
    pub fn qsize(&self) -> usize {
        self.0.state().qsize
    }

    /// Whether none is in it at this moment: the next get may find one all the same.
    pub fn empty(&self) -> bool {
        self.qsize() == 0
    }

    /// Whether there is no room at this moment; never when there is no bound.
    pub fn full(&self) -> bool {
        let state = self.0.state();
        state.maxsize > 0 && state.qsize >= state.maxsize
    }

    /// How many items there is room for; 0 when there is no bound.
    pub fn maxsize(&self) -> usize {
        self.0.state().maxsize
    }

    /// Sets how many items there is room for, from the next put on; 0 for no bound. What is in stays in,
    /// though it be more. Python's `queue.maxsize = …`.
    pub fn set_maxsize(&self, maxsize: usize) {
        self.0.set_maxsize(maxsize);
    }
}

impl<T, S: Storage<T>> Default for BlockingQueue<T, S> {
    /// A queue without a bound.
    fn default() -> Self {
        Self(S::unbounded())
    }
}

impl<T, S: Storage<T>> fmt::Debug for BlockingQueue<T, S> {
    /// `waiting` are the threads in put or get.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (state, tally) = (self.0.state(), self.0.tally());
        f.debug_struct(S::NAME)
            .field("maxsize", &state.maxsize)
            .field("qsize", &state.qsize)
            .field("unfinished", &tally.unfinished())
            .field("shutdown", &state.is_shutdown)
            .field("waiting", &state.waiting)
            .field("joining", &tally.joining())
            .finish()
    }
}
