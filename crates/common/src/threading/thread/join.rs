//! Waiting for a thread's end.

use super::{Kind, Stage, Thread, get_ident};
use crate::sync::{Backoff, Deadline};
use crate::threading::error::{JoinError, RuntimeError};
use crate::wait_queue::{Parked, Waiter};
use std::time::Duration;

impl Thread {
    /// Waits until it has ended. Python's `join()`.
    ///
    /// # Errors
    ///
    /// [`JoinError::Panicked`] when a panic ended it, every time anew. [`JoinError::Runtime`] when it
    /// was not started, is the calling thread, or is a dummy.
    pub fn join(&self) -> Result<(), JoinError> {
        self.join_until(Deadline::NEVER).map(drop)
    }

    /// Waits until it has ended, no longer than `timeout`: true when it has. Python's `join(timeout)`
    /// followed by `is_alive()`.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub fn join_timeout(&self, timeout: Duration) -> Result<bool, JoinError> {
        self.join_until(Deadline::after(timeout))
    }

    fn join_until(&self, deadline: Deadline) -> Result<bool, JoinError> {
        self.check_joinable().map_err(JoinError::Runtime)?;
        if !self.wait_until(deadline) {
            return Ok(false);
        }
        match &*self.0.stage.lock() {
            Stage::Ended(Some(panic)) => Err(JoinError::Panicked(panic.clone())),
            Stage::New => Err(JoinError::Runtime(RuntimeError::JoinBeforeStart)),
            _ => Ok(true),
        }
    }

    fn check_joinable(&self) -> Result<(), RuntimeError> {
        if matches!(*self.0.stage.lock(), Stage::New) {
            Err(RuntimeError::JoinBeforeStart)
        } else if get_ident() == self.ident() {
            Err(RuntimeError::JoinCurrent)
        } else if self.0.kind == Kind::Dummy {
            Err(RuntimeError::JoinDummy)
        } else {
            Ok(())
        }
    }

    /// As [`join`](Self::join), by those who know that it was started and how it ends.
    pub(super) fn wait_until_ended(&self) {
        self.wait_until(Deadline::NEVER);
    }

    /// Only the end, or a start that was refused, takes anybody out of this line, so who is woken has
    /// waited enough.
    fn wait_until(&self, deadline: Deadline) -> bool {
        let waiter = {
            let mut stage = self.0.stage.lock();
            if matches!(*stage, Stage::Ended(_)) {
                return true;
            }
            stage.enqueue()
        };
        let cancel = |waiter: &Waiter| self.0.stage.lock().cancel(waiter);
        match waiter.park(cancel, deadline, Backoff::YieldFirst) {
            Parked::Notified(_) => true,
            Parked::TimedOut(_) => false,
        }
    }
}
