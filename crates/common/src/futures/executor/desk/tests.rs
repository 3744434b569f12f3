//! What of the desk is not to be seen from outside.

use super::ROOM;
use crate::futures::ThreadPoolExecutor;
use std::sync::mpsc;

/// Tasks that both buffers have room for.
fn room(executor: &ThreadPoolExecutor) -> usize {
    let desk = &executor.pool.desk;
    let outbox = desk.back.outbox.lock().capacity();
    outbox + desk.front.inbox.lock().tasks.capacity()
}

#[test]
fn a_rush_of_tasks_leaves_no_memory_behind() {
    let executor = ThreadPoolExecutor::new(1);
    let (hold, held) = mpsc::channel::<()>();
    executor.submit(move || held.recv().is_ok()).unwrap();
    for n in 0..100_000 {
        executor.submit(move || n).unwrap();
    }
    assert!(room(&executor) >= 100_000);
    drop(hold);
    // Ends: the worker comes to the empty desk before it rests.
    while room(&executor) > 4 * ROOM {
        std::thread::yield_now();
    }
    executor.submit(|| ()).unwrap().result().unwrap();
}
