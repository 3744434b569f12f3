//! Running the demo.

#[path = "../../../common/tests/all/support/hostile/mod.rs"]
pub(crate) mod hostile;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

pub(crate) fn command(arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pool"));
    command.arg("fetch").args(arguments);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the demo to its end.
pub(crate) fn pool(arguments: &[impl AsRef<OsStr>]) -> Output {
    command(arguments).output().expect("the demo runs")
}

/// Runs the demo to its end, with `text` on its stdin.
pub(crate) fn pool_reading(text: &[u8], arguments: &[&str]) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .spawn()
        .expect("the demo starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(text).expect("the demo reads");
    drop(stdin);
    child.wait_with_output().expect("the demo runs")
}

/// The demo while it runs.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) stdout: BufReader<ChildStdout>,
}

pub(crate) fn start(arguments: &[impl AsRef<OsStr>]) -> Running {
    let mut child = command(arguments).spawn().expect("the demo starts");
    let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    Running { child, stdout }
}

impl Running {
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout
            .read_line(&mut line)
            .expect("the demo prints UTF-8");
        line.trim_end().to_owned()
    }

    /// What it prints from now on, and its exit code.
    pub(crate) fn rest(mut self) -> (String, Option<i32>) {
        let mut rest = String::new();
        self.stdout
            .read_to_string(&mut rest)
            .expect("the demo prints UTF-8");
        let status = self.child.wait().expect("the demo ends");
        (rest, status.code())
    }

    /// A figure of the running process, as Linux tells it.
    #[cfg(target_os = "linux")]
    pub(crate) fn figure(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the process lives");
        let line = status
            .lines()
            .find(|line| line.starts_with(name))
            .expect("Linux tells it");
        line.split_whitespace()
            .nth(1)
            .and_then(|figure| figure.parse().ok())
            .expect("it is a number")
    }
}

pub(crate) fn lines(text: &[u8]) -> Vec<&str> {
    std::str::from_utf8(text)
        .expect("the demo prints UTF-8")
        .lines()
        .collect()
}
