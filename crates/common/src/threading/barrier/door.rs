//! An action, and the door that is closed while it runs.

use super::Barrier;
use super::meeting::verdict;
use super::state::{Action, BROKEN, RELEASED, State};

use crate::sync::{Backoff, Deadline};
use crate::threading::error::BarrierError;
use crate::wait_queue::{Parked, WaitQueueGuard, Waiter};

impl Barrier {
    /// Comes in, as soon as no action runs any more. What is returned is open to the calling thread: not broken,
    /// and filling.
    pub(super) fn enter(
        &self,
        deadline: Deadline,
    ) -> Result<WaitQueueGuard<'_, State>, BarrierError> {
        let state = self.lock_outside_action()?;
        if state.is_broken {
            Err(BarrierError::Broken)
        } else if state.has_action_running() && !fault!(OpenGate) {
            self.wait_at_door(state, deadline)
        } else {
            Ok(state)
        }
    }

    #[cold]
    fn wait_at_door<'a>(
        &'a self,
        mut state: WaitQueueGuard<'a, State>,
        deadline: Deadline,
    ) -> Result<WaitQueueGuard<'a, State>, BarrierError> {
        let mut waiter = self.door.lock().enqueue();
        loop {
            drop(state);
            let cancel = |waiter: &Waiter| {
                let state = self.state.lock();
                let door = self.door.lock().cancel(waiter)?;
                Some((state, door))
            };
            match waiter.park(cancel, deadline, Backoff::Yield) {
                Parked::Notified(token) => verdict(token)?,
                Parked::TimedOut((mut state, mut door)) => {
                    // The barrier breaks for those at the door. Those inside are complete, and it was to be none of
                    // them.
                    state.is_broken = true;
                    let wakeups = door.drain_with(BROKEN);
                    drop((door, state));
                    drop(wakeups);
                    return Err(BarrierError::Broken);
                }
            }
            state = self.state.lock();
            if state.is_broken {
                return Err(BarrierError::Broken);
            }
            if !state.has_action_running() {
                return Ok(state);
            }
            // Others were let in before it, and are complete already.
            self.door.lock().requeue(&mut waiter);
        }
    }

    /// Runs the action with no mutex held, and then, if nothing broke it meanwhile, releases its generation.
    pub(super) fn act(&self, action: Action) -> Result<(), BarrierError> {
        let mut run = Run {
            barrier: self,
            action: Some(action),
        };
        if let Some(action) = &mut run.action {
            action();
        }
        if run.end() {
            Ok(())
        } else {
            Err(BarrierError::Broken)
        }
    }

    /// Opens the door; says whether the generation was released.
    fn end_action(&self, action: Action) -> bool {
        let mut state = self.state.lock();
        let is_released = state.end_action(action);
        let released = state.drain_with(RELEASED);
        let let_in = self.door.lock().drain_with(RELEASED);
        drop(state);
        drop((released, let_in));
        is_released
    }

    /// A panic breaks the barrier, unless its generation was broken before it: then the barrier may
    /// have been reset, and it is nobody's any more.
    fn end_action_by_panic(&self, action: Action) {
        let mut state = self.state.lock();
        if state.end_action(action) {
            self.break_for_all(state);
        } else {
            let let_in = self.door.lock().drain_with(RELEASED);
            drop(state);
            drop(let_in);
        }
    }
}

/// A running action. Dropped before its end, it has panicked.
struct Run<'a> {
    barrier: &'a Barrier,
    /// There until the end.
    action: Option<Action>,
}

impl Run<'_> {
    fn end(mut self) -> bool {
        let action = self.action.take();
        action.is_some_and(|action| self.barrier.end_action(action))
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if let Some(action) = self.action.take() {
            self.barrier.end_action_by_panic(action);
        }
    }
}
