//! §1.1: tasks one after another, and tasks that exist at once.

use crate::Options;
use crate::work::{Inside, on_threads, wait_for_an_answer};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use std::sync::Barrier;

pub(crate) fn sequential(&Options { threads, .. }: &Options) {
    let begun = Inside::default();
    for task in 1..=threads {
        begun.enter();
        println!("task {task} of {threads} begins");
        wait_for_an_answer();
        println!("task {task} of {threads} ends");
        begun.leave();
    }
    println!("sequential: tasks that existed at once: {}", begun.most());
}

pub(crate) fn concurrent(&Options { threads, .. }: &Options) {
    let (begun, all_have_begun) = (Inside::default(), Barrier::new(threads));
    on_threads(threads, |_| {
        begun.enter();
        all_have_begun.wait(); // no task ends before the last one begins
        wait_for_an_answer();
        begun.leave();
    });
    println!("concurrent: tasks that existed at once: {}", begun.most());
}
