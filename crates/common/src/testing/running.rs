//! A program while it runs, read line by line.

use std::io::{BufRead, BufReader, Read};
use std::mem::take;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// No test takes so long, however slow the machine.
const LIMIT: Duration = Duration::from_secs(90);

/// A program while it runs. It is killed when this is dropped, and when it exceeds a minute and a half.
#[derive(Debug)]
pub struct Running {
    child: Child,
    until: Instant,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    /// The lines of its stdout that were read.
    read: Vec<String>,
}

/// What a program left.
#[derive(Debug)]
pub struct Ended {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    /// All lines of its stdout.
    pub lines: Vec<String>,
    /// All lines of its stderr.
    pub complaints: Vec<String>,
}

impl Running {
    /// Starts `command`, with nothing to read on its stdin.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
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

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its next line.
    ///
    /// # Panics
    ///
    /// If it ends before, or exceeds the limit.
    pub fn line(&mut self) -> String {
        self.next().expect("there is one more line")
    }

    /// Waits for its end. All lines are returned, those read before as well.
    ///
    /// # Panics
    ///
    /// If it exceeds the limit.
    pub fn end(mut self) -> Ended {
        while self.next().is_some() {}
        let complaints = self.complaints();
        let status = self.child.wait().expect("no other thread waits for it");
        Ended {
            code: status.code(),
            lines: take(&mut self.read),
            complaints,
        }
    }

    /// Reads no more, as `head` does, and waits for its end; the pipe is closed once one more line has come.
    ///
    /// # Panics
    ///
    /// If it exceeds the limit.
    pub fn close(mut self) -> Ended {
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

    /// A figure of the process, as Linux's `/proc/ID/status` has it: kilobytes, or a count.
    ///
    /// # Panics
    ///
    /// If the process has ended, or there is no such figure.
    #[cfg(target_os = "linux")]
    pub fn figure(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()));
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
        interrupt(self.id());
    }
}

/// Sends Ctrl-C to the process `id`.
///
/// # Panics
///
/// If there is no such process.
#[cfg(unix)]
pub fn interrupt(id: u32) {
    let status = Command::new("kill")
        .args(["-INT", &id.to_string()])
        .status();
    assert!(status.is_ok_and(|status| status.success()));
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a pipe, which is closed when its receiver is dropped.
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
