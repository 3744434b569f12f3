//! The kinds of queue: which item comes next, how many there may be, and which thread blocks.

use crate::{Options, SHORT};
use common::demo::{or_fail, spawn, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::queue::{
    BlockingQueue, LifoQueue, PriorityQueue, PutError, Queue, SimpleQueue, Storage,
};
use std::cmp::Reverse;
use std::thread;

const ITEMS: [u32; 3] = [2, 3, 1];

pub(crate) fn kinds(_: &Options) {
    println!("put into each:  {ITEMS:?}");
    println!("Queue:          {:?}", put_and_get(&Queue::new()));
    println!("LifoQueue:      {:?}", put_and_get(&LifoQueue::new()));
    println!("PriorityQueue:  {:?}", put_and_get(&PriorityQueue::new()));
    let simple = SimpleQueue::new();
    for item in ITEMS {
        simple.put(item);
    }
    println!("SimpleQueue:    {:?}", ITEMS.map(|_| simple.get()));
}

/// The items in the order in which they come out.
fn put_and_get<S: Storage<u32>>(queue: &BlockingQueue<u32, S>) -> [u32; 3] {
    for item in ITEMS {
        or_fail(queue.put(item));
    }
    ITEMS.map(|_| or_fail(queue.get()))
}

pub(crate) fn priorities(_: &Options) {
    let pages = [(2, "/c"), (1, "/b"), (1, "/a")];
    let (smallest, greatest) = (PriorityQueue::new(), PriorityQueue::new());
    let in_turn = PriorityQueue::new();
    for (number, (priority, page)) in pages.into_iter().enumerate() {
        or_fail(smallest.put((priority, page)));
        or_fail(greatest.put(Reverse((priority, page))));
        or_fail(in_turn.put((priority, number, page)));
    }
    println!("put into each:             {pages:?}");
    println!(
        "the smallest first:        {:?}",
        pages.map(|_| or_fail(smallest.get()))
    );
    println!(
        "with Reverse the greatest: {:?}",
        pages.map(|_| or_fail(greatest.get()).0)
    );
    println!(
        "of equals the first put:   {:?}",
        pages.map(|_| or_fail(in_turn.get()))
    );
}

pub(crate) fn size(_: &Options) {
    let show = |queue: &Queue<&str>| {
        let (maxsize, qsize) = (queue.maxsize(), queue.qsize());
        let (empty, full) = (queue.empty(), queue.full());
        println!("maxsize {maxsize}: qsize {qsize}, empty {empty}, full {full}");
    };
    let queue = Queue::bounded(2);
    show(&queue);
    for page in ["/a", "/b"] {
        or_fail(queue.put(page));
        show(&queue);
    }
    println!("a lower bound, then none: the items stay in the queue");
    for maxsize in [1, 0] {
        queue.set_maxsize(maxsize);
        show(&queue);
    }
}

pub(crate) fn put(_: &Options) {
    let queue = Queue::bounded(1);
    or_fail(queue.put("/a"));
    if let Err(PutError::Full(page)) = queue.put_nowait("/b") {
        println!("put_nowait: Full, the caller gets {page} back");
    }
    if let Err(PutError::Full(page)) = queue.put_timeout("/b", SHORT) {
        println!("put(timeout 20 ms): Full, the caller gets {page} back");
    }
    thread::scope(|scope| {
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
        println!("get(timeout 20 ms): {error:?}");
    }
    thread::scope(|scope| {
        spawn(scope, || println!("get returns {}", or_fail(queue.get())));
        until(|| queue.waiting() == 1);
        println!("get blocks: the queue is empty");
        or_fail(queue.put("/a"));
    });
}
