//! Ends three consumers of a bounded queue by a graceful shutdown, in which no item is lost.

#![allow(clippy::print_stdout, reason = "an example needs no feature of common")]

use common::queue::{GetError, PutError, Queue};
use std::thread;
use std::time::Duration;

const ITEMS: usize = 30;
const TIMEOUT: Duration = Duration::from_millis(20);

fn main() {
    // Backpressure: `put` blocks while four items are in the queue.
    let queue = Queue::bounded(4);
    let consumed: Vec<Vec<usize>> = thread::scope(|scope| {
        let consumers = [(); 3].map(|()| scope.spawn(|| consume(&queue)));
        for item in 0..ITEMS {
            queue.put(item).expect("the queue is open");
        }
        // The consumers still take the items that are in the queue; only then does `get` fail.
        queue.shutdown();
        consumers
            .map(|consumer| consumer.join().expect("no consumer panics"))
            .into()
    });

    let mut items = consumed.concat();
    items.sort_unstable();
    println!("{ITEMS} items put, {} items consumed", items.len());
    println!("each item once: {}", items.into_iter().eq(0..ITEMS));
    println!("{} unfinished tasks", queue.unfinished_tasks());
    // A refused item is handed back.
    if let Err(PutError::ShutDown(item)) = queue.put_nowait(ITEMS) {
        println!("item {item} refused: the queue is shut down");
    }
}

/// Takes items until the queue is shut down and empty, and returns them.
fn consume(queue: &Queue<usize>) -> Vec<usize> {
    let mut items = Vec::new();
    loop {
        match queue.get_task_timeout(TIMEOUT) {
            // The task counts as done when its guard is dropped, at the end of this arm.
            Ok(task) => items.push(*task),
            // The timeout expired: a consumer could do other work here before it waits again.
            Err(GetError::Empty) => {}
            Err(GetError::ShutDown) => return items,
        }
    }
}
