//! How a future ends when it does not end well.

use crate::threading::{Panic, RuntimeError, StartError, ValueError};
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why a future has no result to give. Python's `CancelledError`, `TimeoutError`, `BrokenThreadPool`, or
/// the call's own exception. The same error is given each time, to everybody who asks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FutureError {
    /// It was cancelled before it began.
    Cancelled,
    /// It is not done yet; ask again. This one is not the future's own.
    TimedOut,
    /// The call panicked.
    Panicked(Panic),
    /// The call returned an error; `downcast_ref` tells which.
    Failed(Arc<dyn Error + Send + Sync>),
    /// The call was never made: its pool broke before.
    BrokenPool,
    /// Whoever was to set the result went away without.
    Abandoned,
}

const BROKEN_POOL: &str = "A thread initializer failed, the thread pool is not usable anymore";

impl FutureError {
    /// The error that a call itself returned.
    pub fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(Arc::from(error.into()))
    }
}

impl fmt::Display for FutureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("cancelled"),
            Self::TimedOut => f.write_str("timed out"),
            Self::Panicked(panic) => panic.fmt(f),
            Self::Failed(error) => error.fmt(f),
            Self::BrokenPool => f.write_str(BROKEN_POOL),
            Self::Abandoned => f.write_str("abandoned without a result"),
        }
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

/// Some futures were not done in time. Python's `TimeoutError("2 (of 3) futures unfinished")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedOut {
    pub(super) unfinished: usize,
    pub(super) of: usize,
}

impl TimedOut {
    /// How many had not been yielded when the time was up.
    pub fn unfinished(self) -> usize {
        self.unfinished
    }

    /// How many there were in all.
    pub fn of(self) -> usize {
        self.of
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (of {}) futures unfinished", self.unfinished, self.of)
    }
}

impl Error for TimedOut {}

/// A task was refused; it is handed back.
pub struct SubmitError<F> {
    /// What was to be run.
    pub task: F,
    /// Why it will not be.
    pub reason: Refusal,
}

/// Why an executor refuses a task.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// One of its workers could not be initialized. Python's `BrokenThreadPool`.
    BrokenPool,
    /// It was shut down, or the program is ending.
    Runtime(RuntimeError),
    /// It has no worker, and the system has no thread to make one.
    Start(StartError),
    /// It was to be used in a way that makes no sense.
    Value(ValueError),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BrokenPool => f.write_str(BROKEN_POOL),
            Self::Runtime(error) => error.fmt(f),
            Self::Start(error) => error.fmt(f),
            Self::Value(error) => error.fmt(f),
        }
    }
}

impl Error for Refusal {}

/// A call that was refused has no result: after a shutdown it counts as cancelled.
impl From<Refusal> for FutureError {
    fn from(reason: Refusal) -> Self {
        match reason {
            Refusal::BrokenPool => Self::BrokenPool,
            Refusal::Runtime(_) => Self::Cancelled,
            Refusal::Start(error) => Self::failed(error),
            Refusal::Value(error) => Self::failed(error),
        }
    }
}

impl<F> From<SubmitError<F>> for FutureError {
    fn from(error: SubmitError<F>) -> Self {
        error.reason.into()
    }
}

impl<F> fmt::Debug for SubmitError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmitError")
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl<F> fmt::Display for SubmitError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl<F> Error for SubmitError<F> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.reason)
    }
}
