//! The items of a queue, until it is shut down.

use super::blocking::BlockingQueue;
use super::kinds::Storage;
use std::fmt;

/// Items as they come, until the queue is shut down and empty.
#[must_use = "an iterator does nothing until it is asked"]
pub struct Iter<'a, T, S: Storage<T>>(&'a BlockingQueue<T, S>);

impl<T, S: Storage<T>> BlockingQueue<T, S> {
    /// Gets item after item, waiting while there is none, until the queue is shut down and empty. Each
    /// is still to be [done](Self::task_done).
    ///
    /// ```
    /// use common::queue::Queue;
    ///
    /// let queue = Queue::new();
    /// for item in [1, 2, 3] {
    ///     queue.put(item).unwrap();
    /// }
    /// queue.shutdown();
    /// assert_eq!(queue.iter().sum::<i32>(), 6);
    /// ```
    pub fn iter(&self) -> Iter<'_, T, S> {
        Iter(self)
    }
}

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
