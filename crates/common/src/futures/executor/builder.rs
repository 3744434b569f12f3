//! An executor's settings.

use super::ThreadPoolExecutor;
use super::pool::Pool;
use crate::sync::global_atomic::{AtomicUsize, Ordering::Relaxed};
use crate::threading::ValueError;

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
        let pool = Pool::new(max_workers, prefix);
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
