//! A running program, read line by line.

use super::Run;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// The default limit; longer than any test takes, however slow the machine.
pub(super) const LIMIT: Duration = Duration::from_secs(90);
/// The time to read the last lines of a killed program. A process that it has started may keep the pipes open.
const LAST_LINES: Duration = Duration::from_secs(1);

/// A running program. It is killed when this is dropped, and when it exceeds its limit: then the test fails with its
/// output.
#[derive(Debug)]
pub struct Running {
    command: String,
    child: Child,
    limit: Duration,
    deadline: Instant,
    stdout: Option<BufReader<ChildStdout>>,
    /// The lines of stderr, which another thread reads.
    stderr: Option<Receiver<String>>,
    /// The output so far.
    read: Run,
}

impl Running {
    /// Starts `command` with an empty stdin and a limit of 90 seconds.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start(command: &mut Command) -> Self {
        Self::spawn(command, "", LIMIT)
    }

    /// Starts `command` with `input` on its stdin and a limit of 90 seconds.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn reading(command: &mut Command, input: impl Into<Vec<u8>>) -> Self {
        Self::spawn(command, input, LIMIT)
    }

    pub(super) fn spawn(command: &mut Command, input: impl Into<Vec<u8>>, limit: Duration) -> Self {
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let (mut stdin, input) = (child.stdin.take().expect("it is piped"), input.into());
        thread::spawn(move || stdin.write_all(&input)); // an error: the program does not read all input
        let (sender, stderr) = mpsc::channel();
        let pipe = child.stderr.take().expect("it is piped");
        thread::spawn(move || send_lines(BufReader::new(pipe), usize::MAX, &sender));
        Self {
            command: format!("{command:?}"),
            limit,
            deadline: Instant::now() + limit,
            stdout: child.stdout.take().map(BufReader::new),
            stderr: Some(stderr),
            read: Run::default(),
            child,
        }
    }

    /// Returns the next line of stdout.
    ///
    /// # Panics
    ///
    /// If there is none, or the program exceeds its limit.
    pub fn line(&mut self) -> String {
        let before = self.read.lines.len();
        self.read_lines(1);
        let line = self.read.lines.get(before);
        line.expect("there is one more line").clone()
    }

    /// Waits for the end and returns the whole output, with the lines that were read before.
    ///
    /// # Panics
    ///
    /// If the program exceeds its limit.
    pub fn end(mut self) -> Run {
        self.read_lines(usize::MAX);
        if let Some(stderr) = self.stderr.take() {
            self.receive(&stderr, |read| &mut read.complaints);
        }
        self.read.code = self.wait();
        std::mem::take(&mut self.read)
    }

    /// Waits for the end without reading a line: a full pipe stays full. Returns the exit code, `None` if a signal ended
    /// the program.
    ///
    /// # Panics
    ///
    /// If it exceeds its limit.
    pub fn end_unread(mut self) -> Option<i32> {
        self.wait()
    }

    /// Closes the stdout of the program, as when `head` has ended.
    pub fn close(&mut self) {
        self.stdout = None;
    }

    /// Reads at most `most` lines, on a thread that may block: the pipe has no timeout.
    fn read_lines(&mut self, most: usize) {
        let Some(mut stdout) = self.stdout.take() else {
            return;
        };
        let (sender, lines) = mpsc::channel();
        let reader = thread::spawn(move || {
            send_lines(&mut stdout, most, &sender);
            stdout
        });
        self.receive(&lines, |read| &mut read.lines);
        self.stdout = reader.join().ok();
    }

    /// Appends the received lines to the output.
    fn receive(&mut self, lines: &Receiver<String>, read: fn(&mut Run) -> &mut Vec<String>) {
        loop {
            match lines.recv_timeout(self.left()) {
                Ok(line) => read(&mut self.read).push(line),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    let _ = self.child.kill(); // an error: the program has just ended
                    read(&mut self.read).extend(last_lines(lines));
                    self.too_long();
                }
            }
        }
    }

    fn wait(&mut self) -> Option<i32> {
        loop {
            match self.child.try_wait().expect("no other thread waits for it") {
                Some(status) => return status.code(),
                None if self.left().is_zero() => self.too_long(),
                None => thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    fn too_long(&mut self) -> ! {
        let _ = self.child.kill();
        let complaints = self.stderr.iter().flat_map(last_lines);
        self.read.complaints.extend(complaints);
        let (command, limit, read) = (&self.command, self.limit, &self.read);
        panic!("{command} does not end in {limit:?}; {read}");
    }

    /// A figure of the process, as Linux shows it in `/proc/ID/status`: kilobytes, or a count.
    ///
    /// # Panics
    ///
    /// If the process has ended, or there is no such figure.
    #[cfg(target_os = "linux")]
    pub fn figure(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the process runs");
        let line = status.lines().find(|line| line.starts_with(name));
        let figure = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        figure.expect("Linux has the figure")
    }

    /// Sends Ctrl-C.
    ///
    /// # Panics
    ///
    /// If the process has ended.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-INT", &id]).status();
        assert!(status.is_ok_and(|status| status.success()));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines that arrive, until a second passes without one.
fn last_lines(lines: &Receiver<String>) -> impl Iterator<Item = String> {
    std::iter::from_fn(|| lines.recv_timeout(LAST_LINES).ok())
}

/// Sends at most `most` lines.
fn send_lines(from: impl BufRead, most: usize, to: &Sender<String>) {
    for line in from.split(b'\n').take(most) {
        let line = line.expect("the pipe can be read");
        let line = String::from_utf8(line).unwrap_or_else(|error| format!("no UTF-8: {error}"));
        if to.send(line).is_err() {
            return;
        }
    }
}
