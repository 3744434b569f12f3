//! Three threads that print without end, while main ends.

use common::demo::{or_fail, sleep, start};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Runnable, Thread, active_count};
use std::thread::{self};
use std::time::Duration;

// The notes' listing, §2.2
struct MyThread {
    n: u32,
    unit: Duration, // a second in the notes
}

impl Runnable for MyThread {
    fn run(self) {
        loop {
            let count = active_count();
            println!("{}: active threads: {count}", self.n);
            sleep(self.unit * self.n);
        }
    }
}

pub(crate) fn three_threads(daemon: bool, unit: Duration) {
    for i in 1..4 {
        let t = Thread::of(MyThread { n: i, unit });
        or_fail(t.set_daemon(daemon));
        start(&t);
    }
}

/// Threads of std have no `daemon`: all of them are daemons.
pub(crate) fn plain_threads(unit: Duration) {
    for n in 1..4 {
        thread::spawn(move || {
            loop {
                println!("{n}");
                sleep(unit * n);
            }
        });
    }
}
