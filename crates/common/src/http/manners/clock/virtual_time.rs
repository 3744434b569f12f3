//! Time that stands still while a worker runs, and jumps to the next deadline when all of them wait.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// No test takes so much virtual time.
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// Virtual time, shared by the workers of one test.
///
/// A notification wakes every waiter, which checks its condition again: one version counts all changes.
#[derive(Debug)]
pub(in super::super) struct VirtualTime {
    began: (Instant, SystemTime),
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    now: Instant,
    /// Incremented by each notification, so that a waiter that saw an older version does not block.
    version: u64,
    /// Workers that neither wait nor have ended. Invariant: a woken waiter is counted from its notification on,
    /// so that time does not advance before it has run.
    running: usize,
    /// The waiters, each by its number, with its deadline.
    waiting: Vec<(u64, Option<Instant>)>,
    next_number: u64,
    /// All workers wait, and none of them for a moment within the limit.
    deadlocked: bool,
}

impl VirtualTime {
    pub(in super::super) fn new() -> Self {
        let now = Instant::now();
        Self {
            began: (now, SystemTime::now()),
            state: Mutex::new(State {
                now,
                version: 0,
                running: 0,
                waiting: Vec::new(),
                next_number: 0,
                deadlocked: false,
            }),
            changed: Condvar::new(),
        }
    }

    pub(in super::super) fn now(&self) -> Instant {
        self.state().now
    }

    pub(in super::super) fn date(&self) -> SystemTime {
        self.began.1 + self.elapsed()
    }

    /// The virtual time since the beginning.
    pub(in super::super) fn elapsed(&self) -> Duration {
        self.now() - self.began.0
    }

    /// Runs `work` on several workers, each with its number, and returns when all have ended.
    pub(in super::super) fn run(&self, workers: usize, work: impl Fn(usize) + Sync) {
        self.state().running += workers;
        thread::scope(|scope| {
            for worker in 0..workers {
                let work = &work;
                scope.spawn(move || {
                    let _running = Running(self);
                    work(worker);
                });
            }
        });
    }

    /// Blocks the worker for so long.
    pub(in super::super) fn sleep(&self, pause: Duration) {
        let until = self.now() + pause;
        while self.now() < until {
            self.wait(self.version(), Some(until));
        }
    }

    pub(super) fn version(&self) -> u64 {
        self.state().version
    }

    /// Blocks the worker until the version is another than `version`, or time reaches `until`.
    pub(super) fn wait(&self, version: u64, until: Option<Instant>) {
        let mut state = self.state();
        if state.version != version || until.is_some_and(|until| until <= state.now) {
            return;
        }
        let number = state.next_number;
        state.next_number += 1;
        state.waiting.push((number, until));
        self.stop_running(&mut state);
        while state.waiting.iter().any(|waiter| waiter.0 == number) {
            assert!(
                !state.deadlocked,
                "all workers wait for what does not come within {LIMIT:?}"
            );
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Wakes every waiter.
    pub(super) fn notify(&self) {
        let mut state = self.state();
        state.version += 1;
        state.running += state.waiting.len();
        state.waiting.clear();
        self.changed.notify_all();
    }

    /// One worker less runs; the last one advances time to the earliest deadline.
    fn stop_running(&self, state: &mut State) {
        state.running -= 1;
        if state.running > 0 || state.waiting.is_empty() {
            return;
        }
        match state.waiting.iter().filter_map(|waiter| waiter.1).min() {
            Some(earliest) if earliest <= self.began.0 + LIMIT => {
                state.now = earliest;
                let before = state.waiting.len();
                let is_later = |until: Option<Instant>| until.is_none_or(|until| until > earliest);
                state.waiting.retain(|waiter| is_later(waiter.1));
                state.running += before - state.waiting.len();
            }
            _ => state.deadlocked = true,
        }
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker that has not ended, not even by a panic.
struct Running<'a>(&'a VirtualTime);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if !state.deadlocked {
            self.0.stop_running(&mut state);
        }
    }
}
