//! The printed report: pages as they complete, then the failures, then the summary.

use common::demo::{INTERRUPTED, LiveLine, counted, printable};
use common::futures::FutureError;
use common::{http, println};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

const UNPOISONED: &str = "no thread panics with the report";

pub(crate) struct Report {
    total: usize,
    begun: Instant,
    /// Not in `state`, which is locked while a line is printed.
    interrupted: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    line: LiveLine,
    pages: usize,
    bytes: u64,
    failures: Vec<String>,
    finished: bool,
}

impl Report {
    pub(crate) fn new(total: usize) -> Self {
        let line = LiveLine::new(total > 10);
        Self {
            total,
            begun: Instant::now(),
            interrupted: AtomicBool::new(false),
            state: Mutex::new(State {
                line,
                ..State::default()
            }),
        }
    }

    pub(crate) fn page(&self, url: &str, size: u64) {
        let mut state = self.state.lock().expect(UNPOISONED);
        if state.finished {
            return;
        }
        state.pages += 1;
        state.bytes += size;
        let line = format!("{}: {}", shown(url), counted(size, "byte"));
        self.progress(&mut state, || println!("{line}"));
    }

    /// Records a failure, which `finish` prints. A task or request that Ctrl-C cancelled is not a failure.
    pub(crate) fn failure(&self, url: &str, error: &FutureError) {
        if is_cancelled(error) {
            return;
        }
        let line = format!("failed: {}: {}", shown(url), printable(&error.to_string()));
        let mut state = self.state.lock().expect(UNPOISONED);
        state.failures.push(line);
        self.progress(&mut state, || {});
    }

    /// Prints above the live line, which shows the progress and the estimated time left.
    fn progress(&self, state: &mut State, print: impl FnOnce()) {
        let (done, total) = (state.pages + state.failures.len(), self.total);
        #[expect(clippy::cast_precision_loss)]
        let ratio = (total - done) as f64 / done as f64;
        let left = self.begun.elapsed().mul_f64(ratio);
        let text = || format!("{done}/{total} pages, {} s left", left.as_secs());
        state.line.update(print, text);
    }

    pub(crate) fn interrupt(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
    }

    /// Prints the summary once, and returns the exit code of the program.
    pub(crate) fn finish(&self) -> ExitCode {
        let mut state = self.state.lock().expect(UNPOISONED);
        let interrupted = self.interrupted.load(Ordering::SeqCst);
        if !state.finished {
            state.finished = true;
            state.line.clear();
            for line in &state.failures {
                println!("{line}");
            }
            let prefix = if interrupted { "interrupted: " } else { "" };
            let bytes = counted(state.bytes, "byte");
            println!("{prefix}{} of {} pages, {bytes}", state.pages, self.total);
        }
        match (interrupted, state.pages == self.total) {
            (true, _) => ExitCode::from(INTERRUPTED),
            (false, true) => ExitCode::SUCCESS,
            (false, false) => ExitCode::FAILURE,
        }
    }
}

fn shown(url: &str) -> String {
    printable(&http::without_userinfo(url))
}

fn is_cancelled(error: &FutureError) -> bool {
    match error {
        FutureError::Failed(error) => matches!(error.downcast_ref(), Some(http::Error::Cancelled)),
        error => matches!(error, FutureError::Cancelled),
    }
}
