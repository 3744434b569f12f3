//! Running the demo.

#[path = "../../../common/tests/all/support/hostile/mod.rs"]
pub(crate) mod hostile;

use common::testing::Running;
use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Output, Stdio};

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

/// Starts the demo, to be read line by line.
pub(crate) fn start(arguments: &[impl AsRef<OsStr>]) -> Running {
    Running::start(&mut command(arguments))
}

pub(crate) fn lines(text: &[u8]) -> Vec<&str> {
    std::str::from_utf8(text)
        .expect("the demo prints UTF-8")
        .lines()
        .collect()
}
