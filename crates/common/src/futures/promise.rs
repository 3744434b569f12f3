//! The side of a future that sets its result.

use super::error::FutureError;
use super::future::{Core, Future, Outcome, Phase};
use crate::sync::Arc;
use std::error::Error;

/// The side of a [`Future`] that sets its result, for executors of your own. In Python these methods
/// are the future's.
///
/// A promise that is dropped without a result cancels a pending future, and finishes a running one with
/// [`Abandoned`](FutureError::Abandoned), so that no thread waits for a result that cannot come.
///
/// Contract: `docs/semantics.md`, lines 53 and 54.
///
/// ```
/// use common::futures::Promise;
///
/// let (promise, future) = Promise::new();
/// assert!(promise.set_running_or_notify_cancel().unwrap());
/// std::thread::spawn(move || promise.set_result("fetched"));
/// assert_eq!(future.result().unwrap(), &"fetched");
/// ```
///
/// ```
/// use common::futures::{FutureError, InvalidStateError, Promise, UnexpectedStateError};
///
/// let (promise, future) = Promise::new();
/// promise.set_exception(FutureError::failed("no page"))?;
/// let error: InvalidStateError<u32> = promise.set_result(7).unwrap_err();
/// assert_eq!(error.value, 7);
/// assert_eq!(promise.set_running_or_notify_cancel(), Err(UnexpectedStateError));
/// assert_eq!(future.result().unwrap_err().to_string(), "no page");
/// # Ok::<(), InvalidStateError<FutureError>>(())
/// ```
#[derive(Debug)]
pub struct Promise<T: Send + Sync + 'static>(Future<T>);

impl<T: Send + Sync + 'static> Promise<T> {
    /// Creates a promise and its future, which is pending.
    #[doc(alias = "channel")]
    pub fn new() -> (Self, Future<T>) {
        let future = Future(Arc::new(Core::new()));
        (Self(future.clone()), future)
    }

    /// Begins the call: true when it is to be made and the future is running from now on; false when it was cancelled.
    /// Python's `set_running_or_notify_cancel()`.
    ///
    /// # Errors
    ///
    /// When the call was begun before, or the future is finished.
    pub fn set_running_or_notify_cancel(&self) -> Result<bool, UnexpectedStateError> {
        let core = self.0.core();
        let before = core
            .advance(&[Phase::Pending], Phase::Running)
            .or_else(|_| core.advance(&[Phase::Cancelled], Phase::CancelledAndNotified));
        let is_running = before.map(|phase| phase == Phase::Pending);
        is_running.map_err(|_| UnexpectedStateError)
    }

    /// Finishes the future with a result. Python's `set_result(value)`.
    ///
    /// # Errors
    ///
    /// When the future is finished or cancelled already; the value is handed back.
    #[doc(alias = "send")]
    pub fn set_result(&self, value: T) -> Result<(), InvalidStateError<T>> {
        self.set(value, Ok)
    }

    /// Finishes the future with an error. Python's `set_exception(error)`.
    ///
    /// # Errors
    ///
    /// When the future is finished or cancelled already, or when the error is [`FutureError::TimedOut`] or
    /// [`FutureError::Cancelled`]: these tell of the wait and of the future, not of the call. The error is handed back.
    pub fn set_exception(&self, error: FutureError) -> Result<(), InvalidStateError<FutureError>> {
        if matches!(error, FutureError::TimedOut | FutureError::Cancelled) {
            let text = format!("\"{error}\" cannot be set as the exception of {:?}", self.0);
            return Err(InvalidStateError { text, value: error });
        }
        self.set(error, Err)
    }

    /// Finishes the future with `outcome(value)`: one of the threads that set a result succeeds.
    fn set<V>(&self, value: V, outcome: fn(V) -> Outcome<T>) -> Result<(), InvalidStateError<V>> {
        let (core, open) = (self.0.core(), [Phase::Pending, Phase::Running]);
        if let Err(phase) = core.advance(&open, Phase::Completing) {
            let text = format!("{}: {:?}", phase.name(), self.0);
            return Err(InvalidStateError { text, value });
        }
        core.store(outcome(value));
        let callbacks = core.complete().notify();
        // Not without any: deferred, that would keep a handle of the future.
        if !callbacks.is_empty() {
            self.0.call_back(callbacks);
        }
        Ok(())
    }
}

impl<T: Send + Sync + 'static> Drop for Promise<T> {
    fn drop(&mut self) {
        if !self.0.cancel() {
            // Refused when the future is finished, as it should be.
            let _ = self.set_exception(FutureError::Abandoned);
        }
    }
}

/// The future was not in a state for the operation, or the value is none to set; it is handed back. Python's
/// `InvalidStateError`.
pub struct InvalidStateError<V> {
    text: String,
    /// What could not be set.
    pub value: V,
}

impl<V> Error for InvalidStateError<V> {}

/// The call of a future was begun a second time, or is done. Python's `RuntimeError("Future in unexpected state")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnexpectedStateError;

impl Error for UnexpectedStateError {}

show! {
    Display for InvalidStateError<V> { error => error.text }
    Debug for InvalidStateError<V> { error => format_args!("InvalidStateError({error})") }
    Display for UnexpectedStateError { _ => "Future in unexpected state" }
}
