//! Why a thread was not started, joined or changed. Python's `RuntimeError`s, with their texts.

use crate::threading::Panic;
use std::error::Error;
use std::{fmt, io};

/// Why a thread did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// It was started before.
    AlreadyStarted,
    /// The system refused, or the [spawner](super::set_spawner) in its place. A later start may succeed.
    Refused(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyStarted => f.write_str("threads can only be started once"),
            Self::Refused(error) => write!(f, "can't start new thread: {error}"),
        }
    }
}

impl Error for StartError {}

/// Why a thread could not be joined, or how it ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum JoinError {
    /// It was not started.
    NotStarted,
    /// It is the calling thread, which would deadlock.
    CurrentThread,
    /// It was not started by this library, so it cannot be joined.
    DummyThread,
    /// It panicked. Python's `join` does not report that.
    Panicked(Panic),
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted => f.write_str("cannot join thread before it is started"),
            Self::CurrentThread => f.write_str("cannot join current thread"),
            Self::DummyThread => f.write_str("cannot join a dummy thread"),
            Self::Panicked(panic) => panic.fmt(f),
        }
    }
}

impl Error for JoinError {}

/// A thread that was started before cannot become a daemon, or stop being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DaemonError;

impl fmt::Display for DaemonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot set daemon status of active thread")
    }
}

impl Error for DaemonError {}

/// An exit callback was registered while the program was ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AtexitError;

impl fmt::Display for AtexitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("can't register atexit after shutdown")
    }
}

impl Error for AtexitError {}
