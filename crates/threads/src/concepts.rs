//! §1.1: tasks one after another and tasks that exist at once; threads that compute in turns and at once.

use crate::Options;
use crate::work::{AtOnce, compute, on_threads, wait_for_an_answer};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::Lock;
use std::sync::Barrier;

pub(crate) fn sequential(&Options { threads }: &Options) {
    let tasks = AtOnce::default();
    for task in 1..=threads {
        tasks.enter();
        println!("task {task} begins");
        wait_for_an_answer();
        println!("task {task} ends");
        tasks.leave();
    }
    println!("tasks that existed at once: {}", tasks.most());
}

pub(crate) fn concurrent(&Options { threads }: &Options) {
    let (tasks, all_have_begun) = (AtOnce::default(), Barrier::new(threads));
    on_threads(threads, || {
        tasks.enter();
        all_have_begun.wait(); // no task ends before the last one has begun
        wait_for_an_answer();
        tasks.leave();
    });
    println!("tasks that existed at once: {}", tasks.most());
}

pub(crate) fn serial(&Options { threads }: &Options) {
    let (tasks, all_have_begun) = (AtOnce::default(), Barrier::new(threads));
    let (computing, core) = (AtOnce::default(), Lock::new()); // the only core, or the GIL
    on_threads(threads, || {
        tasks.enter();
        all_have_begun.wait();
        for _ in 0..5 {
            let _turn = core.guard(); // a thread computes only while it holds the lock
            computing.enter();
            compute();
            computing.leave();
        }
        tasks.leave();
    });
    println!("tasks that existed at once: {}", tasks.most());
    println!("threads that computed at once: {}", computing.most());
}

pub(crate) fn parallel(&Options { threads }: &Options) {
    let computing = AtOnce::default();
    on_threads(threads, || {
        computing.enter();
        while computing.most() < threads {
            compute(); // no thread stops before all of them compute
        }
        computing.leave();
    });
    println!("threads that computed at once: {}", computing.most());
}
