//! Running the demo.

use common::testing::{Run, Running};
use std::ffi::OsStr;
use std::process::Command;

pub(crate) fn command(arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pool"));
    command.arg("fetch").args(arguments);
    command
}

/// Starts the demo, to be read line by line.
pub(crate) fn start(arguments: &[impl AsRef<OsStr>]) -> Running {
    Running::start(&mut command(arguments))
}

/// Runs the demo to its end.
pub(crate) fn pool(arguments: &[impl AsRef<OsStr>]) -> Run {
    start(arguments).end()
}

/// Runs the demo to its end, with `text` on its stdin.
pub(crate) fn pool_reading(text: impl Into<Vec<u8>>, arguments: &[&str]) -> Run {
    Running::reading(&mut command(arguments), text).end()
}
