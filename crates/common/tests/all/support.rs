//! What the tests of the primitives share.

use common::futures::{Future, ThreadPoolExecutor};
use std::any::type_name;
use std::process::{Command, Output};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, thread};

/// A timeout that no test expects to reach, however slow the machine.
pub(crate) const LONG: Duration = Duration::from_secs(10 * 60);

/// A timeout that is meant to pass.
pub(crate) const SHORT: Duration = Duration::from_millis(2);

/// Returns once `condition` holds. A handshake, not a wait: what it looks at must be brought about.
pub(crate) fn until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

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
/// is run again there. Returns the output of that process, which succeeded; in that process, returns `None`.
pub(crate) fn alone<F: FnOnce()>(body: F) -> Option<Output> {
    const ALONE: &str = "COMMON_TEST_ALONE";
    if env::var_os(ALONE).is_some() {
        body();
        return None;
    }
    // "all::lock::the_test::{{closure}}"
    let (_, path) = type_name::<F>().split_once("::").unwrap();
    let test = path.strip_suffix("::{{closure}}").unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let shown = format!("{output:?}");
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("1 passed"), "no test has this name: {shown}");
    Some(output)
}

/// What a process wrote to stderr.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
