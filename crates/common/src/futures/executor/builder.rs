//! An executor's settings.

use super::ThreadPoolExecutor;
use super::initializer::Initializer;
use super::pool::Pool;
use crate::sync::global_atomic::{AtomicUsize, Ordering::Relaxed};
use crate::threading::ValueError;
use std::convert::Infallible;
use std::error::Error;

/// The settings of a [`ThreadPoolExecutor`].
///
/// ```
/// use common::futures::ThreadPoolExecutor;
/// use common::threading::current_thread;
///
/// let executor = ThreadPoolExecutor::builder().max_workers(2).thread_name_prefix("fetch").build()?;
/// let name = executor.submit(|| current_thread().name()).unwrap();
/// assert_eq!(&**name.result().unwrap(), "fetch_0");
/// # Ok::<(), common::futures::ValueError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is built before `build`"]
pub struct Builder {
    max_workers: Option<usize>,
    thread_name_prefix: String,
    initializer: Option<Initializer>,
}

impl Builder {
    /// No more than this many threads. Without it: four more than there are processors to run on, and
    /// no more than 32.
    pub fn max_workers(mut self, max_workers: usize) -> Self {
        self.max_workers = Some(max_workers);
        self
    }

    /// Workers are named `PREFIX_0`, `PREFIX_1`, …. Without it: `ThreadPoolExecutor-K`.
    pub fn thread_name_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.thread_name_prefix = prefix.into();
        self
    }

    /// Each worker calls `initializer` before its first task; what that is to have, it owns.
    ///
    /// When it panics, that is told on stderr and the pool is broken: what is submitted and not begun
    /// fails with [`FutureError::BrokenPool`], and no more is taken.
    ///
    /// [`FutureError::BrokenPool`]: crate::futures::FutureError::BrokenPool
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
    /// # Ok::<(), common::futures::ValueError>(())
    /// ```
    pub fn initializer(self, initializer: impl Fn() + Send + Sync + 'static) -> Self {
        self.try_initializer(move || {
            initializer();
            Ok::<(), Infallible>(())
        })
    }

    /// The same for an `initializer` that may fail: its `Err` breaks the pool as a panic does.
    pub fn try_initializer<E>(
        mut self,
        initializer: impl Fn() -> Result<(), E> + Send + Sync + 'static,
    ) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        self.initializer = Some(Initializer::new(initializer));
        self
    }

    /// The executor, without any thread yet.
    ///
    /// # Errors
    ///
    /// [`ValueError::NoWorkers`] when `max_workers` is 0.
    pub fn build(self) -> Result<ThreadPoolExecutor, ValueError> {
        let max_workers = self.max_workers.unwrap_or_else(default_max_workers);
        if max_workers == 0 {
            return Err(ValueError::NoWorkers);
        }
        let prefix = Some(self.thread_name_prefix).filter(|prefix| !prefix.is_empty());
        let prefix = prefix.unwrap_or_else(default_prefix);
        let pool = Pool::new(max_workers, prefix, self.initializer);
        Ok(ThreadPoolExecutor { pool })
    }
}

fn default_max_workers() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    (processors + 4).min(32)
}

fn default_prefix() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("ThreadPoolExecutor-{}", NEXT.fetch_add(1, Relaxed))
}
