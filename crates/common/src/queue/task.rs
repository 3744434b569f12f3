//! The count of unfinished tasks, and the guard of one task.

use super::error::TaskDoneError;
use crate::sync::atomic::AtomicU64;
use crate::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use crate::sync::{Backoff, CachePadded, Deadline, deferred};
use crate::wait_queue::{Parked, WaitQueue};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

// The word of the tasks that are done:
//
// | bits       | meaning                                               | set by                     | cleared by       |
// | ---------- | ----------------------------------------------------- | -------------------------- | ---------------- |
// | HAS_JOINER | a thread may be blocked in join: the thread that      | a joiner, under its mutex  | `notify_joiners`, |
// |            | finishes a task checks whether it was the last        |                            | under the mutex  |
// | the others | the number of tasks ever done, in steps of `ONE`      | `finish`                   | never            |
const HAS_JOINER: u64 = 1;
const ONE: u64 = 2;

/// The number of tasks that were added and the number that are done: two counts, so that producers and workers do not
/// write to the same cache line.
#[derive(Debug)]
pub(super) struct TaskCounter {
    /// Items ever put. Changes under the mutex that the item is put under, before the item can be got.
    added: CachePadded<AtomicU64>,
    /// The tasks that are done, and `HAS_JOINER`. Invariant: `done / ONE <= added`.
    done: AtomicU64,
    /// A lower bound of `added`: with it, finishing a task seldom needs to read that one.
    known_added: AtomicU64,
    joiners: WaitQueue,
}

impl TaskCounter {
    pub(super) const fn new() -> Self {
        Self {
            added: CachePadded::new(AtomicU64::new(0)),
            done: AtomicU64::new(0),
            known_added: AtomicU64::new(0),
            joiners: WaitQueue::new(()),
        }
    }

    /// Counts an item that is put. Called under the mutex that it is put under.
    #[inline]
    pub(super) fn add(&self) {
        let count = self.added.load(Relaxed) + 1;
        // Release: pairs with the Acquire of `added`, for threads that do not lock the mutex.
        self.added.store(count, Release);
    }

    /// The number of items ever put: a version for getters.
    #[inline]
    pub(super) fn added(&self) -> u64 {
        self.added.load(Acquire)
    }

    pub(super) fn unfinished(&self) -> usize {
        // Loads `done` first: `added` may grow in between, but is never less than `done`.
        let done = self.done.load(Acquire) / ONE;
        usize::try_from(self.added() - done).unwrap_or(usize::MAX)
    }

    #[inline]
    pub(super) fn task_done(&self) -> Result<(), TaskDoneError> {
        let is_done = self.finish(1) == 1;
        is_done.then_some(()).ok_or(TaskDoneError)
    }

    /// Counts `most` tasks as done, or as many as are unfinished, and returns how many.
    #[inline]
    pub(super) fn finish(&self, most: usize) -> u64 {
        trace!(Count, self, "unfinished", "", usize::MAX);
        trace!(Signal, self, "done", "task_done", 1);
        let (most, mut count) = (most as u64, 0);
        let step = |word: u64| {
            count = most.min(self.left(word / ONE, most));
            (count > 0).then_some(word + count * ONE)
        };
        // AcqRel: the work on every task is seen by the thread that finishes the last one, and by joiners.
        let order = fault!(WeakTaskDone, Relaxed, else AcqRel);
        // Acquire: pairs with the Release of other threads that finish tasks: their items are seen in `added`.
        let seen = fault!(WeakTaskCount, Relaxed, else Acquire);
        let finished = self.done.fetch_update(order, seen, step);
        if finished.is_ok_and(|word| word & HAS_JOINER != 0) {
            self.notify_joiners();
        }
        count
    }

    /// A lower bound of the unfinished tasks when `done` are done; exact if it is less than `most`.
    #[inline]
    fn left(&self, done: u64, most: u64) -> u64 {
        // Acquire: pairs with the Release below: a thread that learns of an item here sees it in the count too.
        let known = self.known_added.load(Acquire);
        if known >= done + most {
            return known - done;
        }
        let added = self.added();
        self.known_added.store(added, Release);
        added.saturating_sub(done)
    }

    /// Notifies all joiners if no task is unfinished.
    #[cold]
    fn notify_joiners(&self) {
        if self.unfinished() > 0 {
            return;
        }
        let mut joiners = self.joiners.lock();
        // Checked again under the mutex: a joiner enqueued in between may wait for a new task.
        if self.unfinished() > 0 || fault!(LastTaskNotNotified) {
            return;
        }
        self.done.fetch_and(!HAS_JOINER, Relaxed);
        let wakeups = joiners.drain();
        joiners.unlock_and_wake(wakeups);
    }

    /// Blocks until no task is unfinished. False when the timeout expired first.
    pub(super) fn join(&self, timeout: Option<Duration>) -> bool {
        trace!(Call, self, "done", "join", 0);
        let is_finished = self.wait(timeout);
        trace!(ProceedAfterAll if is_finished, self, "done", "", 0);
        trace!(GiveUp if !is_finished, self, "", "false", crate::trace::millis(timeout));
        is_finished
    }

    fn wait(&self, timeout: Option<Duration>) -> bool {
        let deadline = Deadline::within(timeout);
        let is_done = || self.unfinished() == 0;
        if is_done() || timeout != Some(Duration::ZERO) && Backoff::Yield.until(is_done) {
            return true;
        }
        deferred::run_before_blocking();
        let joiners = self.joiners.lock();
        // In this order: a thread that finishes the last task after the bit was set finds it.
        self.done.fetch_or(HAS_JOINER, AcqRel);
        if is_done() {
            return true;
        }
        if deadline.has_passed() {
            return false;
        }
        matches!(joiners.wait(deadline, Backoff::None), Parked::Notified(_))
    }

    pub(super) fn joining(&self) -> usize {
        self.joiners.waiting()
    }
}

/// An item of a queue, which counts as done when the guard is dropped, by a panic too. Python's `task_done()`, which
/// cannot be forgotten here.
///
/// Contract: `docs/semantics.md`, line 45.
///
/// ```
/// use common::queue::{Queue, Task};
///
/// let queue = Queue::new();
/// queue.put("page").unwrap();
/// {
///     let task: Task<'_, &str> = queue.get_task().unwrap();
///     assert_eq!(task.len(), 4);
///     assert_eq!(queue.unfinished_tasks(), 1);
/// }
/// queue.join();
/// ```
#[must_use = "dropped at once, the task counts as done at once"]
pub struct Task<'a, T> {
    // Dropped in this order: the item is gone before the task counts as done.
    item: T,
    unfinished: Unfinished<'a>,
}

/// A [`Task`] without its item: the task counts as done when this is dropped.
#[derive(Debug)]
#[must_use = "dropped at once, the task counts as done at once"]
pub struct Unfinished<'a>(&'a TaskCounter);

impl<'a, T> Task<'a, T> {
    pub(super) fn new(item: T, tasks: &'a TaskCounter) -> Self {
        let unfinished = Unfinished(tasks);
        Self { item, unfinished }
    }

    /// Separates the item from what counts the task as done when it is dropped.
    ///
    /// ```
    /// use common::queue::{Queue, Unfinished};
    ///
    /// let queue = Queue::new();
    /// queue.put(String::from("page")).unwrap();
    /// let (page, unfinished): (String, Unfinished<'_>) = queue.get_task().unwrap().into_parts();
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
        // An error means that no task is unfinished, because `task_done` was called as well. While other tasks are
        // unfinished, this counts one of them as done.
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
