//! Plain Rust: a program waits for the threads that it joins, and for no others.

use crate::Options;
use common::demo::spawn;
use common::println;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread::{self, sleep};
use std::time::Duration;

/// Threads of std have no `daemon`: all of them are daemons.
pub(crate) fn three_threads(unit: Duration) {
    for n in 1..4 {
        thread::spawn(move || {
            loop {
                println!("{n}");
                sleep(unit * n);
            }
        });
    }
}

pub(crate) fn scope_waits(_: &Options) {
    let ended = AtomicU32::new(0);
    thread::scope(|scope| {
        for n in 1..4 {
            let ended = &ended;
            spawn(scope, move || {
                sleep(Duration::from_millis(10) * n); // its work
                ended.fetch_add(1, Relaxed);
            });
        }
    });
    let ended = ended.into_inner();
    println!("threads that have ended at the scope's end: {ended}");
}
