//! `queue::Task`: an item that counts as done when its guard is dropped.

use crate::support::{LONG, OnDrop, until};
use common::queue::{Queue, TaskDoneError};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

#[test]
fn drop_of_a_task_counts_it_as_done() {
    let queue = Queue::new();
    (1..=3).for_each(|item| queue.put(item).unwrap());
    let tasks = [
        queue.get_task().unwrap(),
        queue.get_task_nowait().unwrap(),
        queue.get_task_timeout(LONG).unwrap(),
    ];
    assert_eq!((queue.qsize(), queue.unfinished_tasks()), (0, 3));
    let [first, mut second, third] = tasks;
    *second += 5;
    assert_eq!((*first, *second, *third), (1, 7, 3));
    drop((first, second));
    assert_eq!(queue.unfinished_tasks(), 1);
    drop(third);
    queue.join();
    assert_eq!(queue.task_done(), Err(TaskDoneError));
}

#[test]
fn get_task_blocks_until_there_is_an_item() {
    let queue = Queue::new();
    thread::scope(|scope| {
        let worker = scope.spawn(|| queue.get_task().map(|task| *task));
        until(|| queue.waiting() == 1);
        queue.put("page").unwrap();
        assert_eq!(worker.join().unwrap(), Ok("page"));
    });
}

#[test]
fn join_returns_when_a_worker_with_a_task_panics() {
    let queue = Queue::new();
    queue.put("fatal").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| queue.join());
        until(|| queue.joining() == 1);
        let worker = scope.spawn(|| {
            let task = queue.get_task().unwrap();
            std::panic::resume_unwind(Box::new(*task));
        });
        assert!(worker.join().is_err());
    });
}

#[test]
fn drop_of_a_task_drops_the_item_first() {
    static QUEUE: Queue<OnDrop<fn()>> = Queue::new();
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    let item = OnDrop((|| SEEN.store(QUEUE.unfinished_tasks(), SeqCst)) as fn());
    QUEUE.put(item).unwrap();
    drop(QUEUE.get_task().unwrap());
    assert_eq!((SEEN.load(SeqCst), QUEUE.unfinished_tasks()), (1, 0));
}

#[test]
fn into_parts_keeps_the_item_and_leaves_the_task_unfinished() {
    let queue = Queue::new();
    queue.put(String::from("page")).unwrap();
    let (page, unfinished) = queue.get_task().unwrap().into_parts();
    assert_eq!(queue.unfinished_tasks(), 1);
    thread::scope(|scope| scope.spawn(move || drop(unfinished)).join().unwrap());
    assert_eq!((page.as_str(), queue.unfinished_tasks()), ("page", 0));
}

#[test]
fn drop_of_a_task_after_task_done_counts_nothing() {
    let queue = Queue::new();
    queue.put(1).unwrap();
    let task = queue.get_task().unwrap();
    queue.task_done().unwrap();
    drop(task);
    queue.put(2).unwrap();
    assert_eq!(queue.unfinished_tasks(), 1);
}
