//! Shared ticks, so that three threads print in one order in every run.

use std::sync::{Condvar, Mutex, MutexGuard};

/// At each tick thread 1 has its turn, then 2, then 3.
pub(crate) struct Clock {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Turns that are over: the next is that of thread `turns % THREADS + 1`.
    turns: u64,
    /// No tick from this one on has come yet.
    limit: u64,
}

pub(crate) const THREADS: u64 = 3;

impl Clock {
    /// Stands until it may run.
    pub(crate) const fn new() -> Self {
        let state = Mutex::new(State { turns: 0, limit: 0 });
        let changed = Condvar::new();
        Self { state, changed }
    }

    /// Waits for the turn of thread `number` at `tick`.
    pub(crate) fn wait_for(&self, tick: u64, number: u64) {
        let turn = tick * THREADS + number - 1;
        self.wait_while(|state| state.turns != turn || tick >= state.limit);
    }

    /// The turn is over.
    pub(crate) fn pass_on(&self) {
        self.state().turns += 1;
        self.changed.notify_all();
    }

    /// Waits until all turns before `tick` are over.
    pub(crate) fn wait_until(&self, tick: u64) {
        self.wait_while(|state| state.turns < tick * THREADS);
    }

    /// Lets it run up to `limit`, which is not among its ticks.
    pub(crate) fn run_to(&self, limit: u64) {
        self.state().limit = limit;
        self.changed.notify_all();
    }

    fn wait_while(&self, unready: impl Fn(&State) -> bool) {
        let waited = self
            .changed
            .wait_while(self.state(), |state| unready(state));
        drop(waited.expect("nobody panics under it"));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics under it")
    }
}
