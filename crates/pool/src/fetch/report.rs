//! What is printed: pages as they come, then what could not be had, then the sum.

use common::demo::{INTERRUPTED, printable};
use common::futures::FutureError;
use common::{http, println};
use indicatif::{ProgressBar, ProgressStyle};
use std::error::Error;
use std::io::{IsTerminal, stderr};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// With fewer URLs than this a progress bar is noise.
const MANY: usize = 10;

pub(crate) struct Report {
    total: usize,
    /// The beginning of URLs that goes without saying.
    origin: String,
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
        let shown = total > MANY && stderr().is_terminal();
        let bar = if shown {
            let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} pages, {eta} left");
            let bar = ProgressBar::new(total as u64);
            bar.set_style(style.expect("the template is right"));
            bar.tick();
            bar
        } else {
            ProgressBar::hidden()
        };
        Self {
            total,
            origin: String::new(),
            bar,
            interrupted: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    /// Shows the URLs of one site as their paths.
    pub(crate) fn within(mut self, origin: String) -> Self {
        self.origin = origin;
        self
    }

    pub(crate) fn page(&self, url: &str, size: u64) {
        let mut state = self.state();
        if state.finished {
            return;
        }
        state.pages += 1;
        state.bytes += size;
        // Lines printed around the bar would tear it.
        self.bar
            .suspend(|| println!("{}: {size} bytes", self.shown(url)));
        self.bar.inc(1);
    }

    /// Keeps the failure for the end. What Ctrl-C itself has ended is none.
    pub(crate) fn failure(&self, url: &str, error: &FutureError) {
        let reason = match error {
            FutureError::Cancelled => return,
            FutureError::Failed(error) if is_cancelled(&**error) => return,
            FutureError::Failed(error) => error.to_string(),
            error => error.to_string(),
        };
        let line = format!("{}: {}", self.shown(url), printable(&reason));
        self.state().failures.push(line);
        self.bar.inc(1);
    }

    pub(crate) fn interrupt(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
    }

    /// Prints what there is to say at the end, once, and says how the program is to end.
    pub(crate) fn finish(&self) -> ExitCode {
        let mut state = self.state();
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
        if interrupted {
            ExitCode::from(INTERRUPTED)
        } else if state.pages == self.total {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn shown(&self, url: &str) -> String {
        let url = http::without_userinfo(url);
        printable(url.strip_prefix(&self.origin).unwrap_or(&url))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_cancelled(error: &(dyn Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(http::Error::Cancelled))
}
