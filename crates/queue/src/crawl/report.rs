//! The printed report: a line for each page as it completes, then the broken links and the summary.

use super::failure::Failure;
use super::link::Link;
use super::seen::{Broken, Occurrence, Seen};
use common::demo::{INTERRUPTED, LiveLine, counted, printable};
use common::println;
use percent_encoding::percent_decode_str;
use serde::{Serialize, Serializer};
use std::io::{Write, stderr};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The number of pages that are named for each broken link.
const MAX_NAMED: usize = 10;

/// The report on one page.
#[derive(Default, Serialize)]
pub(super) struct Entry {
    pub(super) url: Arc<str>,
    pub(super) status: Option<u16>,
    pub(super) bytes: u64,
    pub(super) title: Option<String>,
    pub(super) depth: u32,
    pub(super) links: u64,
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
    pub(super) fn new(link: &Link, seen: &Seen) -> Self {
        let discovery = &link.discovery;
        Self {
            url: seen.url(discovery.number),
            depth: discovery.depth,
            referrer: discovery.referrer.map(|page| seen.url(page)),
            ..Self::default()
        }
    }

    fn text(&self) -> String {
        let url = &self.url;
        match (&self.error, &self.redirect) {
            (Some(error), _) => format!("{url}: {error}"),
            (None, Some(to)) => format!("{url}: redirect to {to}"),
            (None, None) => {
                let (bytes, links) = (counted(self.bytes, "byte"), counted(self.links, "link"));
                format!("{url}: {bytes}, {links}")
            }
        }
    }
}

pub(super) struct Report {
    json: bool,
    /// The prefix of URLs that is not printed.
    origin: String,
    begun: Instant,
    interrupted: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    line: LiveLine,
    done: u64,
    bytes: u64,
    failed: u64,
    /// Lines that are sorted and printed at the end, if their order would be random.
    kept: Option<Vec<String>>,
    finished: bool,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            origin: String::new(),
            begun: Instant::now(),
            interrupted: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    /// Creates a report that prints its lines sorted at the end, with URLs of the site as paths.
    pub(super) fn sorted(origin: String) -> Self {
        let report = Self::new(false);
        report.state().kept = Some(Vec::new());
        Self { origin, ..report }
    }

    /// The number of pages reported.
    #[cfg(test)]
    pub(super) fn done(&self) -> u64 {
        self.state().done
    }

    /// The number of pages that failed.
    pub(super) fn failed(&self) -> u64 {
        self.state().failed
    }

    /// Prints the line of one page. A page that was cancelled by Ctrl-C has no line.
    pub(super) fn print_entry(&self, entry: &Entry, seen: &Seen) {
        let mut state = self.state();
        let is_cancelled = entry.error.as_ref().is_some_and(Failure::is_cancelled);
        if state.finished || is_cancelled {
            return;
        }
        state.done += 1;
        state.bytes += entry.bytes;
        state.failed += u64::from(entry.error.as_ref().is_some_and(Failure::is_broken));
        let line = if self.json {
            serde_json::to_string(entry).expect("strings and numbers")
        } else {
            self.shown(&entry.text())
        };
        if let Some(kept) = &mut state.kept {
            kept.push(line);
            return;
        }
        let (done, failed) = (state.done, state.failed);
        let progress = || {
            let queued = (seen.claimed() as u64).saturating_sub(done);
            #[expect(clippy::cast_precision_loss)]
            let rate = done as f64 / self.begun.elapsed().as_secs_f64();
            format!("{done} done, {queued} queued, {failed} failed, {rate:.0} pages/s")
        };
        state.line.update(|| println!("{line}"), progress);
    }

    pub(super) fn interrupt(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
    }

    /// Prints the summary once, and returns the exit code of the program.
    pub(super) fn finish(&self, seen: &Seen) -> ExitCode {
        let mut state = self.state();
        let interrupted = self.interrupted.load(Ordering::SeqCst);
        if !state.finished {
            state.finished = true;
            state.line.clear();
            let mut kept = state.kept.take().unwrap_or_default();
            kept.sort();
            for line in kept {
                println!("{line}");
            }
            for broken in seen.broken() {
                self.print_broken(&broken);
            }
            let (done, bytes, failed) = (state.done, state.bytes, state.failed);
            let prefix = if interrupted { "interrupted: " } else { "" };
            let disallowed = match seen.forbidden() {
                0 => String::new(),
                number => format!(", {number} kept out by robots.txt"),
            };
            let (pages, bytes) = (counted(done, "page"), counted(bytes, "byte"));
            self.print_line(&format!(
                "{prefix}{pages}, {bytes}, {failed} failed{disallowed}"
            ));
        }
        if interrupted {
            ExitCode::from(INTERRUPTED)
        } else {
            ExitCode::from(u8::from(state.failed > 0))
        }
    }

    fn print_broken(&self, broken: &Broken) {
        self.print_line(&format!("broken: {}: {}", broken.url, broken.reason));
        for Occurrence { page, link } in broken.referrers.iter().take(MAX_NAMED) {
            let link = link.as_ref().map(|link| format!("as {link} "));
            self.print_line(&format!("  {}on {page}", link.unwrap_or_default()));
        }
        if broken.referrers.len() > MAX_NAMED {
            let more = broken.referrers.len() - MAX_NAMED;
            self.print_line(&format!("  and on {more} more"));
        }
    }

    fn shown(&self, line: &str) -> String {
        printable(&readable(line)).replace(&self.origin, "")
    }

    /// With `--json`, other lines go to stderr, so that stdout has JSON only.
    fn print_line(&self, line: &str) {
        let line = self.shown(line);
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

/// Decodes the URLs in `line` for display, `/中` for `/%E4%B8%AD`. Characters that could mislead the reader stay
/// encoded.
fn readable(line: &str) -> String {
    let (mut shown, mut rest) = (String::with_capacity(line.len()), line);
    while let Some(at) = rest.find('%') {
        shown += &rest[..at];
        rest = &rest[at..];
        let bytes: Vec<u8> = percent_decode_str(rest).take(4).collect();
        let chunk = bytes.utf8_chunks().next();
        let char = chunk.and_then(|chunk| chunk.valid().chars().next());
        // An ASCII character is not decoded: `/` for `%2F` is another URL.
        let char = char.filter(|char| !char.is_ascii());
        let char = char.filter(|char| char.is_alphanumeric() || char.escape_debug().len() == 1);
        let length = char.map_or(1, |char| 3 * char.len_utf8());
        shown.push(char.unwrap_or('%'));
        rest = &rest[length..];
    }
    shown + rest
}
