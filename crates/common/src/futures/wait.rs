//! Python's `concurrent.futures.wait`.

use super::as_completed::{AsCompleted, dedup};
use super::future::Future;
use crate::sync::Deadline;
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
    let futures = dedup(futures);
    let completed = || AsCompleted::new(futures.clone(), deadline).flatten();
    let failed = |done: Future<T>| matches!(done.exception(), Ok(Some(_)));
    let _is_met = match return_when {
        ReturnWhen::FirstCompleted => completed().next().is_some(),
        ReturnWhen::FirstException => completed().any(failed),
        // The last first: an executor completes it last, so that most of the others are done then, and the thread is
        // not woken for each.
        ReturnWhen::AllCompleted => {
            let mut last_first = futures.iter().rev();
            last_first.all(|future| future.core().wait(deadline))
        }
    };
    let (done, not_done) = futures.into_iter().partition(Future::done);
    Waited { done, not_done }
}
