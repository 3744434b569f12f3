//! An item that counts as done when its guard is dropped.

use super::tally::Tally;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// An item got from a queue, which counts as done when this is dropped, also by a panic. Python's
/// `task_done()`, which cannot be forgotten here.
///
/// ```
/// use common::queue::Queue;
///
/// let queue = Queue::new();
/// queue.put("page").unwrap();
/// {
///     let task = queue.get_task().unwrap();
///     assert_eq!(task.len(), 4);
///     assert_eq!(queue.unfinished_tasks(), 1);
/// }
/// queue.join();
/// ```
#[must_use = "dropped at once, the task counts as done at once"]
pub struct Task<'a, T> {
    // In this order: what the item owns is gone before the task counts as done.
    item: T,
    unfinished: Unfinished<'a>,
}

/// What is left of a [`Task`] without its item: it counts as done when this is dropped.
#[must_use = "dropped at once, the task counts as done at once"]
pub struct Unfinished<'a>(&'a Tally);

impl<'a, T> Task<'a, T> {
    pub(super) fn new(item: T, tally: &'a Tally) -> Self {
        let unfinished = Unfinished(tally);
        Self { item, unfinished }
    }

    /// The item to keep, and what counts the task as done when it is dropped.
    ///
    /// ```
    /// use common::queue::Queue;
    ///
    /// let queue = Queue::new();
    /// queue.put(String::from("page")).unwrap();
    /// let (page, unfinished) = queue.get_task().unwrap().into_parts();
    /// assert_eq!(page, "page");
    /// drop(unfinished);
    /// queue.join();
    /// ```
    pub fn into_parts(self) -> (T, Unfinished<'a>) {
        (self.item, self.unfinished)
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        // An error means that somebody called `task_done` for it meanwhile: then there is nothing left to count.
        let _ = self.0.task_done();
    }
}

impl<T> Deref for Task<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

impl<T> DerefMut for Task<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.item
    }
}

impl<T: fmt::Debug> fmt::Debug for Task<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Task").field(&self.item).finish()
    }
}

impl fmt::Debug for Unfinished<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unfinished")
    }
}
