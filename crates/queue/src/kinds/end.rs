//! How it ends: all that was put is done, or nothing more may be put.

use crate::{OPEN, SHORT, spawn};
use common::demo::{heading, until};
use common::println;
use common::queue::{Queue, ShutDown};
use std::thread;

pub(super) fn of_the_work() {
    heading("§4", "task_done, join", "所有任务完成");
    let queue = Queue::new();
    for page in ["/a", "/b"] {
        queue.put(page).expect(OPEN);
    }
    println!("got {:?} and {:?}", queue.get(), queue.get());
    let joined = queue.join_timeout(SHORT);
    println!("empty {}, but join_timeout(20 ms) {joined}", queue.empty());
    thread::scope(|scope| {
        let joiner = spawn(scope, || queue.join());
        until(|| queue.joining() == 1);
        queue.task_done().expect("two are unfinished");
        println!("join waits:    {queue:?}");
        queue.task_done().expect("one is unfinished");
        joiner.join().expect("join does not panic");
        println!("join returned: {queue:?}");
    });
    match queue.task_done() {
        Ok(()) => println!("task_done once more: done\n"),
        Err(error) => println!("task_done once more: ValueError: {error}\n"),
    }
}

pub(super) fn by_shutdown() {
    heading("§4", "shutdown", "关闭队列");
    let queue = Queue::new();
    queue.put("/a").expect(OPEN);
    queue.shutdown();
    if let Err(ShutDown(page)) = queue.put("/b") {
        println!("put: ShutDown, and {page} is handed back");
    }
    println!("get: {:?}, which was in before", queue.get());
    if let Err(error) = queue.get() {
        println!("get: ShutDown: {error}\n");
    }
}

pub(super) fn by_shutdown_at_once() {
    heading("§4", "shutdown(immediate=True)", "立即关闭");
    let queue = Queue::new();
    for page in ["/a", "/b", "/c"] {
        queue.put(page).expect(OPEN);
    }
    let page = queue.get().expect(OPEN);
    println!(
        "{page} is got, the others come back: {:?}",
        queue.shutdown_now()
    );
    let joined = queue.join_timeout(SHORT);
    println!("{page} is not done: join_timeout(20 ms) {joined}");
    queue.task_done().expect("one is unfinished");
    println!(
        "{page} is done:     join_timeout(20 ms) {}\n",
        queue.join_timeout(SHORT)
    );
}
