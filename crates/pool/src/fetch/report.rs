//! What is printed: pages as they come, then what could not be had, then the sum.

use common::demo::{INTERRUPTED, or_fail, printable};
use common::futures::FutureError;
use common::{http, println};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

const UNPOISONED: &str = "no thread panics with the report";

pub(crate) struct Report {
    total: usize,
    bar: ProgressBar,
    /// Apart from the state, which is locked while a line is printed.
    interrupted: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pages: usize,
    bytes: u64,
    failures: Vec<String>,
    finished: bool,
}

impl Report {
    pub(crate) fn new(total: usize) -> Self {
        let target = if total > 10 {
            ProgressDrawTarget::stderr() // hidden where stderr is no terminal
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} pages, {eta} left");
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        bar.set_style(or_fail(style));
        bar.tick();
        Self {
            total,
            bar,
            interrupted: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    pub(crate) fn page(&self, url: &str, size: u64) {
        let mut state = self.state.lock().expect(UNPOISONED);
        if state.finished {
            return;
        }
        state.pages += 1;
        state.bytes += size;
        self.bar
            .suspend(|| println!("{}: {size} bytes", shown(url)));
        self.bar.inc(1);
    }

    /// Keeps the failure for the end. A task or request that Ctrl-C has cancelled is no failure.
    pub(crate) fn failure(&self, url: &str, error: &FutureError) {
        if is_cancelled(error) {
            return;
        }
        let line = format!("{}: {}", shown(url), printable(&error.to_string()));
        let mut state = self.state.lock().expect(UNPOISONED);
        state.failures.push(line);
        self.bar.inc(1);
    }

    pub(crate) fn interrupt(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
    }

    /// Prints what there is to say at the end, once, and says how the program is to end.
    pub(crate) fn finish(&self) -> ExitCode {
        let mut state = self.state.lock().expect(UNPOISONED);
        let interrupted = self.interrupted.load(Ordering::SeqCst);
        if !state.finished {
            state.finished = true;
            self.bar.finish_and_clear();
            for line in &state.failures {
                println!("{line}");
            }
            let prefix = if interrupted { "interrupted: " } else { "" };
            let (pages, total, bytes) = (state.pages, self.total, state.bytes);
            println!("{prefix}{pages} of {total} pages, {bytes} bytes");
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
