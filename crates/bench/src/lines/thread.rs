//! Thread: start, run and join.

use crate::line::Line;
use crate::timing::timed;
use common::threading::Thread;
use std::hint::black_box;
use std::thread;

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("Thread, start and join")
            .goal(1.1)
            .ours(|threads| {
                timed(threads, |_| {
                    let thread = Thread::new(work);
                    thread.start().expect("the system starts a thread");
                    thread.join().expect("no panic");
                })
            })
            .peer("std", |threads| {
                timed(threads, |_| thread::spawn(work).join().expect("no panic"))
            })
            .python(include_str!("thread.py"), &[]),
    ]
}

fn work() {
    black_box(());
}
