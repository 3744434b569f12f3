//! An executor's settings.

use super::ThreadPoolExecutor;
use super::pool::{Initializer, Pool};
use crate::futures::error::FutureError;
use crate::sync::Arc;
use crate::sync::global_atomic::{AtomicUsize, Ordering::Relaxed};
use std::convert::Infallible;
use std::error::Error;
use std::fmt;

/// The settings of a [`ThreadPoolExecutor`].
///
/// ```
/// use common::futures::{ThreadPoolExecutor, ThreadPoolExecutorBuilder};
/// use common::threading::current_thread;
///
/// let builder: ThreadPoolExecutorBuilder = ThreadPoolExecutor::builder().max_workers(2);
/// let executor = builder.thread_name_prefix("fetch").try_initializer(|| Ok::<_, String>(())).build()?;
/// assert_eq!(executor.max_workers(), 2);
/// let name = executor.submit(|| current_thread().name()).unwrap();
/// assert_eq!(&**name.result().unwrap(), "fetch_0");
/// # Ok::<(), common::futures::NoWorkersError>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "no executor is built before `build`"]
pub struct ThreadPoolExecutorBuilder {
    max_workers: Option<usize>,
    thread_name_prefix: String,
    initializer: Option<Initializer>,
}

impl ThreadPoolExecutorBuilder {
    /// Sets the greatest number of workers. The default is four more than there are processors to run on, and at most
    /// 32.
    #[doc(alias = "num_threads")]
    pub fn max_workers(mut self, max_workers: usize) -> Self {
        self.max_workers = Some(max_workers);
        self
    }

    /// Names the workers `PREFIX_0`, `PREFIX_1`, …. The default prefix is `ThreadPoolExecutor-K`.
    #[doc(alias = "thread_name")]
    pub fn thread_name_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.thread_name_prefix = prefix.into();
        self
    }

    /// Has each worker call `initializer` before its first task. The closure owns what Python passes as `initargs`.
    ///
    /// A panic of the initializer is reported on stderr and breaks the pool: the waiting tasks fail with
    /// [`FutureError::BrokenPool`], and no more are accepted.
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    /// use std::cell::Cell;
    ///
    /// thread_local!(static GREETING: Cell<&str> = const { Cell::new("") });
    ///
    /// let builder = ThreadPoolExecutor::builder().initializer(|| GREETING.set("hello"));
    /// let greeting = builder.build()?.submit(|| GREETING.get()).unwrap();
    /// assert_eq!(greeting.result().unwrap(), &"hello");
    /// # Ok::<(), common::futures::NoWorkersError>(())
    /// ```
    #[doc(alias = "start_handler")]
    pub fn initializer(self, initializer: impl Fn() + Send + Sync + 'static) -> Self {
        self.try_initializer(move || {
            initializer();
            Ok::<(), Infallible>(())
        })
    }

    /// Sets an [`initializer`](Self::initializer) that may fail: its `Err` breaks the pool as a panic does.
    pub fn try_initializer<E>(
        mut self,
        initializer: impl Fn() -> Result<(), E> + Send + Sync + 'static,
    ) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let initializer = move || initializer().map_err(FutureError::failed);
        self.initializer = Some(Arc::new(initializer));
        self
    }

    /// Creates the executor, which has no thread yet.
    ///
    /// # Errors
    ///
    /// When `max_workers` is 0.
    pub fn build(self) -> Result<ThreadPoolExecutor, NoWorkersError> {
        let max_workers = self.max_workers.unwrap_or_else(default_max_workers);
        if max_workers == 0 {
            return Err(NoWorkersError);
        }
        let prefix = if self.thread_name_prefix.is_empty() {
            static NEXT: AtomicUsize = AtomicUsize::new(0);
            format!("ThreadPoolExecutor-{}", NEXT.fetch_add(1, Relaxed))
        } else {
            self.thread_name_prefix
        };
        let pool = Pool::new(max_workers, prefix, self.initializer);
        Ok(ThreadPoolExecutor { pool })
    }
}

fn default_max_workers() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    (processors + 4).min(32)
}

impl fmt::Debug for ThreadPoolExecutorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadPoolExecutorBuilder")
            .field("max_workers", &self.max_workers)
            .field("thread_name_prefix", &self.thread_name_prefix)
            .finish_non_exhaustive()
    }
}

/// An executor was to have no workers. Python's `ValueError("max_workers must be greater than 0")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoWorkersError;

show! { Display for NoWorkersError { _ => "max_workers must be greater than 0" } }

impl Error for NoWorkersError {}
