//! `queue::Task`: an item that counts as done when its guard is dropped.

use crate::support::{LONG, OnDrop, until_shows};
use common::queue::{Queue, ValueError};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

#[test]
fn a_task_is_done_when_its_guard_is_dropped() {
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
    assert_eq!(queue.task_done(), Err(ValueError::TaskDoneTooOften));
}

#[test]
fn who_asks_for_a_task_waits_until_there_is_one() {
    let queue = Queue::new();
    thread::scope(|scope| {
        let worker = scope.spawn(|| queue.get_task().map(|task| *task));
        until_shows(&queue, "waiting: 1");
        queue.put("page").unwrap();
        assert_eq!(worker.join().unwrap(), Ok("page"));
    });
}

#[test]
fn a_worker_that_dies_keeps_nobody_in_join() {
    let queue = Queue::new();
    queue.put("fatal").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| queue.join());
        until_shows(&queue, "joining: 1");
        let worker = scope.spawn(|| {
            let task = queue.get_task().unwrap();
            std::panic::resume_unwind(Box::new(*task));
        });
        assert!(worker.join().is_err());
    });
}

#[test]
fn an_item_is_dropped_before_its_task_counts_as_done() {
    static QUEUE: Queue<OnDrop<fn()>> = Queue::new();
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    let item = OnDrop((|| SEEN.store(QUEUE.unfinished_tasks(), SeqCst)) as fn());
    QUEUE.put(item).unwrap();
    drop(QUEUE.get_task().unwrap());
    assert_eq!((SEEN.load(SeqCst), QUEUE.unfinished_tasks()), (1, 0));
}

#[test]
fn an_item_can_be_kept_and_its_task_finished_elsewhere() {
    let queue = Queue::new();
    queue.put(String::from("page")).unwrap();
    let (page, unfinished) = queue.get_task().unwrap().into_parts();
    assert_eq!(queue.unfinished_tasks(), 1);
    thread::scope(|scope| scope.spawn(move || drop(unfinished)).join().unwrap());
    assert_eq!((page.as_str(), queue.unfinished_tasks()), ("page", 0));
}

#[test]
fn a_task_that_was_said_to_be_done_by_hand_is_not_counted_again() {
    let queue = Queue::new();
    queue.put(1).unwrap();
    let task = queue.get_task().unwrap();
    queue.task_done().unwrap();
    drop(task);
    queue.put(2).unwrap();
    assert_eq!(queue.unfinished_tasks(), 1);
}
