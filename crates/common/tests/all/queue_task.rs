//! `queue::Task`, `task_done` and `join`: the count of unfinished tasks.

use crate::support::{LONG, OnDrop, each_kind, on_threads, until};
use common::queue::{BlockingQueue, Queue, Storage, TaskDoneError};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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

#[test]
fn task_done_too_often_is_an_error_and_changes_nothing() {
    fn test<S: Storage<u32>>() {
        let queue = BlockingQueue::<u32, S>::default();
        let error = queue.task_done().unwrap_err();
        assert_eq!(error, TaskDoneError);
        assert_eq!(error.to_string(), "task_done() called too many times");
        queue.put(1).unwrap();
        assert_eq!(queue.unfinished_tasks(), 1);
        assert_eq!(queue.task_done(), Ok(()));
        assert_eq!(queue.task_done(), Err(TaskDoneError));
        queue.put(2).unwrap();
        assert_eq!(queue.unfinished_tasks(), 1);
    }
    each_kind!(test);
}

#[test]
fn task_done_on_many_threads_counts_each_task_once() {
    let queue = Queue::new();
    on_threads(4, |_| {
        for _ in 0..1_000 {
            (0..100).for_each(|item| queue.put(item).unwrap());
            (0..100).for_each(|_| queue.task_done().unwrap());
        }
    });
    assert_eq!(queue.unfinished_tasks(), 0);
    assert_eq!(queue.task_done(), Err(TaskDoneError));
}

#[test]
fn task_done_on_many_threads_succeeds_once_a_task() {
    let queue = Queue::new();
    for round in 0..300 {
        queue.put(round).unwrap();
        let (done, dones) = mpsc::channel();
        on_threads(4, |_| done.send(queue.task_done().is_ok()).unwrap());
        drop(done);
        assert_eq!(dones.iter().filter(|is_ok| *is_ok).count(), 1);
    }
}

#[test]
fn join_waits_for_task_done_and_not_for_an_empty_queue() {
    fn test<S: Storage<u32>>() {
        let queue = BlockingQueue::<u32, S>::default();
        queue.join();
        queue.put(1).unwrap();
        queue.put(2).unwrap();
        thread::scope(|scope| {
            let joiners = [(); 3].map(|()| scope.spawn(|| queue.join()));
            until(|| queue.joining() == 3);
            queue.get().unwrap();
            queue.get().unwrap();
            assert!(queue.empty() && !queue.join_timeout(Duration::ZERO));
            queue.task_done().unwrap();
            assert_eq!((queue.unfinished_tasks(), queue.joining()), (1, 3));
            queue.task_done().unwrap();
            for joiner in joiners {
                joiner.join().unwrap();
            }
        });
        queue.join();
        assert!(queue.join_timeout(Duration::ZERO));
    }
    each_kind!(test);
}

#[test]
fn join_waits_for_items_put_while_it_blocks() {
    fn test<S: Storage<u32>>() {
        let queue = BlockingQueue::<u32, S>::default();
        queue.put(1).unwrap();
        thread::scope(|scope| {
            let joiner = scope.spawn(|| queue.join());
            until(|| queue.joining() == 1);
            queue.put(2).unwrap();
            queue.task_done().unwrap();
            until(|| queue.joining() == 1);
            assert!(!joiner.is_finished());
            queue.task_done().unwrap();
        });
        assert_eq!(queue.unfinished_tasks(), 0);
    }
    each_kind!(test);
}
