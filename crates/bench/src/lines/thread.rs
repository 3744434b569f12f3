//! Thread: started, run and joined.

use crate::line::Line;
use common::threading::Thread;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("Thread, start and join")
            .goal(1.0)
            .ours(|threads| {
                one_after_the_other(threads, || {
                    let thread = Thread::new(work);
                    thread.start().expect("the system has a thread to give");
                    thread.join().expect("no panic");
                })
            })
            .peer("std", |threads| {
                one_after_the_other(threads, || {
                    thread::spawn(work).join().expect("no panic");
                })
            })
            .python(include_str!("thread.py"), &[]),
    ]
}

fn work() {
    black_box(());
}

fn one_after_the_other(threads: u64, each: impl Fn()) -> Duration {
    let start = Instant::now();
    (0..threads).for_each(|_| each());
    start.elapsed()
}
