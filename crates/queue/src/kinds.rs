//! The kinds of queue, how many items are in one, and when `put` and `get` block.

use crate::{Options, SHORT};
use common::demo::{or_fail, scope, spawn, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::queue::{LifoQueue, PriorityQueue, PutError, Queue, SimpleQueue};
use std::cmp::Reverse;

pub(crate) fn size(_: &Options) {
    let queue = Queue::bounded(2);
    for item in ["/a", "/b"] {
        or_fail(queue.put(item));
        println!("qsize {}, full {}", queue.qsize(), queue.full());
    }
    println!("get: {}", or_fail(queue.get()));
    println!("qsize {}, empty {}", queue.qsize(), queue.empty());
}

pub(crate) fn kinds(_: &Options) {
    let (fifo, simple) = (Queue::new(), SimpleQueue::new());
    let (lifo, priority) = (LifoQueue::new(), PriorityQueue::new());
    let items = [2, 3, 1];
    for item in items {
        or_fail(fifo.put(item));
        or_fail(lifo.put(item));
        or_fail(priority.put(item));
        simple.put(item);
    }
    println!("Queue         {:?}", items.map(|_| or_fail(fifo.get())));
    println!("LifoQueue     {:?}", items.map(|_| or_fail(lifo.get())));
    println!("PriorityQueue {:?}", items.map(|_| or_fail(priority.get())));
    println!("SimpleQueue   {:?}", items.map(|_| simple.get()));
}

pub(crate) fn priorities(_: &Options) {
    let (smallest, greatest) = (PriorityQueue::new(), PriorityQueue::new());
    for item in [(2, "/c"), (1, "/b"), (1, "/a")] {
        or_fail(smallest.put(item));
        or_fail(greatest.put(Reverse(item)));
    }
    for _ in 0..3 {
        let (first, Reverse(last)) = (or_fail(smallest.get()), or_fail(greatest.get()));
        println!("smallest first: {first:?}, greatest first: {last:?}");
    }
}

pub(crate) fn put(_: &Options) {
    let queue = Queue::bounded(1);
    or_fail(queue.put("/a"));
    if let Err(PutError::Full(item)) = queue.put_nowait("/b") {
        println!("put_nowait: Full, the caller gets {item} back");
    }
    if let Err(PutError::Full(item)) = queue.put_timeout("/b", SHORT) {
        println!("put_timeout(20 ms): Full, the caller gets {item} back");
    }
    scope(|scope| {
        spawn(scope, || or_fail(queue.put("/b")));
        until(|| queue.waiting() == 1);
        println!("put blocks: the queue is full");
        println!("get takes {} and makes room", or_fail(queue.get()));
    });
    println!("put returns: {} is in the queue", or_fail(queue.get()));
}

pub(crate) fn get(_: &Options) {
    let queue: Queue<&str> = Queue::new();
    if let Err(error) = queue.get_nowait() {
        println!("get_nowait: {error:?}");
    }
    if let Err(error) = queue.get_timeout(SHORT) {
        println!("get_timeout(20 ms): {error:?}");
    }
    scope(|scope| {
        spawn(scope, || println!("get returns {}", or_fail(queue.get())));
        until(|| queue.waiting() == 1);
        println!("get blocks: the queue is empty");
        or_fail(queue.put("/a"));
    });
}
