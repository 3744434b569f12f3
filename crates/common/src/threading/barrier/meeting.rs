//! One generation: those who wait for the last, and the last, who releases them.

use super::Barrier;
use super::state::{RELEASED, State};
use crate::sync::Deadline;
use crate::threading::error::BarrierError;
use crate::threading::line::{Held, Place};

impl Barrier {
    pub(super) fn wait_until(&self, deadline: Deadline) -> Result<usize, BarrierError> {
        let mut state = self.enter(deadline)?;
        let index = state.len();
        if index + 1 == self.parties {
            self.complete(state)?;
        } else {
            let place = state.join();
            drop(state);
            self.wait_for_the_last(&place, deadline)?;
        }
        Ok(index)
    }

    /// Whoever takes it out of the line has decided for the whole generation, and says so with the wake-up.
    fn wait_for_the_last(&self, place: &Place, deadline: Deadline) -> Result<(), BarrierError> {
        if !place.yield_and_sleep(deadline) {
            let mut state = self.state.lock();
            if state.leave(place) {
                self.break_for_all(state);
                return Err(BarrierError::Broken);
            }
        }
        verdict(place)
    }

    /// For the last that came.
    fn complete(&self, mut state: Held<'_, State>) -> Result<(), BarrierError> {
        if let Some(run) = state.begin_action() {
            drop(state);
            return self.act(run);
        }
        let calls = state.take_all_saying(RELEASED);
        drop(state);
        drop(calls);
        Ok(())
    }
}

/// What the wake-up said.
pub(super) fn verdict(place: &Place) -> Result<(), BarrierError> {
    match place.heard() {
        RELEASED => Ok(()),
        _ => Err(BarrierError::Broken),
    }
}
