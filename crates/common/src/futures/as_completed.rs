//! Python's `concurrent.futures.as_completed`.

use super::error::TimedOut;
use super::future::Future;
use super::gathering::Gathering;
use crate::sync::Deadline;
use std::fmt;
use std::iter::FusedIterator;
use std::time::Duration;

/// The futures, each once, in the order in which they are done; those that are done already first.
/// Python's `as_completed`.
///
/// They may come from different executors. With a timeout, counted from this call, the iterator ends
/// with a [`TimedOut`] when some are not done by then; one that was done in time is always yielded
/// before that, however late it is asked for.
///
/// ```
/// use common::futures::{as_completed, ThreadPoolExecutor};
///
/// let executor = ThreadPoolExecutor::new(2);
/// let squares = [1, 2, 3].map(|n| executor.submit(move || n * n).unwrap());
/// let mut results: Vec<i32> = Vec::new();
/// for future in as_completed(squares, None) {
///     results.push(*future?.result().unwrap());
/// }
/// results.sort();
/// assert_eq!(results, [1, 4, 9]);
/// # Ok::<(), common::futures::TimedOut>(())
/// ```
pub fn as_completed<T>(
    futures: impl IntoIterator<Item = Future<T>>,
    timeout: Option<Duration>,
) -> AsCompleted<T> {
    let deadline = Deadline::within(timeout);
    let gathering = Gathering::of(futures);
    let unfinished = gathering.futures.len();
    AsCompleted {
        gathering,
        deadline,
        unfinished,
        is_over: false,
    }
}

/// What [`as_completed`] returns.
#[must_use = "an iterator does nothing until it is asked"]
pub struct AsCompleted<T> {
    gathering: Gathering<T>,
    deadline: Deadline,
    unfinished: usize,
    is_over: bool,
}

impl<T> Iterator for AsCompleted<T> {
    type Item = Result<Future<T>, TimedOut>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.unfinished == 0 || self.is_over {
            return None;
        }
        loop {
            let told = self.gathering.next(1, self.deadline);
            let Some(number) = told.or_else(|| self.gathering.done_but_untold()) else {
                self.is_over = true;
                let of = self.gathering.futures.len();
                let unfinished = self.unfinished;
                return Some(Err(TimedOut { unfinished, of }));
            };
            // Handed on, not kept: who is given the last handle may take the result out. One that is
            // told of after it was handed on is passed over.
            if let Some(future) = self.gathering.futures[number].take() {
                self.unfinished -= 1;
                return Some(Ok(future));
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.is_over {
            (0, Some(0))
        } else {
            (self.unfinished.min(1), Some(self.unfinished))
        }
    }
}

impl<T> fmt::Debug for AsCompleted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsCompleted")
            .field("unfinished", &self.unfinished)
            .field("of", &self.gathering.futures.len())
            .finish()
    }
}

impl<T> FusedIterator for AsCompleted<T> {}
