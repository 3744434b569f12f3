//! Running the crawler, within bounds.

mod entry;
#[path = "../../../common/tests/all/support/hostile/mod.rs"]
pub(crate) mod hostile;
pub(crate) mod sites;

pub(crate) use entry::{Entries, Entry};

use common::testing::{self, Ended};
use std::ffi::OsStr;
use std::ops::{Deref, DerefMut};
use std::process::Command;
use std::thread;

/// What a crawl left.
#[derive(Debug)]
pub(crate) struct Crawled {
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) lines: Vec<String>,
    pub(crate) complaints: Vec<String>,
}

/// A crawl while it runs.
pub(crate) struct Running(testing::Running);

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

/// Crawls, to the end.
pub(crate) fn crawl(arguments: &[impl AsRef<OsStr>]) -> Crawled {
    start(arguments).end()
}

/// Crawls from `url` to the end, with its entries as JSON.
pub(crate) fn entries(url: &str, arguments: &[&str]) -> Entries {
    crawl(&[&["--json", url], arguments].concat()).entries()
}

/// Begins a crawl.
pub(crate) fn start(arguments: &[impl AsRef<OsStr>]) -> Running {
    Running::from(&mut command(arguments))
}

impl Running {
    pub(crate) fn from(command: &mut Command) -> Self {
        Self(testing::Running::start(command))
    }

    /// All that it printed, and how it ended.
    pub(crate) fn end(self) -> Crawled {
        self.0.end().into()
    }

    /// Reads no more, as `head` does; the pipe is closed once one more line has come.
    pub(crate) fn close(self) -> Crawled {
        self.0.close().into()
    }
}

impl Deref for Running {
    type Target = testing::Running;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<Ended> for Crawled {
    fn from(ended: Ended) -> Self {
        let Ended {
            code,
            lines,
            complaints,
        } = ended;
        Self {
            code,
            lines,
            complaints,
        }
    }
}

impl Crawled {
    /// Its JSON lines, in their order.
    pub(crate) fn entries(&self) -> Entries {
        Entries(self.lines.iter().map(|line| Entry::parse(line)).collect())
    }

    /// The line of `url`, from its colon on.
    pub(crate) fn told_of(&self, url: &str) -> &str {
        let rest = |line: &'_ str| {
            line.strip_prefix(url)
                .is_some_and(|rest| rest.starts_with(": "))
        };
        let line = self.lines.iter().find(|line| rest(line));
        let line = line.unwrap_or_else(|| panic!("nothing of {url} in {self:#?}"));
        &line[url.len() + 2..]
    }

    pub(crate) fn summary(&self) -> &str {
        self.lines.last().expect("it says something")
    }
}
