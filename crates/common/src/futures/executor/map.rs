//! The results of many calls, in the order of what they were made with.

use super::pool::Pool;
use super::task::Task;
use crate::futures::error::{FutureError, Refusal};
use crate::futures::future::{Future, Outcome};
use crate::sync::{Arc, Deadline, Instant};
use std::collections::VecDeque;
use std::fmt;
use std::iter::FusedIterator;
use std::time::Duration;

/// The results of [`ThreadPoolExecutor::map`](super::ThreadPoolExecutor::map), in the order of the items.
///
/// A call that failed gives its error, and the next call's result comes after it. When the
/// [timeout](Self::timeout) is over before the next result is there, the iterator gives
/// [`FutureError::TimedOut`] and ends. With that, and when it is dropped, the calls that have not begun
/// are cancelled; those that run go on.
#[must_use = "dropping it cancels the calls that have not begun"]
pub struct Map<I: Iterator, T> {
    pool: Arc<Pool>,
    call: Arc<Call<I::Item, T>>,
    /// Where further items come from; `None` once there are none, or there is nobody to call with them.
    items: Option<I>,
    /// The calls that were submitted and whose results are still to be given, in order.
    futures: VecDeque<Future<T>>,
    /// Why an item was refused, after which no more were taken: given in its place, as the last.
    refusal: Option<FutureError>,
    start: Instant,
    deadline: Deadline,
}

pub(super) type Call<A, T> = dyn Fn(A) -> Outcome<T> + Send + Sync;

impl<I, T> Map<I, T>
where
    I: Iterator<Item: Send + 'static>,
    T: Send + Sync + 'static,
{
    /// Submits up to `ahead` calls before it returns.
    pub(super) fn new(
        pool: &Arc<Pool>,
        call: Arc<Call<I::Item, T>>,
        items: I,
        ahead: usize,
    ) -> Result<Self, Refusal> {
        let mut map = Self {
            pool: Arc::clone(pool),
            call,
            items: Some(items),
            futures: VecDeque::new(),
            refusal: None,
            start: Instant::now(),
            deadline: Deadline::NEVER,
        };
        while map.futures.len() < ahead && map.submit_next()? {}
        Ok(map)
    }

    /// Ends `timeout` after the call of [`map`](super::ThreadPoolExecutor::map), wherever it is then.
    /// What is done by that time is given, however late it is asked for.
    ///
    /// ```
    /// use common::futures::{FutureError, ThreadPoolExecutor};
    /// use std::time::Duration;
    ///
    /// let executor = ThreadPoolExecutor::new(1);
    /// let (hold, held) = std::sync::mpsc::channel::<()>();
    /// executor.submit(move || held.recv()).unwrap();
    /// let mut squares = executor.map(|n| n * n, 1..=3)?.timeout(Duration::from_millis(1));
    /// assert!(matches!(squares.next(), Some(Err(FutureError::TimedOut))));
    /// assert!(squares.next().is_none());
    /// # drop(hold);
    /// # Ok::<(), common::futures::Refusal>(())
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.deadline = Deadline::counted_from(self.start, timeout);
        self
    }

    /// One more call, if there is an item for it.
    fn submit_next(&mut self) -> Result<bool, Refusal> {
        let Some(item) = self.items.as_mut().and_then(Iterator::next) else {
            self.items = None;
            return Ok(false);
        };
        let call = Arc::clone(&self.call);
        match self.pool.submit(Task::new(item, move |item| call(item))) {
            Ok(future) => {
                self.futures.push_back(future);
                Ok(true)
            }
            Err(error) => {
                self.items = None;
                Err(error.reason)
            }
        }
    }
}

impl<I: Iterator, T> Map<I, T> {
    /// From the oldest on, which a worker would take next.
    fn cancel_rest(&mut self) {
        self.items = None;
        self.refusal = None;
        for future in self.futures.drain(..) {
            future.cancel();
        }
    }
}

impl<I, T> Iterator for Map<I, T>
where
    I: Iterator<Item: Send + 'static>,
    T: Send + Sync + 'static,
{
    type Item = Result<T, FutureError>;

    fn next(&mut self) -> Option<Self::Item> {
        let may_submit = self.items.is_some() && !self.deadline.has_passed();
        if may_submit {
            if let Err(refusal) = self.submit_next() {
                self.refusal = Some(refusal.into());
            }
        }
        match self.futures.front() {
            // No other handle was ever made: it comes apart.
            Some(next) if next.done_by(self.deadline) => {
                self.futures.pop_front()?.into_result().ok()
            }
            None if self.items.is_none() => self.refusal.take().map(Err),
            _ => {
                self.cancel_rest();
                Some(Err(FutureError::TimedOut))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let submitted = self.futures.len() + usize::from(self.refusal.is_some());
        let to_come = self.items.as_ref().map_or((0, Some(0)), I::size_hint);
        let most = to_come.1.and_then(|count| count.checked_add(submitted));
        if self.deadline == Deadline::NEVER {
            (submitted, most)
        } else {
            (submitted.min(1), most)
        }
    }
}

impl<I, T> FusedIterator for Map<I, T>
where
    I: Iterator<Item: Send + 'static>,
    T: Send + Sync + 'static,
{
}

impl<I: Iterator, T> Drop for Map<I, T> {
    fn drop(&mut self) {
        self.cancel_rest();
    }
}

impl<I: Iterator, T> fmt::Debug for Map<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map")
            .field("submitted", &self.futures.len())
            .field("all_submitted", &self.items.is_none())
            .finish()
    }
}
