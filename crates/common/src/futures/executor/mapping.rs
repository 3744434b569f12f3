//! One function, called for many items.

use super::ThreadPoolExecutor;
use super::map::{Call, Map};
use crate::futures::error::{FutureError, Refusal};
use crate::sync::Arc;
use crate::threading::ValueError;
use std::error::Error;

impl ThreadPoolExecutor {
    /// Has `function` called with each of the items, and gives the results in their order. Python's `map`.
    ///
    /// All calls are submitted in here, whether or not the results are asked for. Where Python's takes
    /// several iterables, [`zip`](std::iter::zip) them.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit); calls that were submitted before that and have not begun are cancelled.
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    ///
    /// let executor = ThreadPoolExecutor::new(3);
    /// let mut lengths = Vec::new();
    /// for length in executor.map(str::len, ["threads", "locks", "pools"])? {
    ///     lengths.push(length?);
    /// }
    /// assert_eq!(lengths, [7, 5, 5]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map<I, T, F>(&self, function: F, items: I) -> Result<Map<I::IntoIter, T>, Refusal>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> T + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        self.map_ahead(Arc::new(move |item| Ok(function(item))), items, usize::MAX)
    }

    /// The same for a `function` that may fail: its `Err` becomes the error in the result's place.
    ///
    /// # Errors
    ///
    /// As [`map`](Self::map).
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    ///
    /// let executor = ThreadPoolExecutor::new(3);
    /// let numbers = executor.try_map(str::parse::<i32>, ["1", "two", "3"])?;
    /// assert_eq!(numbers.flatten().sum::<i32>(), 4);
    /// # Ok::<(), common::futures::Refusal>(())
    /// ```
    pub fn try_map<I, T, E, F>(&self, function: F, items: I) -> Result<Map<I::IntoIter, T>, Refusal>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> Result<T, E> + Send + Sync + 'static,
        T: Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let call = move |item| function(item).map_err(FutureError::failed);
        self.map_ahead(Arc::new(call), items, usize::MAX)
    }

    /// [`map`](Self::map) with at most `buffersize` calls ahead of the result that is waited for, so that
    /// the items may be many, or without end. Python's `map(…, buffersize=…)`.
    ///
    /// That many are submitted in here, and one more each time a result is asked for. An item that is
    /// refused by then is the last that is taken: it gives an error in its place, after a shutdown
    /// [`FutureError::Cancelled`].
    ///
    /// # Errors
    ///
    /// [`ValueError::NoBuffer`] when `buffersize` is 0, before anything is taken or submitted; otherwise as
    /// [`map`](Self::map).
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    ///
    /// let executor = ThreadPoolExecutor::new(2);
    /// let squares = executor.map_buffered(|n| n * n, 1.., 4)?;
    /// let first: Result<Vec<i32>, _> = squares.take(5).collect();
    /// assert_eq!(first?, [1, 4, 9, 16, 25]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map_buffered<I, T, F>(
        &self,
        function: F,
        items: I,
        buffersize: usize,
    ) -> Result<Map<I::IntoIter, T>, Refusal>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> T + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        let buffersize = at_least_one(buffersize)?;
        let call = Arc::new(move |item| Ok(function(item)));
        self.map_ahead(call, items, buffersize)
    }

    /// [`try_map`](Self::try_map) with at most `buffersize` calls ahead, as in
    /// [`map_buffered`](Self::map_buffered).
    ///
    /// # Errors
    ///
    /// As [`map_buffered`](Self::map_buffered).
    pub fn try_map_buffered<I, T, E, F>(
        &self,
        function: F,
        items: I,
        buffersize: usize,
    ) -> Result<Map<I::IntoIter, T>, Refusal>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> Result<T, E> + Send + Sync + 'static,
        T: Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let buffersize = at_least_one(buffersize)?;
        let call = move |item| function(item).map_err(FutureError::failed);
        self.map_ahead(Arc::new(call), items, buffersize)
    }

    fn map_ahead<I, T>(
        &self,
        call: Arc<Call<I::Item, T>>,
        items: I,
        ahead: usize,
    ) -> Result<Map<I::IntoIter, T>, Refusal>
    where
        I: IntoIterator<Item: Send + 'static>,
        T: Send + Sync + 'static,
    {
        Map::new(&self.pool, call, items.into_iter(), ahead)
    }
}

fn at_least_one(buffersize: usize) -> Result<usize, ValueError> {
    match buffersize {
        0 => Err(ValueError::NoBuffer),
        _ => Ok(buffersize),
    }
}
