//! The other side of a future: who makes the call.

use super::{Core, Future, Outcome, Phase, Shared};
use crate::futures::error::FutureError;
use crate::sync::Arc;
use crate::threading::RuntimeError;
use std::error::Error;
use std::fmt;

/// The side of a [`Future`] that sets its result, for executors of one's own. In Python these methods
/// are the future's.
///
/// Dropped without a result, it cancels a pending future and ends a running one as
/// [`Abandoned`](FutureError::Abandoned), so that nobody waits for ever.
///
/// ```
/// use common::futures::Promise;
///
/// let (promise, future) = Promise::new();
/// assert!(promise.set_running_or_notify_cancel().unwrap());
/// std::thread::spawn(move || promise.set_result("fetched"));
/// assert_eq!(future.result().unwrap(), &"fetched");
/// ```
#[derive(Debug)]
pub struct Promise<T: Send + Sync + 'static>(Future<T>);

/// A future without a call of its own.
struct Bare<T>(Core<T>);

impl<T: Send + Sync> Shared<T> for Bare<T> {
    fn core(&self) -> &Core<T> {
        &self.0
    }

    fn core_mut(&mut self) -> &mut Core<T> {
        &mut self.0
    }
}

impl<T: Send + Sync + 'static> Promise<T> {
    /// A promise, and its future, which is pending.
    #[must_use = "dropping the promise cancels its future"]
    pub fn new() -> (Self, Future<T>) {
        let future = Future::first(Arc::new(Bare(Core::new())));
        (Self(future.clone()), future)
    }

    /// To be called before the call is made: true when it is to be made and the future runs from now
    /// on; false when it was cancelled.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::FutureInUnexpectedState`] when it was called before, or the result is there.
    pub fn set_running_or_notify_cancel(&self) -> Result<bool, RuntimeError> {
        let core = self.0.core();
        let taken_up = core
            .advance(&[Phase::Pending], Phase::Running)
            .or_else(|_| core.advance(&[Phase::Cancelled], Phase::CancelledAndNotified));
        match taken_up {
            Ok(before) => Ok(before == Phase::Pending),
            Err(_) => Err(RuntimeError::FutureInUnexpectedState),
        }
    }

    /// Finishes the future with a result.
    ///
    /// # Errors
    ///
    /// When it is finished or cancelled already; the value is handed back.
    pub fn set_result(&self, value: T) -> Result<(), InvalidStateError<T>> {
        match self.begin_to_settle() {
            Ok(()) => {
                self.settle(Ok(value));
                Ok(())
            }
            Err(phase) => Err(self.refuse(phase, value)),
        }
    }

    /// Finishes the future with an error.
    ///
    /// # Errors
    ///
    /// When it is finished or cancelled already; the error is handed back.
    pub fn set_exception(&self, error: FutureError) -> Result<(), InvalidStateError<FutureError>> {
        match self.begin_to_settle() {
            Ok(()) => {
                self.settle(Err(error));
                Ok(())
            }
            Err(phase) => Err(self.refuse(phase, error)),
        }
    }

    /// Of several who set a result, one goes on from here.
    fn begin_to_settle(&self) -> Result<(), Phase> {
        let open = [Phase::Pending, Phase::Running];
        self.0.core().advance(&open, Phase::Settling).map(drop)
    }

    fn refuse<V>(&self, phase: Phase, value: V) -> InvalidStateError<V> {
        let future = format!("{:?}", self.0);
        InvalidStateError {
            phase,
            future,
            value,
        }
    }

    fn settle(&self, outcome: Outcome<T>) {
        self.0.core().settle(outcome);
        if let Some(end) = self.0.core().publish() {
            self.0.call_back(end.tell());
        }
    }
}

impl<T: Send + Sync + 'static> Drop for Promise<T> {
    fn drop(&mut self) {
        if !self.0.cancel() {
            // Finished, as a rule: then this is refused, and right so.
            let _ = self.set_exception(FutureError::Abandoned);
        }
    }
}

/// A future was not in the state for this; what it was to take is handed back. Python's
/// `InvalidStateError`.
pub struct InvalidStateError<V> {
    phase: Phase,
    /// The future as it showed itself.
    future: String,
    /// What could not be set.
    pub value: V,
}

impl<V> fmt::Display for InvalidStateError<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Pending => "PENDING",
            Phase::Running | Phase::Settling => "RUNNING",
            Phase::Finished => "FINISHED",
            Phase::Cancelled => "CANCELLED",
            Phase::CancelledAndNotified => "CANCELLED_AND_NOTIFIED",
        };
        write!(f, "{phase}: {}", self.future)
    }
}

impl<V> fmt::Debug for InvalidStateError<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvalidStateError({self})")
    }
}

impl<V> Error for InvalidStateError<V> {}
