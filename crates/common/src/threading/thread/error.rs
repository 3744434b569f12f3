//! Why a thread was not started, joined or changed. Python's `RuntimeError`s, with their texts.

use crate::threading::panic::Panic;
use std::error::Error;
use std::io;

/// Why a thread did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The thread was started before.
    AlreadyStarted,
    /// The system, or the [spawner](super::set_spawner) in its place, refused to create a thread. A later start may
    /// succeed.
    Refused(io::Error),
}

/// Why a thread could not be joined, or how it ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum JoinError {
    /// The thread was not started.
    NotStarted,
    /// The thread is the calling thread, which would deadlock.
    CurrentThread,
    /// Other code has started the thread, so it cannot be joined.
    DummyThread,
    /// The thread panicked. Python's `join` does not report that.
    Panicked(Panic),
}

/// A thread that was started before cannot become a daemon, or stop being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DaemonError;

show! {
    Display for StartError {
        Self::AlreadyStarted => "threads can only be started once",
        Self::Refused(error) => format_args!("can't start new thread: {error}"),
    }
    Display for JoinError {
        Self::NotStarted => "cannot join thread before it is started",
        Self::CurrentThread => "cannot join current thread",
        Self::DummyThread => "cannot join a dummy thread",
        Self::Panicked(panic) => panic,
    }
    Display for DaemonError { _ => "cannot set daemon status of active thread" }
}

impl Error for StartError {}
impl Error for JoinError {}
impl Error for DaemonError {}
