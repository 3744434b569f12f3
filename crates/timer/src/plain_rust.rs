//! A timer in plain Rust: a thread that waits for its cancellation until the interval has passed.

use crate::{HOUR, Options};
use common::println;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

pub(crate) fn recv_timeout(&Options { interval }: &Options) {
    for (interval, is_cancelled) in [(interval, false), (HOUR, true)] {
        let (cancel, cancelled) = mpsc::channel();
        let timer = thread::spawn(move || match cancelled.recv_timeout(interval) {
            Err(RecvTimeoutError::Timeout) => println!("the interval has passed: called"),
            Ok(()) | Err(RecvTimeoutError::Disconnected) => println!("cancelled: not called"),
        });
        if is_cancelled {
            cancel.send(()).expect("the timer's thread waits for it");
        }
        timer.join().expect("the timer's thread does not panic");
    }
}
