//! What the tests of the primitives share.

pub(crate) use common::demo::until;

use common::futures::{Future, ThreadPoolExecutor};
use common::testing::{Run, Running};
use std::any::type_name;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;
use std::{env, thread};

/// A timeout that no test expects to reach, however slow the machine.
pub(crate) const LONG: Duration = Duration::from_secs(10 * 60);

/// A timeout that is meant to pass.
pub(crate) const SHORT: Duration = Duration::from_millis(2);

/// Returns once `value`'s Debug says so.
pub(crate) fn until_shows(value: &impl std::fmt::Debug, text: &str) {
    until(|| format!("{value:?}").contains(text));
}

/// Runs `work` with 0, 1, … on that many threads at once, and joins them all.
pub(crate) fn on_threads(count: usize, work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for number in 0..count {
            let work = &work;
            scope.spawn(move || work(number));
        }
    });
}

/// A worker that is busy until it is let go.
#[must_use = "dropping it lets the worker go"]
pub(crate) struct Busy {
    /// What it runs.
    pub(crate) future: Future<()>,
    hold: mpsc::Sender<()>,
}

impl Busy {
    /// Returns when it is done.
    pub(crate) fn let_go(self) {
        drop(self.hold);
        self.future.result().unwrap();
    }
}

/// Keeps one worker busy; returns when it is.
pub(crate) fn busy(executor: &ThreadPoolExecutor) -> Busy {
    let (begun, has_begun) = mpsc::channel();
    let (hold, let_go) = mpsc::channel::<()>();
    let task = move || {
        begun.send(()).unwrap();
        // Ends when the sender is dropped, by a test that failed too.
        let _ = let_go.recv();
    };
    let future = executor.submit(task).unwrap();
    has_begun.recv().unwrap();
    Busy { future, hold }
}

/// Calls its function when it is dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Runs `body`, a closure of the calling test, in a new process, for state that a process has only once: the test
/// is run again there. Returns what that process, which succeeded, has printed; in that process, returns `None`.
pub(crate) fn alone<F: FnOnce()>(body: F) -> Option<Run> {
    const ALONE: &str = "COMMON_TEST_ALONE";
    if env::var_os(ALONE).is_some() {
        body();
        return None;
    }
    // "all::lock::the_test::{{closure}}"
    let (_, path) = type_name::<F>().split_once("::").unwrap();
    let test = path.strip_suffix("::{{closure}}").unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    let run = Running::start(command.env(ALONE, "1")).end();
    assert_eq!(run.code, Some(0), "{run}");
    let shown = run.to_string();
    assert!(shown.contains("1 passed"), "no test has this name: {shown}");
    Some(run)
}

/// What a process wrote to stderr.
pub(crate) fn stderr(run: &Run) -> String {
    run.complaints
        .iter()
        .map(|line| line.clone() + "\n")
        .collect()
}
