//! A timer as a thread: named, joined, shown.

use super::{Phase, Timer};
use crate::threading::error::{JoinError, RuntimeError};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

impl Timer {
    /// Waits until its function has ended, or it was cancelled. Python's `join()`.
    ///
    /// # Errors
    ///
    /// [`JoinError::Panicked`] when the function panicked, every time anew. [`JoinError::Runtime`] when
    /// it was not started, or the function itself calls this.
    pub fn join(&self) -> Result<(), JoinError> {
        self.0.join()
    }

    /// The same, no longer than `timeout`: true when it has ended. Python's `join(timeout)` followed by
    /// `is_alive()`.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub fn join_timeout(&self, timeout: Duration) -> Result<bool, JoinError> {
        self.0.join_timeout(timeout)
    }

    /// Whether it was started and has neither been cancelled nor ended: it waits, or its function runs.
    pub fn is_alive(&self) -> bool {
        self.0.is_alive()
    }

    /// Its number among the threads, which [`get_ident`](crate::threading::get_ident) says inside its
    /// function. Python's `ident`.
    pub fn ident(&self) -> u64 {
        self.0.ident()
    }

    /// Its name, for people.
    pub fn name(&self) -> Arc<str> {
        self.0.name()
    }

    /// Gives it another name.
    pub fn set_name(&self, name: &str) {
        self.0.set_name(name);
    }

    /// Whether the end of the program leaves it behind instead of waiting for it to fire.
    pub fn daemon(&self) -> bool {
        self.0.daemon()
    }

    /// Makes it a daemon, or not, before it is started.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::DaemonOfActive`] once it was started.
    pub fn set_daemon(&self, daemon: bool) -> Result<(), RuntimeError> {
        self.0.set_daemon(daemon)
    }

    fn stage(&self) -> &'static str {
        let plan = self.alarm().plan.lock();
        match plan.phase {
            Phase::Cancelled => "cancelled",
            _ if self.0.is_new() => "initial",
            Phase::Started(moment) if self.alarm().service.has(moment) => "waiting",
            _ if self.0.is_alive() => "running",
            _ => "stopped",
        }
    }
}

/// It waits to be started (`initial`) or to fire (`waiting`), its function runs (`running`), or has ended
/// (`stopped`), or it was `cancelled`. So many are `waiting` for its end.
impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("name", &self.name())
            .field("ident", &self.ident())
            .field("stage", &self.stage())
            .field("daemon", &self.daemon())
            .field("waiting", &self.0.waiting())
            .finish()
    }
}
