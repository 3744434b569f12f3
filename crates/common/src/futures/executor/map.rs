//! The results of many calls, in the order of the items that they were made with.

use super::pool::Pool;
use super::task::submit;
use crate::futures::error::{FutureError, Rejected};
use crate::futures::future::{Future, Outcome};
use crate::sync::{Arc, Deadline, Instant};
use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::iter::FusedIterator;
use std::time::Duration;

/// The results of [`ThreadPoolExecutor::map`](super::ThreadPoolExecutor::map), in the order of the items.
///
/// A failed call yields its error instead of its result, and the iterator continues. All calls are made, also
/// when the iterator is dropped without being used; when it is dropped after its first `next`, or its timeout expires,
/// the calls that have not begun are cancelled.
///
/// Contract: `docs/semantics.md`, lines 64 to 66.
#[must_use = "the results are lost"]
pub struct Map<I: Iterator, T: 'static> {
    pool: Arc<Pool>,
    /// Makes the call for one item; the tasks share it.
    call: Arc<dyn Fn(I::Item) -> Outcome<T> + Send + Sync>,
    /// The items that were not submitted yet; `None` once there are no more, or one was rejected.
    items: Option<I>,
    /// The calls whose results were not returned yet, in order. The last may be an item that was rejected by `next`.
    calls: VecDeque<Result<Future<T>, FutureError>>,
    /// When the iterator was made: timeouts count from then.
    called: Instant,
    deadline: Deadline,
    /// Dropping the iterator cancels.
    is_started: bool,
}

impl<I: Iterator<Item: Send + 'static>, T: Send + Sync + 'static> Map<I, T> {
    /// Submits up to `ahead` calls before it returns.
    pub(super) fn new(
        pool: &Arc<Pool>,
        call: impl Fn(I::Item) -> Outcome<T> + Send + Sync + 'static,
        items: impl IntoIterator<IntoIter = I, Item = I::Item>,
        ahead: usize,
    ) -> Result<Self, Rejected> {
        let mut map = Self {
            called: Instant::now(),
            pool: Arc::clone(pool),
            call: Arc::new(call),
            items: Some(items.into_iter()),
            calls: VecDeque::new(),
            deadline: Deadline::NEVER,
            // Until all are submitted: an item that is rejected, or whose iterator panics, cancels the others.
            is_started: true,
        };
        while map.calls.len() < ahead && map.submit_next()? {}
        map.is_started = false;
        Ok(map)
    }

    /// Sets a timeout for all results, counted from the call of `map`, as
    /// [`map_timeout`](super::ThreadPoolExecutor::map_timeout) does.
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    /// use std::time::Duration;
    ///
    /// let executor = ThreadPoolExecutor::new(2);
    /// let numbers = executor.try_map(str::parse::<i32>, ["1", "2"])?.timeout(Duration::from_secs(60));
    /// assert_eq!(numbers.flatten().sum::<i32>(), 3);
    /// # Ok::<(), common::futures::Rejected>(())
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.deadline = Deadline::counted_from(self.called, timeout);
        self
    }

    /// Submits one more call: false when there is no item for it.
    fn submit_next(&mut self) -> Result<bool, Rejected> {
        let Some(item) = self.items.as_mut().and_then(Iterator::next) else {
            self.items = None;
            return Ok(false);
        };
        let call = Arc::clone(&self.call);
        let future = submit(&self.pool, item, move |item| call(item));
        let future = future.inspect_err(|_| self.items = None);
        let future = future.map_err(|error| error.reason)?;
        self.calls.push_back(Ok(future));
        Ok(true)
    }
}

impl<I: Iterator, T: 'static> Map<I, T> {
    /// Oldest first, as a worker would take them.
    fn cancel_rest(&mut self) {
        self.items = None;
        for future in self.calls.drain(..).flatten() {
            future.cancel();
        }
    }
}

impl<I: Iterator<Item: Send + 'static>, T: Send + Sync + 'static> Iterator for Map<I, T> {
    type Item = Result<T, FutureError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.is_started = true;
        if self.items.is_some() && !self.deadline.has_passed() {
            let rejected = self.submit_next().err();
            self.calls.extend(rejected.map(|reason| Err(reason.into())));
        }
        let is_in_time = match self.calls.front() {
            Some(Ok(next)) => next.core().wait(self.deadline),
            Some(Err(_)) => true,
            // Items are left only if the deadline has passed.
            None => self.size_hint().1 == Some(0),
        };
        if !is_in_time {
            self.cancel_rest();
            return Some(Err(FutureError::TimedOut));
        }
        match self.calls.pop_front()? {
            // The map is its only holder.
            Ok(next) => next.into_result().ok(),
            Err(rejected) => Some(Err(rejected)),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let submitted = self.calls.len();
        let (_, to_come) = self.items.as_ref().map_or((0, Some(0)), I::size_hint);
        let least = match self.deadline {
            Deadline::NEVER => submitted,
            _ => submitted.min(1),
        };
        let most = to_come.and_then(|count| count.checked_add(submitted));
        (least, most)
    }
}

impl<I: Iterator<Item: Send + 'static>, T: Send + Sync + 'static> FusedIterator for Map<I, T> {}

impl<I: Iterator, T: 'static> Drop for Map<I, T> {
    fn drop(&mut self) {
        if self.is_started {
            self.cancel_rest();
        }
    }
}

impl<I: Iterator, T: 'static> fmt::Debug for Map<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map")
            .field("submitted", &self.calls.len())
            .field("all_submitted", &self.items.is_none())
            .finish()
    }
}

/// Why [`map_buffered`](super::ThreadPoolExecutor::map_buffered) calls nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum MapError {
    /// `buffersize` is 0.
    NoBuffer,
    /// The executor does not accept the calls.
    Rejected(Rejected),
}

impl From<Rejected> for MapError {
    fn from(reason: Rejected) -> Self {
        Self::Rejected(reason)
    }
}

show! {
    Display for MapError {
        Self::NoBuffer => "buffersize must be None or > 0",
        Self::Rejected(reason) => reason,
    }
}

impl Error for MapError {}
