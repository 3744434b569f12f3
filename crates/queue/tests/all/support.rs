//! Running the crawler, within bounds.

mod entry;
#[path = "../../../common/tests/all/support/hostile/mod.rs"]
pub(crate) mod hostile;
pub(crate) mod sites;

pub(crate) use entry::{Entries, Entry};

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// No crawl of these tests takes so long, however slow the machine.
const LIMIT: Duration = Duration::from_secs(90);

/// What a crawl left.
#[derive(Debug)]
pub(crate) struct Crawled {
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) lines: Vec<String>,
    pub(crate) complaints: Vec<String>,
}

/// A crawl while it runs; it is killed with this, and when it exceeds the limit.
pub(crate) struct Running {
    child: Child,
    until: Instant,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    /// What was read of its stdout.
    read: Vec<String>,
}

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
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the crawler starts");
        let stdout = lines(child.stdout.take().expect("it is piped"));
        let stderr = lines(child.stderr.take().expect("it is piped"));
        Self {
            child,
            until: Instant::now() + LIMIT,
            stdout,
            stderr,
            read: Vec::new(),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its next line.
    pub(crate) fn line(&mut self) -> String {
        self.next().expect("there is one more line")
    }

    /// All that it printed, and how it ended.
    pub(crate) fn end(mut self) -> Crawled {
        while self.next().is_some() {}
        let complaints = self.complaints();
        let status = self.child.wait().expect("nobody else waits for it");
        Crawled {
            code: status.code(),
            lines: std::mem::take(&mut self.read),
            complaints,
        }
    }

    /// Reads no more, as `head` does; the pipe is closed once one more line has come.
    pub(crate) fn close(mut self) -> Crawled {
        self.stdout = mpsc::channel().1;
        self.end()
    }

    fn next(&mut self) -> Option<String> {
        let left = self.until.saturating_duration_since(Instant::now());
        match self.stdout.recv_timeout(left) {
            Ok(line) => self.read.push(line),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => self.too_long(),
        }
        self.read.last().cloned()
    }

    fn complaints(&mut self) -> Vec<String> {
        let mut complaints = Vec::new();
        loop {
            let left = self.until.saturating_duration_since(Instant::now());
            match self.stderr.recv_timeout(left) {
                Ok(line) => complaints.push(line),
                Err(RecvTimeoutError::Disconnected) => return complaints,
                Err(RecvTimeoutError::Timeout) => self.too_long(),
            }
        }
    }

    fn too_long(&mut self) -> ! {
        let _ = self.child.kill();
        let complaints: Vec<_> = self.stderr.iter().collect();
        panic!("longer than {LIMIT:?}: {:#?}\n{complaints:#?}", self.read);
    }

    /// A figure of the running process in kB, as Linux tells it.
    #[cfg(target_os = "linux")]
    pub(crate) fn figure(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()));
        let status = status.expect("the process lives");
        let line = status.lines().find(|line| line.starts_with(name));
        let words = line.expect("Linux tells it").split_whitespace();
        words
            .skip(1)
            .find_map(|word| word.parse().ok())
            .expect("it is a number")
    }

    /// Ctrl-C.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        let mut kill = Command::new("kill");
        let status = kill.args(["-INT", &self.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a pipe, which is closed when nobody listens any more.
fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n') {
            let line = line.expect("the pipe can be read");
            let line = String::from_utf8(line).unwrap_or_else(|error| format!("no UTF-8: {error}"));
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
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
