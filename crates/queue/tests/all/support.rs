//! Running the crawler, with timeouts.

mod entry;
pub(crate) mod sites;

pub(crate) use entry::{Entries, Entry};

use common::testing::{Run, Running};
use std::ffi::OsStr;
use std::process::Command;
use std::thread;

/// The crawler, in an environment without proxies.
pub(crate) fn command(arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_queue"));
    command.arg("crawl").args(arguments);
    for proxy in ["all_proxy", "http_proxy", "https_proxy", "no_proxy"] {
        command.env_remove(proxy);
        command.env_remove(proxy.to_uppercase());
    }
    command
}

/// Runs `check` on all cases concurrently: each case spends most of its time blocked.
pub(crate) fn at_once<T: Send>(cases: impl IntoIterator<Item = T>, check: impl Fn(T) + Sync) {
    thread::scope(|scope| {
        for case in cases {
            let check = &check;
            scope.spawn(move || check(case));
        }
    });
}

/// Starts a crawl.
pub(crate) fn start(arguments: &[impl AsRef<OsStr>]) -> Running {
    Running::start(&mut command(arguments))
}

/// Runs a crawl to its end.
pub(crate) fn crawl(arguments: &[impl AsRef<OsStr>]) -> Run {
    start(arguments).end()
}

/// Runs a crawl from `url` to its end. Returns its JSON entries.
pub(crate) fn entries(url: &str, arguments: &[&str]) -> Entries {
    crawl(&[&["--json", url], arguments].concat()).entries()
}

/// The output of a crawl.
pub(crate) trait Crawled {
    /// Its JSON lines, in order.
    fn entries(&self) -> Entries;

    /// The text after the colon in the line of `url`.
    fn result_of(&self, url: &str) -> &str;

    fn summary(&self) -> &str;
}

impl Crawled for Run {
    fn entries(&self) -> Entries {
        Entries(self.lines.iter().map(|line| Entry::parse(line)).collect())
    }

    fn result_of(&self, url: &str) -> &str {
        let start = format!("{url}: ");
        let mut told = self
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix(&start));
        told.next()
            .unwrap_or_else(|| panic!("nothing of {url} in {self:#?}"))
    }

    fn summary(&self) -> &str {
        self.lines.last().expect("the output is not empty")
    }
}
