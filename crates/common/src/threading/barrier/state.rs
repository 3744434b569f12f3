//! The state of a barrier.

use super::BarrierError;
use crate::threading::get_ident;
use crate::wait_queue::UnparkToken;

/// Wake reason: the generation is released, or the entry queue is open again.
pub(super) const RELEASED: UnparkToken = UnparkToken(1);
/// Wake reason: the barrier or the generation was broken.
pub(super) const BROKEN: UnparkToken = UnparkToken(2);

/// Converts the wake reason of a wait to its result.
pub(super) fn wake_reason(token: UnparkToken) -> Result<(), BarrierError> {
    if token == RELEASED {
        Ok(())
    } else {
        Err(BarrierError::Broken)
    }
}

pub(super) type Action = Box<dyn FnMut() + Send>;

// The states of a barrier:
//
// | is_broken | action_run | meaning                            | set by                      | cleared by           |
// | --------- | ---------- | ---------------------------------- | --------------------------- | -------------------- |
// | false     | none       | filling: the waiters wait for the  | new, reset, end of the run  | last arrival, break  |
// |           |            | last arrival                       |                             |                      |
// | false     | awaited    | in action: arrivals enter the      | last arrival                | end of the run       |
// |           |            | entry queue                        |                             |                      |
// | false     | abandoned  | in action, for no generation: the  | reset in a run              | end of the run       |
// |           |            | entry queue waits for its end      |                             |                      |
// | true      | none       | broken: arrivals are refused       | timeout, abort, panic       | reset                |
// | true      | awaited    | broken, but the run's generation   | timeout in the entry queue  | end of the run,      |
// |           |            | is complete and will be released   |                             | reset                |
// | true      | abandoned  | broken, and the run's generation   | abort, or timeout of the    | end of the run,      |
// |           |            | too                                | generation, in a run        | reset                |
pub(super) struct State {
    /// Whether arrivals are refused.
    pub(super) is_broken: bool,
    /// `Some` while the action runs.
    action_run: Option<ActionRun>,
    /// `None` while the action runs, because it runs with no mutex held.
    action: Option<Action>,
}

/// The running action.
struct ActionRun {
    /// The thread that runs it: the last arrival.
    ident: u64,
    /// Whether the generation waits for the end of the action. False once the generation was broken: then `wait`
    /// returns `Broken` to the thread that runs the action.
    is_awaited: bool,
}

impl State {
    pub(super) const fn new(action: Option<Action>) -> Self {
        Self {
            is_broken: false,
            action_run: None,
            action,
        }
    }

    pub(super) fn is_in_action(&self) -> bool {
        self.action_run.is_some()
    }

    /// Whether the calling thread runs the action.
    pub(super) fn is_in_own_action(&self) -> bool {
        let run = self.action_run.as_ref();
        run.is_some_and(|run| run.ident == get_ident())
    }

    /// The number of arrived threads of a generation that has `waiters`: the last arrival runs its action.
    pub(super) fn arrived(&self, waiters: usize) -> usize {
        waiters + usize::from(self.is_action_awaited())
    }

    fn is_action_awaited(&self) -> bool {
        self.action_run.as_ref().is_some_and(|run| run.is_awaited)
    }

    pub(super) fn name(&self) -> &'static str {
        match (self.is_broken, &self.action_run) {
            (true, _) => "broken",
            (false, Some(_)) => "in action",
            (false, None) => "filling",
        }
    }

    /// Hands the action to the calling thread, which runs it. `None` when the barrier has no action.
    pub(super) fn begin_action(&mut self) -> Option<Action> {
        let action = self.action.take()?;
        self.action_run = Some(ActionRun {
            ident: get_ident(),
            is_awaited: true,
        });
        Some(action)
    }

    /// The generation no longer waits for the action that may be running.
    pub(super) fn abandon_action(&mut self) {
        if let Some(run) = &mut self.action_run {
            run.is_awaited = false;
        }
    }

    /// Takes the action back. Returns whether the generation still waits for it.
    pub(super) fn end_action(&mut self, action: Action) -> bool {
        let is_awaited = self.is_action_awaited() || fault!(ActionOfBrokenGeneration);
        self.action = Some(action);
        self.action_run = None;
        is_awaited
    }
}
