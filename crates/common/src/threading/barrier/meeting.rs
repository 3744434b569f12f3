//! One generation: those who wait for the last, and the last, who releases them.

use super::Barrier;
use super::state::{RELEASED, State};
use crate::sync::{Backoff, Deadline};
use crate::threading::error::BarrierError;
use crate::wait_queue::{Parked, UnparkToken, WaitQueueGuard, Waiter};

impl Barrier {
    pub(super) fn wait_until(&self, deadline: Deadline) -> Result<usize, BarrierError> {
        let mut state = self.enter(deadline)?;
        let index = state.len();
        if index + 1 == self.parties {
            self.complete(state)?;
        } else {
            let waiter = state.enqueue();
            drop(state);
            self.wait_for_the_last(&waiter, deadline)?;
        }
        Ok(index)
    }

    /// Whoever takes it out of the line has decided for the whole generation, and says so with the wake-up.
    fn wait_for_the_last(&self, waiter: &Waiter, deadline: Deadline) -> Result<(), BarrierError> {
        let cancel = |waiter: &Waiter| self.state.lock().cancel(waiter);
        match waiter.park(cancel, deadline, Backoff::YieldFirst) {
            Parked::Notified(token) => verdict(token),
            Parked::TimedOut(state) => {
                self.break_for_all(state);
                Err(BarrierError::Broken)
            }
        }
    }

    /// For the last that came.
    fn complete(&self, mut state: WaitQueueGuard<'_, State>) -> Result<(), BarrierError> {
        if let Some(run) = state.begin_action() {
            drop(state);
            return self.act(run);
        }
        let calls = state.drain_with(RELEASED);
        drop(state);
        drop(calls);
        Ok(())
    }
}

/// What the wake-up said.
pub(super) fn verdict(token: UnparkToken) -> Result<(), BarrierError> {
    match token {
        RELEASED => Ok(()),
        _ => Err(BarrierError::Broken),
    }
}
