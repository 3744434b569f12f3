//! Python's `concurrent.futures.wait`.

use super::future::Future;
use super::gathering::Gathering;
use crate::sync::Deadline;
use std::time::Duration;

/// What [`wait`] waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReturnWhen {
    /// Any of them is finished or cancelled. Python's `FIRST_COMPLETED`.
    FirstCompleted,
    /// Any of them has failed, being cancelled aside; if none does, all are done. Python's
    /// `FIRST_EXCEPTION`.
    FirstException,
    /// All of them are finished or cancelled. Python's `ALL_COMPLETED`.
    #[default]
    AllCompleted,
}

/// What [`wait`] returns: each future once, in the order given.
#[derive(Debug)]
pub struct Waited<T> {
    /// Those that are finished or cancelled.
    pub done: Vec<Future<T>>,
    /// Those that are pending or running.
    pub not_done: Vec<Future<T>>,
}

/// Waits until the futures are done, as far as `return_when` says, or the timeout is over. Python's
/// `wait`.
///
/// They may come from different executors. A timeout is no error: it shows in `not_done`.
///
/// ```
/// use common::futures::{wait, ReturnWhen, ThreadPoolExecutor};
///
/// let executor = ThreadPoolExecutor::new(2);
/// let futures = [1, 2, 3].map(|n| executor.submit(move || n * n).unwrap());
/// let waited = wait(futures, None, ReturnWhen::AllCompleted);
/// assert_eq!((waited.done.len(), waited.not_done.len()), (3, 0));
/// ```
pub fn wait<T>(
    futures: impl IntoIterator<Item = Future<T>>,
    timeout: Option<Duration>,
    return_when: ReturnWhen,
) -> Waited<T> {
    let deadline = Deadline::within(timeout);
    let mut gathering = Gathering::of(futures);
    while gathering.untold > 0 {
        let wanted = return_when.wanted_of(gathering.untold);
        let Some(number) = gathering.next(wanted, deadline) else {
            break;
        };
        if gathering.futures[number]
            .as_ref()
            .is_some_and(|future| return_when.is_met_by(future))
        {
            break;
        }
    }
    let (done, not_done) = gathering.part();
    Waited { done, not_done }
}

impl ReturnWhen {
    /// How many more must be done, of so many, before there is anything to decide.
    fn wanted_of(self, unfinished: usize) -> usize {
        match self {
            Self::FirstCompleted | Self::FirstException => 1,
            Self::AllCompleted => unfinished,
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
