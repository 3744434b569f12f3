//! The child process: one contender, sampled on request until stdin ends.

use crate::line::{Contender, Line};
use crate::lines;
use std::io::{self, Write};
use std::process::exit;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use std::{panic, thread};

/// Answers each number of operations on stdin by the nanoseconds they took; ends with stdin.
pub(crate) fn serve(line: &str, contender: &str) -> ! {
    report_panics();
    let Some(line) = lines::named(line) else {
        eprintln!("no such line");
        exit(2)
    };
    let Some(contender) = line.contenders.iter().find(|entry| entry.name == contender) else {
        eprintln!("no such contender");
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

/// Any panic, on whatever thread, ends the process: one on a helper would leave the others waiting.
fn report_panics() {
    panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("no message");
        match info.location() {
            Some(place) => eprintln!("panicked: {message} ({}:{})", place.file(), place.line()),
            None => eprintln!("panicked: {message}"),
        }
        exit(101)
    }));
}

/// Read on a thread of its own, so that the end of the parent ends a child that hangs.
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
