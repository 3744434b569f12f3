//! What is printed: a line a page as it is done, and at the end what is broken.

use super::failure::Failure;
use super::link::Link;
use super::seen::{Broken, Seen};
use common::demo::{INTERRUPTED, printable};
use common::println;
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Serialize, Serializer};
use std::fmt::Arguments;
use std::io::{IsTerminal, Write, stderr};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// So many pages are named on which a broken link stands.
const NAMED: usize = 10;

/// What there is to say of one page.
#[derive(Serialize)]
pub(super) struct Entry {
    pub(super) url: Arc<str>,
    pub(super) status: Option<u16>,
    pub(super) bytes: u64,
    pub(super) title: Option<String>,
    pub(super) depth: u32,
    pub(super) links: usize,
    pub(super) referrer: Option<Arc<str>>,
    pub(super) attempts: u32,
    pub(super) redirect: Option<String>,
    pub(super) error: Option<Failure>,
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Entry {
    pub(super) fn new(link: &Link) -> Self {
        Self {
            url: Arc::clone(&link.url),
            status: None,
            bytes: 0,
            title: None,
            depth: link.depth,
            links: 0,
            referrer: link.referrer.clone(),
            attempts: 0,
            redirect: None,
            error: None,
        }
    }

    fn text(&self) -> String {
        let url = &self.url;
        match (&self.error, &self.redirect) {
            (Some(error), _) => format!("{url}: {error}"),
            (None, Some(to)) => format!("{url}: redirect to {to}"),
            (None, None) => format!("{url}: {} bytes, {} links", self.bytes, self.links),
        }
    }
}

pub(super) struct Report {
    json: bool,
    /// The beginning of URLs that goes without saying.
    origin: String,
    bar: ProgressBar,
    begun: Instant,
    interrupted: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    done: usize,
    bytes: u64,
    failed: usize,
    /// Lines that wait for the end, where their order would be chance.
    kept: Option<Vec<String>>,
    finished: bool,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        let bar = if stderr().is_terminal() {
            ProgressBar::new_spinner()
                .with_style(ProgressStyle::with_template("{msg}").expect("it is right"))
        } else {
            ProgressBar::hidden()
        };
        Self {
            json,
            origin: String::new(),
            bar,
            begun: Instant::now(),
            interrupted: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    /// Prints the lines at the end and sorted, with the URLs of one site as their paths.
    pub(super) fn sorted(origin: String) -> Self {
        let report = Self::new(false);
        report.state().kept = Some(Vec::new());
        Self { origin, ..report }
    }

    /// How many pages were told of.
    #[cfg(test)]
    pub(super) fn done(&self) -> usize {
        self.state().done
    }

    /// How many pages could not be had.
    pub(super) fn failed(&self) -> usize {
        self.state().failed
    }

    /// Prints the line of one page. What Ctrl-C itself has ended has none.
    pub(super) fn tell(&self, entry: &Entry, seen: &Seen) {
        let mut state = self.state();
        let is_end = entry.error.as_ref().is_some_and(Failure::is_end);
        if state.finished || is_end {
            return;
        }
        state.done += 1;
        state.bytes += entry.bytes;
        state.failed += usize::from(entry.error.as_ref().is_some_and(Failure::is_broken));
        let line = if self.json {
            serde_json::to_string(entry).expect("strings and numbers")
        } else {
            self.shown(&entry.text())
        };
        if let Some(kept) = &mut state.kept {
            kept.push(line);
            return;
        }
        // Lines printed around the live one would tear it.
        self.bar.suspend(|| println!("{line}"));
        if !self.bar.is_hidden() {
            self.show_progress(&state, seen);
        }
    }

    fn show_progress(&self, state: &State, seen: &Seen) {
        let (done, failed) = (state.done, state.failed);
        let queued = seen.claimed().saturating_sub(done);
        #[expect(clippy::cast_precision_loss)]
        let rate = done as f64 / self.begun.elapsed().as_secs_f64();
        self.bar.set_message(format!(
            "{done} done, {queued} queued, {failed} failed, {rate:.0} pages/s"
        ));
    }

    pub(super) fn interrupt(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
    }

    /// Prints what there is to say at the end, once, and says how the program is to end.
    pub(super) fn finish(&self, seen: &Seen) -> ExitCode {
        let mut state = self.state();
        let interrupted = self.interrupted.load(Ordering::SeqCst);
        if !state.finished {
            state.finished = true;
            self.bar.finish_and_clear();
            let mut kept = state.kept.take().unwrap_or_default();
            kept.sort();
            for line in kept {
                println!("{line}");
            }
            for broken in seen.broken() {
                self.say_broken(&broken);
            }
            let (done, bytes, failed) = (state.done, state.bytes, state.failed);
            let prefix = if interrupted { "interrupted: " } else { "" };
            let kept_out = match seen.forbidden() {
                0 => String::new(),
                number => format!(", {number} kept out by robots.txt"),
            };
            self.say(format_args!(
                "{prefix}{done} pages, {bytes} bytes, {failed} failed{kept_out}"
            ));
        }
        if interrupted {
            ExitCode::from(INTERRUPTED)
        } else {
            ExitCode::from(u8::from(state.failed > 0))
        }
    }

    fn say_broken(&self, broken: &Broken) {
        let line = format!("broken: {}: {}", broken.url, broken.reason);
        self.say(format_args!("{}", self.shown(&line)));
        for page in broken.on.iter().take(NAMED) {
            self.say(format_args!("  on {}", self.shown(page)));
        }
        if broken.on.len() > NAMED {
            self.say(format_args!("  and on {} more", broken.on.len() - NAMED));
        }
    }

    fn shown(&self, line: &str) -> String {
        let line = printable(line);
        if self.origin.is_empty() {
            line
        } else {
            line.replace(&self.origin, "")
        }
    }

    /// Where lines of JSON are wanted, nothing else is among them.
    fn say(&self, line: Arguments<'_>) {
        if self.json {
            let _ = writeln!(stderr(), "{line}");
        } else {
            println!("{line}");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
