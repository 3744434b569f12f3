//! Python's `concurrent.futures.wait` and `as_completed`: waiting for several futures.

use super::completion_set::CompletionSet;
use super::future::Future;
use crate::sync::Deadline;
use std::error::Error;
use std::fmt;
use std::iter::FusedIterator;
use std::time::Duration;

/// What [`wait`] waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReturnWhen {
    /// Any of the futures is finished or cancelled. Python's `FIRST_COMPLETED`.
    FirstCompleted,
    /// Any of the futures has failed, other than by being cancelled; if none fails, all are done. Python's
    /// `FIRST_EXCEPTION`.
    FirstException,
    /// All of the futures are finished or cancelled. Python's `ALL_COMPLETED`.
    #[default]
    AllCompleted,
}

impl ReturnWhen {
    /// The number of completions, of `remaining` ones, before which there is nothing to decide.
    fn wanted_of(self, remaining: usize) -> usize {
        match self {
            Self::FirstCompleted | Self::FirstException => 1,
            Self::AllCompleted => remaining,
        }
    }

    /// Whether a future that is done ends the wait for all.
    fn is_met_by<T>(self, done: &Future<T>) -> bool {
        match self {
            Self::FirstCompleted => true,
            Self::FirstException => matches!(done.exception(), Ok(Some(_))),
            Self::AllCompleted => false,
        }
    }
}

/// What [`wait`] returns: each future once, in the order given.
#[derive(Debug)]
pub struct Waited<T> {
    /// The futures that are finished or cancelled.
    pub done: Vec<Future<T>>,
    /// The futures that are pending or running.
    pub not_done: Vec<Future<T>>,
}

/// Blocks until the futures are done, as far as `return_when` says. Python's `wait`.
///
/// The futures may come from different executors.
///
/// Contract: `docs/semantics.md`, lines 52 and 56.
///
/// ```
/// use common::futures::{wait, ReturnWhen, ThreadPoolExecutor};
///
/// let executor = ThreadPoolExecutor::new(2);
/// let futures = [1, 2, 3].map(|n| executor.submit(move || n * n).unwrap());
/// let waited = wait(futures, ReturnWhen::AllCompleted);
/// assert_eq!((waited.done.len(), waited.not_done.len()), (3, 0));
/// ```
#[doc(alias = "join_all")]
pub fn wait<T>(futures: impl IntoIterator<Item = Future<T>>, return_when: ReturnWhen) -> Waited<T> {
    wait_until(futures, Deadline::NEVER, return_when)
}

/// Blocks as [`wait`] does, no longer than `timeout`. That it expired is no error: it shows in `not_done`. Python's
/// `wait(…, timeout)`.
///
/// ```
/// use common::futures::{wait_timeout, Promise, ReturnWhen};
/// use std::time::Duration;
///
/// let (_slow, slow_page) = Promise::<&str>::new();
/// let (fast, fast_page) = Promise::new();
/// fast.set_result("page").unwrap();
/// let timeout = Duration::from_secs(60);
/// let waited = wait_timeout([slow_page.clone(), fast_page.clone()], timeout, ReturnWhen::FirstCompleted);
/// assert_eq!((waited.done, waited.not_done), (vec![fast_page], vec![slow_page]));
/// ```
pub fn wait_timeout<T>(
    futures: impl IntoIterator<Item = Future<T>>,
    timeout: Duration,
    return_when: ReturnWhen,
) -> Waited<T> {
    wait_until(futures, Deadline::after(timeout), return_when)
}

fn wait_until<T>(
    futures: impl IntoIterator<Item = Future<T>>,
    deadline: Deadline,
    return_when: ReturnWhen,
) -> Waited<T> {
    let mut set = CompletionSet::new(futures);
    loop {
        let wanted = return_when.wanted_of(set.remaining());
        match set.next(wanted, deadline) {
            Some(done) if !return_when.is_met_by(done) => {}
            _ => break,
        }
    }
    let (done, not_done) = set.partition();
    Waited { done, not_done }
}

/// The futures, each once, in the order in which they complete; those that are done already come first.
/// Python's `as_completed`.
///
/// The futures may come from different executors. Without a timeout no item is an `Err`.
///
/// Contract: `docs/semantics.md`, lines 52 and 57.
///
/// ```
/// use common::futures::{as_completed, ThreadPoolExecutor};
///
/// let executor = ThreadPoolExecutor::new(2);
/// let squares = [1, 2, 3].map(|n| executor.submit(move || n * n).unwrap());
/// let mut results: Vec<i32> = Vec::new();
/// for future in as_completed(squares) {
///     results.push(*future?.result().unwrap());
/// }
/// results.sort();
/// assert_eq!(results, [1, 4, 9]);
/// # Ok::<(), common::futures::AsCompletedTimeout>(())
/// ```
pub fn as_completed<T>(futures: impl IntoIterator<Item = Future<T>>) -> AsCompleted<T> {
    AsCompleted::new(futures, Deadline::NEVER)
}

/// [`as_completed`] with a timeout, counted from this call: the iterator ends with an [`AsCompletedTimeout`] when some
/// futures are not done by then. A future that was done in time is always yielded before that, however late it is asked
/// for. Python's `as_completed(…, timeout)`.
///
/// ```
/// use common::futures::{as_completed_timeout, Promise};
/// use std::time::Duration;
///
/// let (_slow, slow_page) = Promise::<&str>::new();
/// let (fast, fast_page) = Promise::new();
/// fast.set_result("page").unwrap();
/// let mut pages = as_completed_timeout([slow_page, fast_page.clone()], Duration::from_millis(1));
/// assert_eq!(pages.next(), Some(Ok(fast_page)));
/// let error = pages.next().unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "1 (of 2) futures unfinished");
/// assert_eq!(pages.next(), None);
/// ```
pub fn as_completed_timeout<T>(
    futures: impl IntoIterator<Item = Future<T>>,
    timeout: Duration,
) -> AsCompleted<T> {
    AsCompleted::new(futures, Deadline::after(timeout))
}

/// What [`as_completed`] returns.
#[must_use = "an iterator does nothing until it is asked"]
pub struct AsCompleted<T> {
    set: CompletionSet<T>,
    deadline: Deadline,
    unfinished: usize,
    timed_out: bool,
}

impl<T> AsCompleted<T> {
    fn new(futures: impl IntoIterator<Item = Future<T>>, deadline: Deadline) -> Self {
        let set = CompletionSet::new(futures);
        let unfinished = set.len();
        Self {
            set,
            deadline,
            unfinished,
            timed_out: false,
        }
    }
}

impl<T> Iterator for AsCompleted<T> {
    type Item = Result<Future<T>, AsCompletedTimeout>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.unfinished == 0 || self.timed_out {
            return None;
        }
        // Taken out: the caller may be its last holder.
        let Some(future) = self.set.take_next(self.deadline) else {
            self.timed_out = true;
            let (unfinished, total) = (self.unfinished, self.set.len());
            return Some(Err(AsCompletedTimeout { unfinished, total }));
        };
        self.unfinished -= 1;
        Some(Ok(future))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = if self.timed_out { 0 } else { self.unfinished };
        (left.min(1), Some(left))
    }
}

impl<T> FusedIterator for AsCompleted<T> {}

impl<T> fmt::Debug for AsCompleted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsCompleted")
            .field("unfinished", &self.unfinished)
            .field("of", &self.set.len())
            .finish()
    }
}

/// Some futures were not done in time. Python's `TimeoutError("2 (of 3) futures unfinished")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsCompletedTimeout {
    unfinished: usize,
    total: usize,
}

impl AsCompletedTimeout {
    /// The number of futures that had not been yielded when the timeout expired.
    pub fn unfinished(self) -> usize {
        self.unfinished
    }

    /// The number of futures in all.
    pub fn total(self) -> usize {
        self.total
    }
}

show! {
    Display for AsCompletedTimeout {
        Self { unfinished, total } => format_args!("{unfinished} (of {total}) futures unfinished"),
    }
}

impl Error for AsCompletedTimeout {}
