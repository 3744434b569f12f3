//! Python's figure, where `python3` is there: one run of the line's small program.

use crate::line::Line;
use crate::process::Process;
use std::process::Command;
use std::time::Duration;

/// Nanoseconds per operation; nothing without `python3`, or when the program says none.
pub(crate) fn figure(line: &Line, patience: Duration) -> Option<f64> {
    let (program, arguments) = line.python.as_ref()?;
    let mut command = Command::new("python3");
    command.args(["-c", program]).args(arguments);
    let mut process = Process::start(&mut command).ok()?;
    match process.answer(patience) {
        Ok(answer) => answer.trim().parse().ok(),
        Err(reason) => {
            eprintln!("left out: {}, CPython: {reason}", line.name);
            None
        }
    }
}
