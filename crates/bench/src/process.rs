//! A process that answers line by line, and is killed when it does not answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A running process; dropping it kills it.
pub(crate) struct Process {
    child: Child,
    stdin: ChildStdin,
    answers: Receiver<String>,
    /// Collects stderr, whose last line tells why a process ended.
    stderr: Option<JoinHandle<String>>,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("a pipe is missing");
        let stdin = child.stdin.take().ok_or_else(missing)?;
        let stdout = child.stdout.take().ok_or_else(missing)?;
        let mut pipe = child.stderr.take().ok_or_else(missing)?;
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || {
            for answer in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(answer);
            }
        });
        let stderr = thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Ok(Self {
            child,
            stdin,
            answers,
            stderr: Some(stderr),
        })
    }

    /// Returns the line that answers `question`, or the reason why there is none.
    pub(crate) fn ask(&mut self, question: &str, timeout: Duration) -> Result<String, String> {
        // An error: the process has ended, and `answer` reports it.
        let _ = writeln!(self.stdin, "{question}");
        self.answer(timeout)
    }

    /// Returns the next line, or kills the process and returns the reason why there is none.
    pub(crate) fn answer(&mut self, timeout: Duration) -> Result<String, String> {
        match self.answers.recv_timeout(timeout) {
            Ok(answer) => Ok(answer),
            Err(RecvTimeoutError::Timeout) => {
                self.kill();
                Err(format!("hung: no answer within {} s", timeout.as_secs()))
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.reason()),
        }
    }

    fn reason(&mut self) -> String {
        self.kill();
        let stderr = self.stderr.take().map(JoinHandle::join);
        let text = stderr.and_then(Result::ok).unwrap_or_default();
        match text.lines().rfind(|line| !line.trim().is_empty()) {
            Some(line) => line.trim().to_owned(),
            None => "ended without an answer".to_owned(),
        }
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
