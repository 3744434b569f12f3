//! Who puts waits while the queue is full, who gets waits while it is empty; or does not wait, or not long.

use crate::{OPEN, SHORT, spawn};
use common::demo::{heading, until};
use common::println;
use common::queue::{PutError, Queue};
use std::thread;

pub(super) fn for_room() {
    heading("§4", "put(block, timeout), Full", "队列已满");
    let queue = Queue::bounded(1);
    queue.put("/a").expect(OPEN);
    told("put_nowait:        ", queue.put_nowait("/b"));
    told("put_timeout(20 ms):", queue.put_timeout("/b", SHORT));
    thread::scope(|scope| {
        spawn(scope, || queue.put("/b").expect(OPEN));
        until(|| queue.waiting() == 1);
        println!("put waits:          {queue:?}");
        println!("one is taken:       {:?}", queue.get());
    });
    println!("put is done:        {queue:?}\n");
}

fn told(call: &str, outcome: Result<(), PutError<&str>>) {
    match outcome {
        Ok(()) => println!("{call} done"),
        Err(PutError::Full(page)) => println!("{call} Full, and {page} is handed back"),
        Err(error) => println!("{call} {error}"),
    }
}

pub(super) fn for_an_item() {
    heading("§4", "get(block, timeout), Empty", "队列为空");
    let queue: Queue<&str> = Queue::new();
    println!("get_nowait:         {:?}", queue.get_nowait());
    println!("get_timeout(20 ms): {:?}", queue.get_timeout(SHORT));
    thread::scope(|scope| {
        let getter = spawn(scope, || queue.get());
        until(|| queue.waiting() == 1);
        println!("get waits:          {queue:?}");
        queue.put("/a").expect(OPEN);
        let got = getter.join().expect("get does not panic");
        println!("one is put, it has: {got:?}\n");
    });
}
