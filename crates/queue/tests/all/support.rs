//! Running the crawler, within bounds.

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

/// Runs `check` on all cases at once: a case spends its time in waiting, and the cases wait side by side.
pub(crate) fn at_once<T: Send>(cases: impl IntoIterator<Item = T>, check: impl Fn(T) + Sync) {
    thread::scope(|scope| {
        for case in cases {
            let check = &check;
            scope.spawn(move || check(case));
        }
    });
}

/// Begins a crawl.
pub(crate) fn start(arguments: &[impl AsRef<OsStr>]) -> Running {
    Running::start(&mut command(arguments))
}

/// Crawls, to the end.
pub(crate) fn crawl(arguments: &[impl AsRef<OsStr>]) -> Run {
    start(arguments).end()
}

/// Crawls from `url` to the end, with its entries as JSON.
pub(crate) fn entries(url: &str, arguments: &[&str]) -> Entries {
    crawl(&[&["--json", url], arguments].concat()).entries()
}

/// What a crawl has printed.
pub(crate) trait Crawled {
    /// Its JSON lines, in their order.
    fn entries(&self) -> Entries;

    /// The line of `url`, from its colon on.
    fn told_of(&self, url: &str) -> &str;

    fn summary(&self) -> &str;
}

impl Crawled for Run {
    fn entries(&self) -> Entries {
        Entries(self.lines.iter().map(|line| Entry::parse(line)).collect())
    }

    fn told_of(&self, url: &str) -> &str {
        let start = format!("{url}: ");
        let mut told = self
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix(&start));
        told.next()
            .unwrap_or_else(|| panic!("nothing of {url} in {self:#?}"))
    }

    fn summary(&self) -> &str {
        self.lines.last().expect("it says something")
    }
}
