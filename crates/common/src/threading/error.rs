//! What goes wrong when a primitive is misused.

use super::Panic;
use std::error::Error;
use std::{fmt, io};

/// A primitive was used in a way that its state does not allow. Python's `RuntimeError`, with its texts.
///
/// ```
/// use common::threading::{Lock, RuntimeError};
///
/// let error = Lock::new().release().unwrap_err();
/// assert_eq!(error, RuntimeError::ReleaseUnlocked);
/// assert_eq!(error.to_string(), "release unlocked lock");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RuntimeError {
    /// A lock was released that nobody held.
    ReleaseUnlocked,
    /// A reentrant lock was released by a thread that does not hold it.
    ReleaseUnacquired,
    /// A condition was waited for by a thread that does not hold its lock.
    WaitUnacquired,
    /// A condition was notified by a thread that does not hold its lock.
    NotifyUnacquired,
    /// A thread was started that had been started before.
    AlreadyStarted,
    /// A thread was joined that had not been started.
    JoinBeforeStart,
    /// A thread was joined by itself, which would never end.
    JoinCurrent,
    /// A thread was joined that was not started here and so is not known to end.
    JoinDummy,
    /// A thread was made daemon or non-daemon after its start.
    DaemonOfActive,
    /// An exit callback was registered while the program was ending.
    AtexitAfterShutdown,
}

impl fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReleaseUnlocked => "release unlocked lock",
            Self::ReleaseUnacquired => "cannot release un-acquired lock",
            Self::WaitUnacquired => "cannot wait on un-acquired lock",
            Self::NotifyUnacquired => "cannot notify on un-acquired lock",
            Self::AlreadyStarted => "threads can only be started once",
            Self::JoinBeforeStart => "cannot join thread before it is started",
            Self::JoinCurrent => "cannot join current thread",
            Self::JoinDummy => "cannot join a dummy thread",
            Self::DaemonOfActive => "cannot set daemon status of active thread",
            Self::AtexitAfterShutdown => "can't register atexit after shutdown",
        })
    }
}

impl Error for RuntimeError {}

/// A value was given that makes no sense. Python's `ValueError`, with its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueError {
    /// A semaphore was to start below 0.
    NegativeSemaphore,
    /// A semaphore was to be released no times.
    ReleaseOfNone,
    /// A bounded semaphore was released more often than it was acquired.
    ReleasedTooOften,
    /// A barrier was to be for nobody.
    NoParties,
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NegativeSemaphore => "semaphore initial value must be >= 0",
            Self::ReleaseOfNone => "n must be one or more",
            Self::ReleasedTooOften => "Semaphore released too many times",
            Self::NoParties => "parties must be >= 1",
        })
    }
}

impl Error for ValueError {}

/// Why a thread did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// It had been started before.
    Runtime(RuntimeError),
    /// The system, or the [spawner](super::set_spawner) in its place, refused. It may be tried again.
    Refused(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runtime(error) => error.fmt(f),
            Self::Refused(error) => write!(f, "can't start new thread: {error}"),
        }
    }
}

impl Error for StartError {}

/// Why a thread could not be joined, or how it ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum JoinError {
    /// It cannot be waited for.
    Runtime(RuntimeError),
    /// It has ended, by a panic. Python's `join` keeps silent about that.
    Panicked(Panic),
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runtime(error) => error.fmt(f),
            Self::Panicked(panic) => panic.fmt(f),
        }
    }
}

impl Error for JoinError {}
