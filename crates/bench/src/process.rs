//! A process that is asked line by line, and killed when it does not answer.

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
    /// Collects stderr, so that a process that ends can be asked why.
    complaints: Option<JoinHandle<String>>,
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
        let mut stderr = child.stderr.take().ok_or_else(missing)?;
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || {
            for answer in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(answer);
            }
        });
        let complaints = thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stderr.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Ok(Self {
            child,
            stdin,
            answers,
            complaints: Some(complaints),
        })
    }

    /// The line that answers `question`, or why there is none.
    pub(crate) fn ask(&mut self, question: &str, patience: Duration) -> Result<String, String> {
        // An error here means that it ended, which the missing answer tells as well.
        let _ = writeln!(self.stdin, "{question}");
        self.answer(patience)
    }

    /// The next line, or why there is none; the process is dead then.
    pub(crate) fn answer(&mut self, patience: Duration) -> Result<String, String> {
        match self.answers.recv_timeout(patience) {
            Ok(answer) => Ok(answer),
            Err(RecvTimeoutError::Timeout) => {
                self.kill();
                Err(format!("hung: no answer within {} s", patience.as_secs()))
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.last_words()),
        }
    }

    fn last_words(&mut self) -> String {
        self.kill();
        let complaints = self.complaints.take().map(JoinHandle::join);
        let text = complaints.and_then(Result::ok).unwrap_or_default();
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
