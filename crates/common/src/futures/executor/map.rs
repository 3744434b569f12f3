//! The results of many calls, in the order of the items that they were made with.

use super::pool::Pool;
use super::task::submit;
use crate::futures::error::{FutureError, Rejected};
use crate::futures::future::{Future, Outcome};
use crate::sync::{Arc, Deadline};
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
    call: Arc<MapCall<I::Item, T>>,
    /// The items that were not submitted yet; `None` once there are no more, or one was rejected.
    items: Option<I>,
    /// The calls whose results were not returned yet, in order.
    futures: VecDeque<Future<T>>,
    /// Why an item was rejected by `next`: returned in its place, as the last.
    rejection: Option<FutureError>,
    deadline: Deadline,
    /// Dropping the iterator cancels.
    is_started: bool,
}

/// The call for one item, shared by the tasks of a map.
type MapCall<A, T> = dyn Fn(A) -> Outcome<T> + Send + Sync;

impl<I: Iterator<Item: Send + 'static>, T: Send + Sync + 'static> Map<I, T> {
    /// Submits up to `ahead` calls before it returns.
    pub(super) fn new(
        pool: &Arc<Pool>,
        call: impl Fn(I::Item) -> Outcome<T> + Send + Sync + 'static,
        items: impl IntoIterator<IntoIter = I, Item = I::Item>,
        ahead: usize,
        timeout: Option<Duration>,
    ) -> Result<Self, Rejected> {
        let mut map = Self {
            pool: Arc::clone(pool),
            call: Arc::new(call),
            items: Some(items.into_iter()),
            futures: VecDeque::new(),
            rejection: None,
            deadline: Deadline::within(timeout),
            // Until all are submitted: an item that is rejected, or whose iterator panics, cancels the others.
            is_started: true,
        };
        while map.futures.len() < ahead && map.submit_next()? {}
        map.is_started = false;
        Ok(map)
    }

    pub(super) fn buffered(
        pool: &Arc<Pool>,
        call: impl Fn(I::Item) -> Outcome<T> + Send + Sync + 'static,
        items: impl IntoIterator<IntoIter = I, Item = I::Item>,
        buffersize: usize,
        timeout: Option<Duration>,
    ) -> Result<Self, MapError> {
        if buffersize == 0 {
            return Err(MapError::NoBuffer);
        }
        Self::new(pool, call, items, buffersize, timeout).map_err(MapError::Rejected)
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
        self.futures
            .push_back(future.map_err(|error| error.reason)?);
        Ok(true)
    }
}

impl<I: Iterator, T: 'static> Map<I, T> {
    /// Oldest first, as a worker would take them.
    fn cancel_rest(&mut self) {
        self.items = None;
        self.rejection = None;
        for future in self.futures.drain(..) {
            future.cancel();
        }
    }
}

impl<I: Iterator<Item: Send + 'static>, T: Send + Sync + 'static> Iterator for Map<I, T> {
    type Item = Result<T, FutureError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.is_started = true;
        if self.items.is_some() && !self.deadline.has_passed() {
            self.rejection = self.submit_next().err().map(FutureError::from);
        }
        match self.futures.front() {
            // The map is its only holder.
            Some(next) if next.core().wait(self.deadline) => {
                self.futures.pop_front()?.into_result().ok()
            }
            None if self.items.is_none() => self.rejection.take().map(Err),
            _ => {
                self.cancel_rest();
                Some(Err(FutureError::TimedOut))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let submitted = self.futures.len() + usize::from(self.rejection.is_some());
        let (_, to_come) = self.items.as_ref().map_or((0, Some(0)), I::size_hint);
        let most = to_come.and_then(|count| count.checked_add(submitted));
        if self.deadline == Deadline::NEVER {
            (submitted, most)
        } else {
            (submitted.min(1), most)
        }
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
            .field("submitted", &self.futures.len())
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

show! {
    Display for MapError {
        Self::NoBuffer => "buffersize must be None or > 0",
        Self::Rejected(reason) => reason,
    }
}

impl Error for MapError {}
