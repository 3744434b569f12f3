//! The end of the work: all tasks are done, or the queue is shut down.

use crate::Options;
use common::demo::{or_fail, scope, spawn, until};
use common::println;
use common::queue::{Queue, ShutDown};
use common::threading::Event;

/// A worker has taken the only item: the queue is empty, but the task is not done.
pub(crate) fn join(_: &Options) {
    let (queue, taken) = (Queue::new(), Event::new());
    or_fail(queue.put("/a"));
    scope(|scope| {
        spawn(scope, || {
            let item = or_fail(queue.get());
            taken.set();
            until(|| queue.joining() == 1);
            println!("join blocks: the worker has not finished {item}");
            or_fail(queue.task_done());
        });
        taken.wait();
        let (qsize, unfinished) = (queue.qsize(), queue.unfinished_tasks());
        println!("qsize {qsize}, unfinished tasks {unfinished}");
        queue.join();
        let unfinished = queue.unfinished_tasks();
        println!("join returns: unfinished tasks {unfinished}");
    });
    if let Err(error) = queue.task_done() {
        println!("task_done once more: ValueError: {error}");
    }
}

pub(crate) fn shutdown(_: &Options) {
    let queue = Queue::new();
    or_fail(queue.put("/a"));
    queue.shutdown();
    if let Err(ShutDown(item)) = queue.put("/b") {
        println!("put: ShutDown, the caller gets {item} back");
    }
    println!("get: {}, still in the queue", or_fail(queue.get()));
    if let Err(error) = queue.get() {
        println!("get: ShutDown: {error}");
    }
}

pub(crate) fn shutdown_now(_: &Options) {
    let queue = Queue::new();
    for item in ["/a", "/b", "/c"] {
        or_fail(queue.put(item));
    }
    println!("get: {}", or_fail(queue.get()));
    println!("shutdown_now returns {:?}", queue.shutdown_now());
    println!("unfinished tasks {}", queue.unfinished_tasks());
}
