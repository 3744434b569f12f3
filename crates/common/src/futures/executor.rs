//! Python's `concurrent.futures.ThreadPoolExecutor`.

mod builder;
mod map;
mod pool;
mod task;
mod work_queue;

pub use builder::{NoWorkersError, ThreadPoolExecutorBuilder};
pub use map::{Map, MapError};

use super::error::{FutureError, Rejected, ShutdownError, SubmitError};
use super::future::Future;
use crate::sync::Arc;
use pool::Pool;
use std::error::Error;
use std::fmt;
use std::num::NonZero;
use std::time::Duration;
use task::submit;
use work_queue::CloseReason;

/// A pool of threads that call functions for others. Python's `ThreadPoolExecutor`.
///
/// A worker is spawned when a task is submitted and none is idle, up to a given number, and named `PREFIX_0`,
/// `PREFIX_1`, …. A call's panic becomes its future's error, and its worker continues. Dropping the executor is the
/// `with` form: it accepts no more tasks, and blocks until all tasks are done and the workers have ended.
///
/// Contract: `docs/semantics.md`, lines 58 to 68.
///
/// ```
/// use common::futures::ThreadPoolExecutor;
///
/// let executor = ThreadPoolExecutor::new(4);
/// let squares: Vec<_> = (0..10).map(|n| executor.submit(move || n * n).unwrap()).collect();
/// let sum: i32 = squares.iter().map(|square| square.result().unwrap()).sum();
/// assert_eq!(sum, 285);
/// ```
///
/// Tasks own what they use. For tasks that borrow from their caller, use `std::thread::scope`.
///
/// # Results are `Send + Sync`
///
/// [`Future::result`] lends the result to every holder of the future, on any thread, so a result must be `Sync`. A
/// value that is not, such as a `Cell`, an `mpsc::Receiver` or a `Box<dyn Error + Send>`, is returned in a `Mutex`:
///
/// ```
/// use common::futures::ThreadPoolExecutor;
/// use std::cell::Cell;
/// use std::sync::Mutex;
///
/// let executor = ThreadPoolExecutor::new(1);
/// let cell = executor.submit(|| Mutex::new(Cell::new(7))).unwrap();
/// let cell: Cell<i32> = cell.into_result().unwrap().unwrap().into_inner().unwrap();
/// assert_eq!(cell.get(), 7);
/// ```
#[doc(alias = "ThreadPool")]
pub struct ThreadPoolExecutor {
    pool: Arc<Pool>,
}

/// What [`ThreadPoolExecutor::shutdown_with`] does besides accepting no more tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shutdown {
    /// Block until all tasks are done and the workers have ended. With `false` the shutdown returns at once, but
    /// dropping the executor still blocks.
    pub wait: bool,
    /// Cancel the tasks that have not begun.
    pub cancel_futures: bool,
}

impl ThreadPoolExecutor {
    /// Creates an executor with up to `max_workers` threads.
    ///
    /// # Panics
    ///
    /// When `max_workers` is 0; [`builder`](Self::builder) returns that as an error.
    pub fn new(max_workers: usize) -> Self {
        let executor = Self::builder().max_workers(max_workers).build();
        executor.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Starts with the default settings of an executor.
    pub fn builder() -> ThreadPoolExecutorBuilder {
        ThreadPoolExecutorBuilder::default()
    }

    /// The greatest number of workers.
    #[doc(alias = "num_threads")]
    #[doc(alias = "_max_workers")]
    pub fn max_workers(&self) -> usize {
        self.pool.max_workers
    }

    /// Has `task` called by a worker, and returns its future. Python's `submit`.
    ///
    /// [`Future::result`] lends the result to every holder of the future, so it must be `Sync`: a result that is not is
    /// returned in a [`Mutex`](std::sync::Mutex), as [above](Self#results-are-send--sync).
    ///
    /// # Errors
    ///
    /// After the shutdown, or when the system refuses the first thread: the task is handed back.
    #[doc(alias = "spawn")]
    #[doc(alias = "execute")]
    pub fn submit<T, F>(&self, task: F) -> Result<Future<T>, SubmitError<F>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + Sync + 'static,
    {
        submit(&self.pool, task, |task: F| Ok(task()))
    }

    /// Has `task` called by a worker; its `Err` becomes the future's error.
    ///
    /// # Errors
    ///
    /// The errors of [`submit`](Self::submit).
    ///
    /// ```
    /// use common::futures::{FutureError, ThreadPoolExecutor};
    ///
    /// let executor = ThreadPoolExecutor::new(1);
    /// let future = executor.try_submit(|| "forty-two".parse::<i32>()).unwrap();
    /// assert!(matches!(future.result(), Err(FutureError::Failed(_))));
    /// ```
    #[doc(alias = "try_spawn")]
    pub fn try_submit<T, E, F>(&self, task: F) -> Result<Future<T>, SubmitError<F>>
    where
        F: FnOnce() -> Result<T, E> + Send + 'static,
        T: Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        submit(&self.pool, task, |task: F| {
            task().map_err(FutureError::failed)
        })
    }

    /// Submits a call of `function` for each item, and returns the results in the order of the items. Python's `map`.
    ///
    /// All calls are submitted at once, and made even if no result is asked for. Python's `map` takes several
    /// iterables: [`zip`](std::iter::zip) them. A result must be `Sync`, as in [`submit`](Self::submit): one that is
    /// not is returned in a [`Mutex`](std::sync::Mutex).
    ///
    /// # Errors
    ///
    /// After the shutdown, or when the system refuses the first thread. The calls that were submitted before that and
    /// have not begun are cancelled.
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
    #[doc(alias = "par_iter")]
    pub fn map<I, T, F>(&self, function: F, items: I) -> Result<Map<I::IntoIter, T>, Rejected>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> T + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        let call = move |item| Ok(function(item));
        Map::new(&self.pool, call, items, usize::MAX)
    }

    /// [`map`](Self::map) with a timeout for all results, counted from this call. Python's `map(…, timeout=…)`.
    ///
    /// When a result is not there in time, the iterator returns [`FutureError::TimedOut`] and ends, and the calls that
    /// have not begun are cancelled. A result that was there in time is returned however late it is asked for. The other
    /// forms of `map` have [`Map::timeout`].
    ///
    /// # Errors
    ///
    /// The errors of [`map`](Self::map).
    ///
    /// ```
    /// use common::futures::{FutureError, ThreadPoolExecutor};
    /// use std::time::Duration;
    ///
    /// let executor = ThreadPoolExecutor::new(1);
    /// let (hold, held) = std::sync::mpsc::channel::<()>();
    /// executor.submit(move || held.recv()).unwrap();
    /// let mut squares = executor.map_timeout(|n| n * n, 1..=3, Duration::from_millis(1))?;
    /// assert!(matches!(squares.next(), Some(Err(FutureError::TimedOut))));
    /// assert!(squares.next().is_none());
    /// # drop(hold);
    /// # Ok::<(), common::futures::Rejected>(())
    /// ```
    pub fn map_timeout<I, T, F>(
        &self,
        function: F,
        items: I,
        timeout: Duration,
    ) -> Result<Map<I::IntoIter, T>, Rejected>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> T + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        Ok(self.map(function, items)?.timeout(timeout))
    }

    /// [`map`](Self::map) for a `function` that may fail: its `Err` becomes the error in the result's place.
    ///
    /// # Errors
    ///
    /// The errors of [`map`](Self::map).
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    ///
    /// let executor = ThreadPoolExecutor::new(3);
    /// let numbers = executor.try_map(str::parse::<i32>, ["1", "two", "3"])?;
    /// assert_eq!(numbers.flatten().sum::<i32>(), 4);
    /// # Ok::<(), common::futures::Rejected>(())
    /// ```
    pub fn try_map<I, T, E, F>(
        &self,
        function: F,
        items: I,
    ) -> Result<Map<I::IntoIter, T>, Rejected>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> Result<T, E> + Send + Sync + 'static,
        T: Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let call = move |item| function(item).map_err(FutureError::failed);
        Map::new(&self.pool, call, items, usize::MAX)
    }

    /// [`map`](Self::map) with at most `buffersize` calls ahead of the next result, so that the iterator may be long or
    /// endless. Python's `map(…, buffersize=…)`.
    ///
    /// This call submits `buffersize` calls, and each `next` one more. An item that is rejected by `next` is the last
    /// one: it gives an error in its place, after a shutdown [`FutureError::Cancelled`].
    ///
    /// # Errors
    ///
    /// When `buffersize` is 0, before any item is taken; otherwise the errors of [`map`](Self::map).
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
    ) -> Result<Map<I::IntoIter, T>, MapError>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> T + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        let call = move |item| Ok(function(item));
        let ahead = NonZero::new(buffersize).ok_or(MapError::NoBuffer)?.get();
        Ok(Map::new(&self.pool, call, items, ahead)?)
    }

    /// [`map_buffered`](Self::map_buffered) for a `function` that may fail, as in [`try_map`](Self::try_map).
    ///
    /// # Errors
    ///
    /// The errors of [`map_buffered`](Self::map_buffered).
    ///
    /// ```
    /// use common::futures::{Map, MapError, ThreadPoolExecutor};
    ///
    /// let executor = ThreadPoolExecutor::new(2);
    /// let mut numbers: Map<_, i32> = executor.try_map_buffered(str::parse::<i32>, ["1", "x"], 4)?;
    /// assert_eq!(numbers.next().unwrap().unwrap(), 1);
    /// assert!(numbers.next().unwrap().is_err());
    /// # Ok::<(), MapError>(())
    /// ```
    pub fn try_map_buffered<I, T, E, F>(
        &self,
        function: F,
        items: I,
        buffersize: usize,
    ) -> Result<Map<I::IntoIter, T>, MapError>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> Result<T, E> + Send + Sync + 'static,
        T: Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let call = move |item| function(item).map_err(FutureError::failed);
        let ahead = NonZero::new(buffersize).ok_or(MapError::NoBuffer)?.get();
        Ok(Map::new(&self.pool, call, items, ahead)?)
    }

    /// Accepts no more tasks, and blocks until those submitted before are done and the workers have ended. Python's
    /// `shutdown()`.
    ///
    /// # Errors
    ///
    /// [`ShutdownError`] on one of the executor's own workers: the executor is shut down then, but the call
    /// cannot wait for itself.
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    ///
    /// let executor = ThreadPoolExecutor::new(1);
    /// let future = executor.submit(|| 6 * 7).unwrap();
    /// executor.shutdown().unwrap();
    /// assert!(future.done());
    /// let late = executor.submit(|| 0).unwrap_err();
    /// assert_eq!(late.to_string(), "cannot schedule new futures after shutdown");
    /// ```
    #[doc(alias = "join")]
    pub fn shutdown(&self) -> Result<(), ShutdownError> {
        self.shutdown_with(Shutdown {
            wait: true,
            cancel_futures: false,
        })
    }

    /// Accepts no more tasks. Python's `shutdown(wait, cancel_futures=…)`. It may be called again.
    ///
    /// # Errors
    ///
    /// The error of [`shutdown`](Self::shutdown), if it is to wait.
    ///
    /// ```
    /// use common::futures::{Shutdown, ThreadPoolExecutor};
    /// use std::sync::mpsc;
    ///
    /// let executor = ThreadPoolExecutor::new(1);
    /// let ((started, has_started), (finish, may_finish)) = (mpsc::channel(), mpsc::channel());
    /// let running = executor.submit(move || (started.send(()), may_finish.recv())).unwrap();
    /// let waiting = executor.submit(|| ()).unwrap();
    /// has_started.recv().unwrap();
    /// executor.shutdown_with(Shutdown { wait: false, cancel_futures: true }).unwrap();
    /// assert!(running.running() && waiting.cancelled());
    /// finish.send(()).unwrap();
    /// ```
    pub fn shutdown_with(&self, how: Shutdown) -> Result<(), ShutdownError> {
        self.pool.close(CloseReason::Shutdown, how.cancel_futures);
        if how.wait { self.pool.join() } else { Ok(()) }
    }
}

impl Drop for ThreadPoolExecutor {
    fn drop(&mut self) {
        // On one of its own workers it does not wait.
        let _ = self.shutdown();
    }
}

impl fmt::Debug for ThreadPoolExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pool, queue) = (&self.pool, &self.pool.queue);
        f.debug_struct("ThreadPoolExecutor")
            .field("max_workers", &pool.max_workers)
            .field("workers", &pool.live())
            .field("idle", &queue.idle())
            .field("waiting_tasks", &queue.waiting())
            .field("closed", &queue.closed().is_some())
            .finish()
    }
}
