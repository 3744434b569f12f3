//! Where a barrier stands.

use crate::threading::get_ident;
use crate::wait_queue::{UnparkToken, WaitQueueGuard, WakeList};

/// Said to those who may go on.
pub(super) const RELEASED: UnparkToken = UnparkToken(1);
/// Said to those who waited in vain.
pub(super) const BROKEN: UnparkToken = UnparkToken(2);

pub(super) type Action = Box<dyn FnMut() + Send>;

/// It is filling, or broken, or an action runs; the last two may be at once.
pub(super) struct State {
    /// Whoever comes is refused. Whoever is at the door has been, so nobody is there. Those inside have
    /// been too, unless it was one at the door who gave up: then their generation is complete, and is
    /// still released when its action ends.
    pub(super) is_broken: bool,
    /// While it is there nobody is let in: no two actions run at once, and the line has nobody but those
    /// whose action it is.
    acting: Option<Acting>,
    /// Away while it runs, so that it runs without any mutex.
    action: Option<Action>,
}

struct Acting {
    /// The thread that runs the action, the last that came.
    ident: u64,
    /// The generation waits in line for the action's end, which will release it. False once it was broken,
    /// by an abort, a reset, or the timeout of one in line: a timeout holds however long the action takes.
    /// From then on its line is empty, and the action's thread too will have come in vain.
    is_awaited: bool,
}

impl State {
    pub(super) const fn new(action: Option<Action>) -> Self {
        Self {
            is_broken: false,
            acting: None,
            action,
        }
    }

    pub(super) fn has_action_running(&self) -> bool {
        self.acting.is_some()
    }

    /// Whether it is the calling thread that runs the action.
    pub(super) fn is_acting(&self) -> bool {
        let acting = self.acting.as_ref();
        acting.is_some_and(|acting| acting.ident == get_ident())
    }

    pub(super) fn name(&self) -> &'static str {
        match (self.is_broken, &self.acting) {
            (true, _) => "broken",
            (false, Some(_)) => "in action",
            (false, None) => "filling",
        }
    }

    /// Closes the door for as long as the action runs in the calling thread. `None` when there is none.
    pub(super) fn begin_action(&mut self) -> Option<Action> {
        let action = self.action.take()?;
        self.acting = Some(Acting {
            ident: get_ident(),
            is_awaited: true,
        });
        Some(action)
    }

    /// Whether its generation still waited for it.
    pub(super) fn end_action(&mut self, action: Action) -> bool {
        self.action = Some(action);
        let acting = self.acting.take();
        acting.is_some_and(|acting| acting.is_awaited) || fault!(ActionOfBrokenGeneration)
    }
}

impl WaitQueueGuard<'_, State> {
    /// How many of a generation are here: those in line, and the one that runs the action for them.
    pub(super) fn arrived(&self) -> usize {
        let acting = self.acting.as_ref();
        self.len() + usize::from(acting.is_some_and(|acting| acting.is_awaited))
    }

    /// For all of a generation, also one whose action runs: who is taken by this is told so, and who runs
    /// the action finds out at its end.
    #[must_use = "wake them once the mutex is released"]
    pub(super) fn break_generation(&mut self) -> WakeList {
        if let Some(acting) = &mut self.acting {
            acting.is_awaited = false;
        }
        self.drain_with(BROKEN)
    }
}
