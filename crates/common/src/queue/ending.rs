//! How work on a queue comes to its end: tasks that are done, and the shutdown.

use super::blocking::BlockingQueue;
use super::engine::Engine;
use super::kinds::Storage;
use crate::threading::ValueError;
use std::time::Duration;

impl<T, S: Storage<T>> BlockingQueue<T, S> {
    /// Says that the work on an item that was got is done. Python's `task_done()`.
    ///
    /// A [`Task`](super::Task) does that by itself.
    ///
    /// # Errors
    ///
    /// [`ValueError::TaskDoneTooOften`] when everything that was put is done already.
    ///
    /// ```
    /// use common::queue::Queue;
    ///
    /// let queue: Queue<u32> = Queue::new();
    /// let error = queue.task_done().unwrap_err();
    /// assert_eq!(error.to_string(), "task_done() called too many times");
    /// ```
    #[inline]
    pub fn task_done(&self) -> Result<(), ValueError> {
        self.0.tally().task_done()
    }

    /// How many items were put and are not done, be they in the queue or in somebody's hands.
    pub fn unfinished_tasks(&self) -> usize {
        usize::try_from(self.0.tally().unfinished()).unwrap_or(usize::MAX)
    }

    /// Waits until all that was put is done: not for the queue to be empty, but for the work. Python's
    /// `join()`.
    pub fn join(&self) {
        self.0.tally().join(None);
    }

    /// As [`join`](Self::join), waiting no longer than `timeout`: false when the time was up first.
    #[must_use = "when it is false, there are tasks left"]
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        self.0.tally().join(Some(timeout))
    }

    /// Lets no more items in. What is in can still be got; after that, and for all who wait, put and get are
    /// errors. Python's `shutdown()`.
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
    pub fn shutdown(&self) {
        self.0.shutdown(false);
    }

    /// The same at once: what is in can no longer be got, counts as done, and is returned, in the order in which
    /// it would have been got. What was got before is still to be done. Python's
    /// `shutdown(immediate=True)`.
    pub fn shutdown_now(&self) -> Vec<T> {
        self.0.shutdown(true)
    }

    /// Whether it was shut down. Python's `is_shutdown`.
    pub fn is_shutdown(&self) -> bool {
        self.0.state().is_shutdown
    }
}
