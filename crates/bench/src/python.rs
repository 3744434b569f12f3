//! Python's figure: one run of the line's small program, if `python3` is installed.

use crate::line::Line;
use crate::process::Process;
use std::process::Command;
use std::time::Duration;

/// Nanoseconds per operation; `None` without `python3` or without an answer.
pub(crate) fn figure(line: &Line, timeout: Duration) -> Option<f64> {
    let (program, arguments) = line.python.as_ref()?;
    let mut command = Command::new("python3");
    command.args(["-c", program]).args(arguments);
    let mut process = Process::start(&mut command).ok()?;
    match process.answer(timeout) {
        Ok(answer) => answer.trim().parse().ok(),
        Err(reason) => {
            eprintln!("left out: {}, CPython: {reason}", line.name);
            None
        }
    }
}
