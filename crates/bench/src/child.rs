//! The child process: one contender, sampled on request until stdin ends.

use crate::line::{Contender, Line};
use crate::lines;
use std::io::{self, Write};
use std::process::exit;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use std::{panic, thread};

/// Reads numbers of operations from stdin and answers each with the nanoseconds they took; exits when stdin ends.
pub(crate) fn serve(line: &str, contender: &str) -> ! {
    report_panics();
    let Some(line) = lines::named(line) else {
        eprintln!("no line has this name (--list shows the lines)");
        exit(2)
    };
    let Some(contender) = line.contenders.iter().find(|entry| entry.name == contender) else {
        eprintln!("no contender has this name (--list shows them)");
        exit(2)
    };
    for operations in requests() {
        let took = sample(&line, contender, operations);
        let mut stdout = io::stdout().lock();
        let sent = writeln!(stdout, "{}", took.as_nanos()).and_then(|()| stdout.flush());
        if sent.is_err() {
            break;
        }
    }
    exit(0)
}

/// A panic on any thread ends the process: after a panic on a helper the other threads would block forever.
fn report_panics() {
    panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("no message");
        match info.location() {
            Some(at) => eprintln!("panicked: {message} ({}:{})", at.file(), at.line()),
            None => eprintln!("panicked: {message}"),
        }
        exit(101)
    }));
}

/// A separate thread reads stdin, so that a child that hangs exits when its parent ends.
fn requests() -> Receiver<u64> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for request in io::stdin().lines().map_while(Result::ok) {
            let Ok(operations) = request.trim().parse() else {
                break;
            };
            let _ = sender.send(operations);
        }
        exit(0)
    });
    receiver
}

fn sample(line: &Line, contender: &Contender, operations: u64) -> Duration {
    match line.batch {
        Some(batch) => (0..operations / batch)
            .map(|_| (contender.run)(batch))
            .sum(),
        None => (contender.run)(operations),
    }
}
