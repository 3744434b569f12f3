//! Threads that take tasks from a queue, and how the program knows that all tasks are done.

use crate::{Options, SHORT};
use common::demo::{or_fail, spawn, start};
use common::println;
use common::queue::Queue;
use common::threading::Thread;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

// The notes' listing, §4
static Q: Queue<u32> = Queue::new();

fn worker() {
    while let Ok(item) = Q.get() {
        println!("Working on {item}");
        println!("Finished {item}");
        or_fail(Q.task_done());
    }
}

pub(crate) fn daemon_worker(&Options { items, workers, .. }: &Options) {
    // Turn on the worker threads: one, as in the notes, unless --workers says otherwise.
    for _ in 0..workers {
        let thread = Thread::new(worker);
        or_fail(thread.set_daemon(true));
        start(&thread);
    }
    for item in 0..items {
        or_fail(Q.put(item));
    }
    Q.join();
    println!("All work completed");
}

pub(crate) fn panics(_: &Options) {
    let work_on = |page: &str| resume_unwind(Box::new(format!("{page} is malformed")));
    let by_hand = |queue: &Queue<&str>| {
        let page = or_fail(queue.get());
        work_on(page);
        or_fail(queue.task_done());
    };
    let with_a_guard = |queue: &Queue<&str>| {
        let page = or_fail(queue.get_task()); // the task is done when the guard is dropped
        work_on(&page);
    };
    show("get and task_done", by_hand);
    show("get_task", with_a_guard);
}

fn show(calls: &str, worker: impl FnOnce(&Queue<&str>) + Send) {
    let queue = Queue::new();
    or_fail(queue.put("/a"));
    let panicked = thread::scope(|scope| spawn(scope, || worker(&queue)).join().is_err());
    let joined = queue.join_timeout(SHORT);
    println!("{calls}: the worker panicked {panicked}, join(20 ms) returns {joined}");
}

pub(crate) fn until_shutdown(&Options { items, workers, .. }: &Options) {
    let (queue, done) = (Queue::new(), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..workers {
            spawn(scope, || {
                while let Ok(_item) = queue.get_task() {
                    done.fetch_add(1, Relaxed);
                }
            });
        }
        for item in 0..items {
            or_fail(queue.put(item));
        }
        queue.shutdown(); // the workers still take the items in the queue
    });
    println!("tasks done: {done:?}, and the workers have ended");
}

/// The tasks that working on an item adds: two with a smaller number, none for 0.
pub(crate) fn added_by(item: u32) -> impl Iterator<Item = u32> {
    (0..2).filter_map(move |_| item.checked_sub(1))
}

pub(crate) fn work_that_makes_work(&Options { workers, .. }: &Options) {
    let (queue, done) = (Queue::new(), AtomicU32::new(0));
    or_fail(queue.put(4));
    thread::scope(|scope| {
        for _ in 0..workers {
            spawn(scope, || {
                while let Ok(item) = queue.get_task() {
                    added_by(*item).for_each(|added| or_fail(queue.put(added)));
                    done.fetch_add(1, Relaxed);
                }
            });
        }
        queue.join(); // a task adds its tasks before it is done itself
        queue.shutdown();
    });
    println!("each task adds two, four times; tasks done: {done:?}");
}
