//! The end of the work: all tasks are done, or the queue is shut down.

use crate::{Options, SHORT};
use common::demo::{or_fail, spawn, until};
use common::println;
use common::queue::{Queue, ShutDown};
use std::thread;

pub(crate) fn join(_: &Options) {
    let queue = Queue::new();
    or_fail(queue.put("/a"));
    let page = or_fail(queue.get());
    let joined = queue.join_timeout(SHORT);
    println!(
        "{page} is taken: empty {}, join(20 ms) returns {joined}",
        queue.empty()
    );
    thread::scope(|scope| {
        let joiner = spawn(scope, || queue.join());
        until(|| queue.joining() == 1);
        println!(
            "join blocks: unfinished tasks: {}",
            queue.unfinished_tasks()
        );
        or_fail(queue.task_done());
        or_fail(joiner.join().map_err(|_| "join panicked"));
        println!(
            "join returns: unfinished tasks: {}",
            queue.unfinished_tasks()
        );
    });
    if let Err(error) = queue.task_done() {
        println!("task_done once more: ValueError: {error}");
    }
}

pub(crate) fn shutdown(_: &Options) {
    let queue = Queue::new();
    or_fail(queue.put("/a"));
    queue.shutdown();
    if let Err(ShutDown(page)) = queue.put("/b") {
        println!("put: ShutDown, the caller gets {page} back");
    }
    println!(
        "get: {}, which was still in the queue",
        or_fail(queue.get())
    );
    if let Err(error) = queue.get() {
        println!("get: ShutDown: {error}");
    }
}

pub(crate) fn shutdown_now(_: &Options) {
    let queue = Queue::new();
    for page in ["/a", "/b", "/c"] {
        or_fail(queue.put(page));
    }
    let page = or_fail(queue.get());
    println!(
        "{page} is taken; the caller gets back {}",
        queue.shutdown_now().join(" and ")
    );
    println!(
        "{page} is not done: join(20 ms) returns {}",
        queue.join_timeout(SHORT)
    );
    or_fail(queue.task_done());
    println!(
        "{page} is done: join(20 ms) returns {}",
        queue.join_timeout(SHORT)
    );
}
