//! What is printed: pages as they come, then what could not be had, then the sum.

use common::demo::{INTERRUPTED, or_fail, printable};
use common::futures::FutureError;
use common::{http, println};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::error::Error;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// With fewer URLs than this a progress bar is noise.
const MANY: usize = 10;

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
        let target = if total > MANY {
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
        let mut state = self.state();
        if state.finished {
            return;
        }
        state.pages += 1;
        state.bytes += size;
        // Lines printed around the bar would tear it.
        self.bar
            .suspend(|| println!("{}: {size} bytes", shown(url)));
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
        let line = format!("{}: {}", shown(url), printable(&reason));
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shown(url: &str) -> String {
    printable(&http::without_userinfo(url))
}

fn is_cancelled(error: &(dyn Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(http::Error::Cancelled))
}
