//! What each worker does first, and what becomes of the pool when that fails.

use super::pool::Pool;
use crate::futures::error::FutureError;
use crate::futures::future::Outcome;
use crate::sync::Arc;
use crate::threading::{catch, print};
use std::error::Error;
use std::fmt;

/// Called by each worker before its first task.
#[derive(Clone)]
pub(super) struct Initializer(Arc<dyn Fn() -> Outcome<()> + Send + Sync>);

impl Initializer {
    pub(super) fn new<E>(initializer: impl Fn() -> Result<(), E> + Send + Sync + 'static) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        Self(Arc::new(move || initializer().map_err(FutureError::failed)))
    }

    /// True when the worker may begin. When not, nobody's task will be done any more, and all who wait
    /// for one are told.
    pub(super) fn prepare(&self, pool: &Pool) -> bool {
        if pool.is_broken() {
            return false;
        }
        let outcome =
            catch(|| (self.0)()).unwrap_or_else(|panic| Err(FutureError::Panicked(panic)));
        if let Err(error) = &outcome {
            print(format_args!("Exception in initializer:\n{error}"));
            pool.break_down();
        }
        outcome.is_ok()
    }
}

impl fmt::Debug for Initializer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Initializer")
    }
}
