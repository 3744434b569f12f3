//! The state of a barrier.

use crate::threading::get_ident;

pub(super) type Action = Box<dyn FnMut() + Send>;

// The states of a barrier:
//
// | is_broken | runner | is_awaited | meaning                         | set by                     | cleared by           |
// | --------- | ------ | ---------- | ------------------------------- | -------------------------- | -------------------- |
// | false     | none   | false      | filling: the waiters wait for   | new, reset, end of the run | last arrival, break  |
// |           |        |            | the last arrival                |                            |                      |
// | false     | some   | true       | in action: arrivals enter the   | last arrival               | end of the run       |
// |           |        |            | entry queue                     |                            |                      |
// | false     | some   | false      | in action, for no generation:   | reset in a run             | end of the run       |
// |           |        |            | the entry queue waits for its   |                            |                      |
// |           |        |            | end                             |                            |                      |
// | true      | none   | false      | broken: arrivals are refused    | timeout, abort, panic      | reset                |
// | true      | some   | true       | broken, but the run's           | timeout in the entry queue | end of the run,      |
// |           |        |            | generation is complete and      |                            | reset                |
// |           |        |            | will be released                |                            |                      |
// | true      | some   | false      | broken, and the run's           | abort, or timeout of the   | end of the run,      |
// |           |        |            | generation too                  | generation, in a run       | reset                |
pub(super) struct State {
    /// Whether arrivals are refused.
    pub(super) is_broken: bool,
    /// The ident of the thread that runs the action: the last arrival.
    pub(super) runner: Option<u64>,
    /// Whether the generation waits for the end of the running action. False once the generation was broken: then `wait`
    /// returns `Broken` to the runner.
    pub(super) is_awaited: bool,
    /// `None` while the action runs, because it runs with no mutex held.
    pub(super) action: Option<Action>,
}

impl State {
    pub(super) const fn new() -> Self {
        Self {
            is_broken: false,
            runner: None,
            is_awaited: false,
            action: None,
        }
    }

    /// Hands the action to the calling thread, which runs it. `None` when the barrier has no action.
    pub(super) fn begin_action(&mut self) -> Option<Action> {
        let action = self.action.take()?;
        self.runner = Some(get_ident());
        self.is_awaited = true;
        Some(action)
    }

    /// Takes the action back. Returns whether the generation still waits for it.
    pub(super) fn end_action(&mut self, action: Action) -> bool {
        self.action = Some(action);
        self.runner = None;
        std::mem::take(&mut self.is_awaited) || fault!(ActionOfBrokenGeneration)
    }
}
