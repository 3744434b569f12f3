//! `queue::Queue` and the other kinds: the shutdown.

use crate::support::{LONG, each_kind, until};
use common::queue::{BlockingQueue, Empty, GetError, PutError, Queue, ShutDown, Storage};
use std::error::Error;
use std::thread;
use std::time::Duration;

/// Items 0, 1, …, in their order.
fn filled<S: Storage<u32>>(count: u32) -> BlockingQueue<u32, S> {
    let queue = BlockingQueue::default();
    (0..count).for_each(|item| queue.put(item).unwrap());
    queue
}

#[test]
fn put_after_shutdown_returns_the_item_though_there_is_room() {
    fn test<S: Storage<u32>>() {
        let queue = filled::<S>(1);
        queue.shutdown();
        assert!(queue.is_shutdown());
        assert_eq!(queue.put(1), Err(ShutDown(1)));
        assert_eq!(queue.put_nowait(2), Err(PutError::ShutDown(2)));
        assert_eq!(queue.put_timeout(3, LONG), Err(PutError::ShutDown(3)));
        assert_eq!((queue.qsize(), queue.unfinished_tasks()), (1, 1));
    }
    each_kind!(test);
}

#[test]
fn put_on_a_full_queue_after_shutdown_is_shut_down_not_full() {
    fn test<S: Storage<u32>>() {
        let queue = filled::<S>(1);
        queue.set_maxsize(1);
        queue.shutdown();
        assert_eq!(queue.put_nowait(2), Err(PutError::ShutDown(2)));
        queue.set_maxsize(0);
        assert_eq!(queue.put_nowait(2), Err(PutError::ShutDown(2)));
    }
    each_kind!(test);
}

#[test]
fn get_after_shutdown_drains_the_queue_and_then_fails() {
    fn test<S: Storage<u32>>() {
        let queue = filled::<S>(4);
        queue.shutdown();
        let mut got = vec![
            queue.get().unwrap(),
            queue.get_nowait().unwrap(),
            queue.get_timeout(LONG).unwrap(),
            *queue.get_task().unwrap(),
        ];
        got.sort_unstable();
        assert_eq!(got, [0, 1, 2, 3]);
        assert_eq!(queue.get(), Err(ShutDown(())));
        assert_eq!(queue.get_nowait(), Err(GetError::ShutDown));
        assert_eq!(queue.get_timeout(LONG), Err(GetError::ShutDown));
        assert!(matches!(queue.get_task(), Err(ShutDown(()))));
    }
    each_kind!(test);
}

#[test]
fn shutdown_ends_blocked_puts_and_gets() {
    fn test<S: Storage<u32>>() {
        for timeout in [Duration::MAX, LONG] {
            let (empty, full) = (filled::<S>(0), filled::<S>(1));
            full.set_maxsize(1);
            thread::scope(|scope| {
                let getters = [(); 2].map(|()| scope.spawn(|| empty.get_timeout(timeout)));
                let putters = [8, 9].map(|item| {
                    let full = &full;
                    scope.spawn(move || full.put_timeout(item, timeout).unwrap_err())
                });
                until(|| empty.waiting() == 2);
                until(|| full.waiting() == 2);
                empty.shutdown();
                full.shutdown();
                for getter in getters {
                    assert_eq!(getter.join().unwrap(), Err(GetError::ShutDown));
                }
                let back = putters.map(|putter| putter.join().unwrap());
                assert_eq!(back, [PutError::ShutDown(8), PutError::ShutDown(9)]);
            });
            assert_eq!(full.get(), Ok(0));
        }
    }
    each_kind!(test);
}

#[test]
fn iter_ends_when_the_queue_is_shut_down_and_empty() {
    fn test<S: Storage<u32>>() {
        let queue = filled::<S>(2);
        thread::scope(|scope| {
            let sum = scope.spawn(|| (&queue).into_iter().sum::<u32>());
            until(|| queue.waiting() == 1);
            queue.put(7).unwrap();
            until(|| queue.waiting() == 1);
            queue.shutdown();
            assert_eq!(sum.join().unwrap(), 8);
        });
        assert_eq!(queue.iter().next(), None);
    }
    each_kind!(test);
}

#[test]
fn shutdown_now_returns_the_items_in_the_order_of_get() {
    fn test<S: Storage<u32>>() {
        let (queue, same) = (filled::<S>(0), filled::<S>(0));
        for item in [3, 1, 4, 1, 5] {
            queue.put(item).unwrap();
            same.put(item).unwrap();
        }
        // After this `get` both buffers of a FIFO queue hold items.
        assert_eq!(queue.get(), same.get());
        queue.put(9).unwrap();
        same.put(9).unwrap();
        let returned = queue.shutdown_now();
        same.shutdown();
        assert_eq!(returned, same.iter().collect::<Vec<_>>());
        assert_eq!(returned.len(), 5);
        assert_eq!((queue.qsize(), queue.unfinished_tasks()), (0, 1));
        assert_eq!(queue.get_nowait(), Err(GetError::ShutDown));
    }
    each_kind!(test);
}

#[test]
fn join_after_shutdown_now_waits_for_items_already_got() {
    fn test<S: Storage<u32>>() {
        let queue = filled::<S>(3);
        queue.get().unwrap();
        thread::scope(|scope| {
            let joiner = scope.spawn(|| queue.join());
            until(|| queue.joining() == 1);
            assert_eq!(queue.shutdown_now().len(), 2);
            assert_eq!((queue.unfinished_tasks(), queue.joining()), (1, 1));
            assert!(!joiner.is_finished());
            queue.task_done().unwrap();
        });
    }
    each_kind!(test);
}

#[test]
fn shutdown_now_ends_join_when_no_item_was_got() {
    fn test<S: Storage<u32>>() {
        let queue = filled::<S>(3);
        thread::scope(|scope| {
            scope.spawn(|| queue.join());
            until(|| queue.joining() == 1);
            queue.shutdown();
            assert_eq!((queue.unfinished_tasks(), queue.joining()), (3, 1));
            assert_eq!(queue.shutdown_now().len(), 3);
        });
    }
    each_kind!(test);
}

#[test]
fn shutdown_may_be_repeated_and_counts_no_task_twice() {
    fn test<S: Storage<u32>>() {
        let queue = filled::<S>(2);
        queue.task_done().unwrap(); // for an item that is still in the queue
        queue.shutdown();
        queue.shutdown();
        assert_eq!(queue.shutdown_now().len(), 2);
        assert_eq!(queue.unfinished_tasks(), 0);
        assert!(queue.shutdown_now().is_empty());
        assert!(queue.is_shutdown());
        assert!(queue.task_done().is_err());
    }
    each_kind!(test);
}

#[test]
fn errors_have_the_texts_of_python_and_return_the_item() {
    let queue = Queue::bounded(1);
    let errors: [Box<dyn Error>; 6] = [
        queue.get_nowait().unwrap_err().into(),
        {
            queue.put("first").unwrap();
            queue.put_nowait("second").unwrap_err().into()
        },
        {
            queue.shutdown();
            queue.put("third").unwrap_err().into()
        },
        queue.put_nowait("third").unwrap_err().into(),
        {
            queue.shutdown_now();
            queue.get().unwrap_err().into()
        },
        queue.get_nowait().unwrap_err().into(),
    ];
    assert_eq!(
        errors.map(|error| error.to_string()),
        [
            "queue is empty",
            "queue is full",
            "queue is shut down",
            "queue is shut down",
            "queue is shut down",
            "queue is shut down"
        ]
    );
    assert_eq!(PutError::Full("second").into_item(), "second");
    assert_eq!(PutError::from(ShutDown(3)), PutError::ShutDown(3));
    assert_eq!(PutError::ShutDown("third").into_item(), "third");
    assert_eq!(GetError::from(Empty), GetError::Empty);
    assert_eq!(GetError::from(ShutDown(())), GetError::ShutDown);
}
