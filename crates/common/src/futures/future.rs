//! Python's `concurrent.futures.Future`.

mod callbacks;
mod core;
mod handle;
mod phase;
mod promise;
mod watchers;

pub use promise::{InvalidStateError, Promise};

pub(super) use core::{Core, Outcome};
pub(super) use phase::Phase;
pub(super) use watchers::{Callback, End, Subscriber};

use super::error::FutureError;
use crate::sync::atomic::Ordering::{Acquire, Relaxed};
use crate::sync::{Arc, Deadline, thread};
use std::time::Duration;

/// What a future and its call have in one allocation, seen from the future.
pub(super) trait Shared<T>: Send + Sync {
    fn core(&self) -> &Core<T>;
    fn core_mut(&mut self) -> &mut Core<T>;
    /// Drops the call, which will not be made any more.
    fn discard(&self) {}
}

/// The result of a call that somebody else makes, now or later. Python's `concurrent.futures.Future`.
///
/// It is pending, running, finished or cancelled. Clones are the same future, and equal; futures of
/// different calls are not, so that a map from futures to what they were made for works as in Python.
///
/// ```
/// use common::futures::ThreadPoolExecutor;
///
/// let executor = ThreadPoolExecutor::new(2);
/// let future = executor.submit(|| 6 * 7).unwrap();
/// assert_eq!(future.result().unwrap(), &42);
/// assert!(future.done() && !future.cancel());
/// ```
///
/// Async code awaits one by [a callback](Self::add_done_callback).
pub struct Future<T>(Arc<dyn Shared<T>>);

impl<T> Future<T> {
    /// The first handle, which `Core::new` has counted.
    pub(super) fn first(shared: Arc<dyn Shared<T>>) -> Self {
        Self(shared)
    }

    /// One more handle.
    pub(super) fn again(shared: Arc<dyn Shared<T>>) -> Self {
        shared.core().handles.fetch_add(1, Relaxed);
        Self(shared)
    }

    pub(super) fn core(&self) -> &Core<T> {
        self.0.core()
    }

    /// Cancels the call unless it has begun: true when it is cancelled, now or since earlier.
    ///
    /// What it was to run is dropped, those who wait are woken, and the callbacks called, in here.
    pub fn cancel(&self) -> bool {
        match self.core().cancel() {
            Ok(end) => {
                self.0.discard();
                if let Some(end) = end {
                    self.call_back(end.tell());
                }
                true
            }
            Err(phase) => phase.is_cancelled(),
        }
    }

    /// Whether it was cancelled.
    pub fn cancelled(&self) -> bool {
        self.core().phase().is_cancelled()
    }

    /// Whether its call is being made at this moment.
    pub fn running(&self) -> bool {
        matches!(self.core().phase(), Phase::Running | Phase::Settling)
    }

    /// Whether it is finished or cancelled.
    pub fn done(&self) -> bool {
        self.core().phase().is_done()
    }

    /// Waits for the call's result.
    ///
    /// # Errors
    ///
    /// [`FutureError::Cancelled`], or how the call failed: every time the same.
    pub fn result(&self) -> Result<&T, FutureError> {
        self.result_until(Deadline::NEVER)
    }

    /// Waits for the call's result, no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// As [`result`](Self::result), and [`FutureError::TimedOut`] when it is not done by then.
    pub fn result_timeout(&self, timeout: Duration) -> Result<&T, FutureError> {
        self.result_until(Deadline::after(timeout))
    }

    fn result_until(&self, deadline: Deadline) -> Result<&T, FutureError> {
        let outcome = self.outcome_until(deadline);
        outcome.map_or(Err(FutureError::TimedOut), |outcome| {
            outcome.map_err(FutureError::clone)
        })
    }

    /// Waits for the end and says how the call failed; `None` when it did not.
    ///
    /// # Errors
    ///
    /// [`FutureError::Cancelled`].
    pub fn exception(&self) -> Result<Option<&FutureError>, FutureError> {
        self.exception_until(Deadline::NEVER)
    }

    /// As [`exception`](Self::exception), waiting no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// [`FutureError::Cancelled`], and [`FutureError::TimedOut`] when it is not done by then.
    pub fn exception_timeout(
        &self,
        timeout: Duration,
    ) -> Result<Option<&FutureError>, FutureError> {
        self.exception_until(Deadline::after(timeout))
    }

    fn exception_until(&self, deadline: Deadline) -> Result<Option<&FutureError>, FutureError> {
        match self.outcome_until(deadline) {
            None => Err(FutureError::TimedOut),
            Some(Ok(_)) => Ok(None),
            Some(Err(FutureError::Cancelled)) => Err(FutureError::Cancelled),
            Some(Err(error)) => Ok(Some(error)),
        }
    }

    /// Waits for the end: false when the deadline came first.
    pub(super) fn done_by(&self, deadline: Deadline) -> bool {
        self.core().wait(deadline) || self.done()
    }

    fn outcome_until(&self, deadline: Deadline) -> Option<Result<&T, &FutureError>> {
        // Done more often than not by the time it is asked for: then without a wait.
        self.core().outcome().or_else(|| {
            self.core().wait(deadline);
            self.core().outcome()
        })
    }

    /// Waits for the end and takes the result out.
    ///
    /// # Errors
    ///
    /// Outside, the future itself, when somebody else holds it too: a clone that is left, a callback that
    /// has not returned, a [`Promise`] that has not been dropped.
    /// Inside, what [`result`](Self::result) says.
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    ///
    /// let executor = ThreadPoolExecutor::new(1);
    /// let future = executor.submit(|| vec![1, 2, 3]).unwrap();
    /// let numbers: Vec<i32> = future.into_result().unwrap().unwrap();
    /// assert_eq!(numbers, [1, 2, 3]);
    /// ```
    pub fn into_result(mut self) -> Result<Outcome<T>, Self> {
        self.core().wait(Deadline::NEVER);
        if self.cancelled() {
            return Ok(Err(FutureError::Cancelled));
        }
        // Acquire: pairs with the Release in `drop`, so that what other handles did comes before.
        while self.core().handles.load(Acquire) == 1 {
            if let Some(shared) = Arc::get_mut(&mut self.0) {
                let outcome = shared.core_mut().take_outcome();
                return Ok(outcome.unwrap_or(Err(FutureError::Abandoned)));
            }
            // The worker has published the end and is about to let go.
            thread::yield_now();
        }
        Err(self)
    }
}
