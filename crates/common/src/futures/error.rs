//! Why a future has no result, and why a task was not accepted.

use crate::threading::{Panic, StartError};
use std::error::Error;
use std::sync::Arc;

/// Why a future has no result. Python's `CancelledError`, `TimeoutError`, `BrokenThreadPool`, or
/// the call's own exception. Every caller gets the same error every time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FutureError {
    /// The call was cancelled before it began.
    Cancelled,
    /// The timeout of the operation expired; the future is not done yet.
    TimedOut,
    /// The call panicked.
    Panicked(Panic),
    /// The call returned an error; `downcast_ref` tells which.
    Failed(Arc<dyn Error + Send + Sync>),
    /// The call was not made because its pool broke.
    BrokenPool,
    /// The promise was dropped without a result.
    Abandoned,
}

impl FutureError {
    /// The error that a call itself returned.
    pub fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(Arc::from(error.into()))
    }
}

impl Error for FutureError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Panicked(panic) => Some(panic),
            Self::Failed(error) => error.source(),
            Self::Cancelled | Self::TimedOut | Self::BrokenPool | Self::Abandoned => None,
        }
    }
}

/// Why an executor does not accept a task.
#[derive(Debug)]
#[non_exhaustive]
pub enum Rejected {
    /// One of its workers could not be initialized. Python's `BrokenThreadPool`.
    BrokenPool,
    /// It was shut down.
    AfterShutdown,
    /// The program is ending.
    AfterExit,
    /// It has no worker, and the system refused a thread.
    NoThread(StartError),
}

impl Error for Rejected {}

/// What the future of a rejected task would say: after a shutdown it counts as cancelled.
impl From<Rejected> for FutureError {
    fn from(reason: Rejected) -> Self {
        match reason {
            Rejected::BrokenPool => Self::BrokenPool,
            Rejected::AfterShutdown | Rejected::AfterExit => Self::Cancelled,
            Rejected::NoThread(error) => Self::failed(error),
        }
    }
}

/// A task was not accepted; it is handed back.
pub struct SubmitError<F> {
    /// The task.
    pub task: F,
    /// Why it was not accepted.
    pub reason: Rejected,
}

impl<F> From<SubmitError<F>> for FutureError {
    fn from(error: SubmitError<F>) -> Self {
        error.reason.into()
    }
}

impl<F> Error for SubmitError<F> {}

/// An executor was to wait in its shutdown for the worker that called it. Python's `RuntimeError`, with its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShutdownError;

impl Error for ShutdownError {}

show! {
    Display for FutureError {
        Self::Cancelled => "cancelled",
        Self::TimedOut => "timed out",
        Self::Panicked(panic) => panic,
        Self::Failed(error) => error,
        Self::BrokenPool => Rejected::BrokenPool,
        Self::Abandoned => "abandoned without a result",
    }
    Display for Rejected {
        Self::BrokenPool => "A thread initializer failed, the thread pool is not usable anymore",
        Self::AfterShutdown => "cannot schedule new futures after shutdown",
        Self::AfterExit => "cannot schedule new futures after interpreter shutdown",
        Self::NoThread(error) => error,
    }
    Display for SubmitError<F> { error => error.reason }
    Debug for SubmitError<F> { error => format_args!("SubmitError({:?})", error.reason) }
    Display for ShutdownError { _ => "cannot join current thread" }
}
