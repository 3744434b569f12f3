//! Workers: threads that take tasks from a queue.

use crate::{Options, SHORT};
use common::demo::{or_fail, scope, spawn, start};
use common::println;
use common::queue::Queue;
use common::threading::Thread;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

// The notes' listing, §4
static Q: Queue<u32> = Queue::new();

fn worker() {
    loop {
        let item = or_fail(Q.get());
        println!("Working on {item}");
        println!("Finished {item}");
        or_fail(Q.task_done());
    }
}

pub(crate) fn daemon_worker(options: &Options) {
    let thread = Thread::new(worker);
    or_fail(thread.set_daemon(true));
    start(&thread);
    for item in 0..options.items {
        or_fail(Q.put(item));
    }
    Q.join();
    println!("All work completed");
}

pub(crate) fn more_work(options: &Options) {
    let (queue, done) = (Queue::new(), AtomicUsize::new(0));
    or_fail(queue.put(4));
    scope(|scope| {
        for _ in 0..options.workers {
            spawn(scope, || {
                while let Ok(task) = queue.get_task() {
                    for smaller in 0..*task {
                        or_fail(queue.put(smaller));
                    }
                    done.fetch_add(1, Relaxed);
                } // `task` is dropped: the task is done, after those that it added were put
            });
        }
        queue.join();
        queue.shutdown();
    });
    println!("each task adds all smaller numbers as tasks; tasks done: {done:?}");
}

pub(crate) fn panics(_: &Options) {
    join_after("get and task_done", |queue| {
        let page = or_fail(queue.get());
        parse(page);
        or_fail(queue.task_done());
    });
    join_after("get_task", |queue| {
        let page = or_fail(queue.get_task()); // the task is done when the guard is dropped
        parse(*page);
    });
}

fn parse(page: &str) {
    resume_unwind(Box::new(format!("{page} is malformed"))); // a panic, without its message
}

/// Runs a worker that panics, and then tries to join the queue.
fn join_after(calls: &str, worker: fn(&Queue<&str>)) {
    let queue = Queue::new();
    or_fail(queue.put("/a"));
    let ended = scope(|scope| spawn(scope, || worker(&queue)).join());
    let (panicked, joined) = (ended.is_err(), queue.join_timeout(SHORT));
    println!("{calls}: the worker panicked: {panicked}, join(20 ms): {joined}");
}

pub(crate) fn until_shutdown(options: &Options) {
    let (queue, done) = (Queue::new(), AtomicUsize::new(0));
    scope(|scope| {
        for _ in 0..options.workers {
            spawn(scope, || done.fetch_add(queue.iter().count(), Relaxed));
        }
        for item in 0..options.items {
            or_fail(queue.put(item));
        }
        queue.shutdown(); // the workers still take the items in the queue
    });
    println!("tasks done: {done:?}, and all workers have ended");
}
