//! Python's `concurrent.futures.ThreadPoolExecutor`.

mod builder;
mod desk;
mod exit;
mod initializer;
mod map;
mod mapping;
mod pool;
mod task;
mod word;
mod worker;

pub use builder::Builder;
pub use map::Map;

use super::error::{Refusal, SubmitError};
use super::future::Future;
use crate::sync::Arc;
use crate::threading::{RuntimeError, StartError, ValueError, get_ident};
use desk::Closed;
use pool::Pool;
use std::error::Error;
use std::fmt;
use task::Task;

/// Threads that make calls for others, reused from call to call. Python's `ThreadPoolExecutor`.
///
/// Workers are started when there is work and none of them is free, up to the number given, and named
/// `PREFIX_0`, `PREFIX_1`, …. A call's panic becomes its future's error, and its worker goes on.
/// Dropping the executor is the `with` form: it takes no more tasks, and waits until all it has are done.
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
/// Tasks own what they use. Where they are to borrow from their caller, `std::thread::scope` is the way.
pub struct ThreadPoolExecutor {
    pool: Arc<Pool>,
}

/// What [`ThreadPoolExecutor::shutdown_with`] does besides taking no more tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shutdown {
    /// Return only when all tasks are done and the workers have ended.
    pub wait: bool,
    /// Cancel what has not begun.
    pub cancel_futures: bool,
}

impl ThreadPoolExecutor {
    /// An executor with up to `max_workers` threads.
    ///
    /// # Panics
    ///
    /// When that is 0; [`builder`](Self::builder) returns that as an error.
    pub fn new(max_workers: usize) -> Self {
        let executor = Self::builder().max_workers(max_workers).build();
        executor.unwrap_or_else(|error| panic!("{error}"))
    }

    /// An executor with settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Has `task` called by a worker.
    ///
    /// # Errors
    ///
    /// After the shutdown, or when the system has no thread to give: with the task, handed back.
    pub fn submit<T, F>(&self, task: F) -> Result<Future<T>, SubmitError<F>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + Sync + 'static,
    {
        self.pool.submit(Task::new(task, |task: F| Ok(task())))
    }

    /// Has `task` called by a worker; its `Err` becomes the future's error.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    ///
    /// ```
    /// use common::futures::{FutureError, ThreadPoolExecutor};
    ///
    /// let executor = ThreadPoolExecutor::new(1);
    /// let future = executor.try_submit(|| "forty-two".parse::<i32>()).unwrap();
    /// assert!(matches!(future.result(), Err(FutureError::Failed(_))));
    /// ```
    pub fn try_submit<T, E, F>(&self, task: F) -> Result<Future<T>, SubmitError<F>>
    where
        F: FnOnce() -> Result<T, E> + Send + 'static,
        T: Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        self.pool.submit(Task::new(task, |task: F| {
            task().map_err(super::FutureError::failed)
        }))
    }

    /// Takes no more tasks, and waits until those it has are done. Python's `shutdown()`.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::JoinCurrent`] on one of its own workers: it is shut down then, but cannot be
    /// waited for.
    pub fn shutdown(&self) -> Result<(), RuntimeError> {
        self.shutdown_with(Shutdown {
            wait: true,
            cancel_futures: false,
        })
    }

    /// Takes no more tasks. Python's `shutdown(wait, cancel_futures=…)`; calling it again is allowed.
    ///
    /// # Errors
    ///
    /// As [`shutdown`](Self::shutdown), when it is to wait.
    pub fn shutdown_with(&self, how: Shutdown) -> Result<(), RuntimeError> {
        self.pool.close(Closed::Shutdown, how.cancel_futures);
        if !how.wait {
            return Ok(());
        }
        if self.pool.employs(get_ident()) {
            return Err(RuntimeError::JoinCurrent);
        }
        self.pool.wait_until_workers_ended();
        Ok(())
    }
}

impl Drop for ThreadPoolExecutor {
    fn drop(&mut self) {
        // On one of its own workers it does not wait: that worker ends it when it is through.
        let _ = self.shutdown();
    }
}

impl fmt::Debug for ThreadPoolExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pool.fmt(f)
    }
}

impl From<RuntimeError> for Refusal {
    fn from(error: RuntimeError) -> Self {
        Self::Runtime(error)
    }
}

impl From<StartError> for Refusal {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

impl From<ValueError> for Refusal {
    fn from(error: ValueError) -> Self {
        Self::Value(error)
    }
}
