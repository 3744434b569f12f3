//! A process that is ended when it takes too long.

use crate::sync::{Arc, Deadline, Mutex};
use crate::threading::Thread;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Output};
use std::thread;
use std::time::Duration;

/// How often to look whether a process has ended that prints no more.
const LOOK: Duration = Duration::from_millis(1);
/// To read what a process printed last before it was ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub(super) struct Limited {
    child: Child,
    stdout: Printed,
    stderr: Printed,
    deadline: Deadline,
}

impl Limited {
    /// Starts a command whose outputs are piped; its stdout is closed after `most` bytes.
    pub(super) fn start(command: &mut Command, limit: Duration, most: u64) -> Self {
        let mut child = command.spawn().expect("the demo starts");
        let stdout = child.stdout.take().expect("it is piped").take(most);
        let stderr = child.stderr.take().expect("it is piped");
        Self {
            child,
            stdout: Printed::to(stdout),
            stderr: Printed::to(stderr),
            deadline: Deadline::after(limit),
        }
    }

    /// What it printed. An error when it had not ended by itself in time, and was ended.
    pub(super) fn end(mut self) -> Result<Output, Output> {
        let in_time = self.wait();
        let status = in_time.unwrap_or_else(|| self.kill());
        let output = Output {
            status,
            stdout: self.stdout.so_far(),
            stderr: self.stderr.so_far(),
        };
        if in_time.is_some() {
            Ok(output)
        } else {
            Err(output)
        }
    }

    fn wait(&mut self) -> Option<ExitStatus> {
        if !(self.stdout.ends_by(self.deadline) && self.stderr.ends_by(self.deadline)) {
            return None;
        }
        loop {
            match self.child.try_wait().expect("it can be waited for") {
                None if !self.deadline.has_passed() => thread::sleep(LOOK),
                ended => return ended,
            }
        }
    }

    fn kill(&mut self) -> ExitStatus {
        // An error means that it has ended in this moment.
        let _ = self.child.kill();
        let status = self.child.wait().expect("it can be waited for");
        // A process that it has started may keep the pipes open: that one is not waited for.
        let soon = Deadline::after(LAST_WORDS);
        let _ = self.stdout.ends_by(soon) && self.stderr.ends_by(soon);
        status
    }
}

/// What comes out of a pipe, read by a thread of its own: both pipes at once, or a full one would keep the
/// process from going on, and so that what has come can be had although more is to come.
struct Printed {
    bytes: Shared,
    reader: Thread,
}

impl Printed {
    fn to(mut pipe: impl Read + Send + 'static) -> Self {
        let bytes = Shared::default();
        let mut sink = bytes.clone();
        let reader = Thread::new(move || {
            // An error ends it as the end of the pipe does.
            let _ = io::copy(&mut pipe, &mut sink);
        });
        reader.start().expect("the system has a thread to give");
        Self { bytes, reader }
    }

    /// Whether the pipe is at its end by then.
    fn ends_by(&self, deadline: Deadline) -> bool {
        let joined = self
            .reader
            .join_timeout(deadline.left().unwrap_or(Duration::MAX));
        joined.expect("reading does not panic")
    }

    fn so_far(&self) -> Vec<u8> {
        self.bytes.0.lock().clone()
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
