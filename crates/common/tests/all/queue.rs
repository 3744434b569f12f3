//! `queue::Queue` and the other kinds: the behaviour that they share.

use crate::support::{LONG, OnDrop, SHORT, each_kind, until};
use common::queue::{BlockingQueue, GetError, LifoQueue, PriorityQueue, PutError, Queue, Storage};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

fn bounded<S: Storage<u32>>(maxsize: usize) -> BlockingQueue<u32, S> {
    let queue = BlockingQueue::default();
    queue.set_maxsize(maxsize);
    queue
}

fn full<S: Storage<u32>>(maxsize: usize) -> BlockingQueue<u32, S> {
    let queue = bounded(maxsize);
    (0..).map_while(|item| queue.put_nowait(item).ok()).count();
    queue
}

#[test]
fn get_returns_the_oldest_newest_or_smallest_by_kind() {
    let (queue, stack, priorities) = (Queue::new(), LifoQueue::new(), PriorityQueue::new());
    for item in [2, 3, 1] {
        queue.put(item).unwrap();
        stack.put(item).unwrap();
        priorities.put(item).unwrap();
    }
    assert_eq!([(); 3].map(|()| queue.get().unwrap()), [2, 3, 1]);
    assert_eq!([(); 3].map(|()| stack.get().unwrap()), [1, 3, 2]);
    assert_eq!([(); 3].map(|()| priorities.get().unwrap()), [1, 2, 3]);
}

#[test]
fn unbounded_queue_is_never_full() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(0);
        (0..1_000).for_each(|item| queue.put_nowait(item).unwrap());
        assert_eq!((queue.maxsize(), queue.qsize()), (0, 1_000));
        assert!(!queue.full() && !queue.empty());
        assert_eq!(BlockingQueue::<u32, S>::default().maxsize(), 0);
    }
    each_kind!(test);
    assert_eq!(Queue::<u32>::new().maxsize(), 0);
    assert_eq!(LifoQueue::<u32>::new().maxsize(), 0);
    assert_eq!(PriorityQueue::<u32>::new().maxsize(), 0);
}

#[test]
fn bounded_queue_refuses_an_item_beyond_its_bound() {
    fn test<S: Storage<u32>>(queue: &BlockingQueue<u32, S>) {
        assert_eq!(queue.maxsize(), 1);
        assert_eq!(queue.put_nowait(1), Ok(()));
        assert_eq!(queue.put_nowait(2), Err(PutError::Full(2)));
    }
    test(&Queue::bounded(1));
    test(&LifoQueue::bounded(1));
    test(&PriorityQueue::bounded(1));
}

#[test]
fn bounded_refuses_a_bound_of_zero() {
    let queues: [fn(); 3] = [
        || drop(Queue::<u32>::bounded(0)),
        || drop(LifoQueue::<u32>::bounded(0)),
        || drop(PriorityQueue::<u32>::bounded(0)),
    ];
    for bounded in queues {
        let panic = std::panic::catch_unwind(bounded).unwrap_err();
        let text = panic.downcast_ref::<&str>().unwrap();
        assert_eq!(
            *text,
            "maxsize must be > 0: use new() for an unbounded queue"
        );
    }
}

#[test]
fn put_nowait_on_a_full_queue_returns_the_item() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(2);
        assert!(queue.empty() && !queue.full());
        queue.put(1).unwrap();
        assert!(!queue.empty() && !queue.full());
        queue.put(2).unwrap();
        assert!(!queue.empty() && queue.full());
        assert_eq!(queue.put_nowait(3), Err(PutError::Full(3)));
        assert_eq!((queue.qsize(), queue.unfinished_tasks()), (2, 2));
        queue.get().unwrap();
        assert_eq!(queue.put_nowait(3), Ok(()));
    }
    each_kind!(test);
}

#[test]
fn set_maxsize_below_qsize_applies_to_the_next_put() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(9);
        (0..3).for_each(|item| queue.put(item).unwrap());
        queue.set_maxsize(1);
        assert_eq!((queue.maxsize(), queue.qsize()), (1, 3));
        for _ in 0..3 {
            assert!(queue.full());
            assert_eq!(queue.put_nowait(9), Err(PutError::Full(9)));
            queue.get_nowait().unwrap();
        }
        assert_eq!(queue.put_nowait(9), Ok(()));
        assert_eq!(queue.put_nowait(9), Err(PutError::Full(9)));
    }
    each_kind!(test);
}

#[test]
fn set_maxsize_raised_wakes_blocked_putters() {
    fn test<S: Storage<u32>>() {
        for raised in [4, 0] {
            let queue = full::<S>(2);
            thread::scope(|scope| {
                scope.spawn(|| queue.put(8).unwrap());
                scope.spawn(|| queue.put(9).unwrap());
                until(|| queue.waiting() == 2);
                queue.set_maxsize(raised);
            });
            assert_eq!(queue.qsize(), 4);
        }
    }
    each_kind!(test);
}

#[test]
fn timeout_of_zero_does_not_block() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(1);
        assert_eq!(queue.get_timeout(Duration::ZERO), Err(GetError::Empty));
        assert_eq!(queue.get_nowait(), Err(GetError::Empty));
        assert!(queue.get_task_nowait().is_err());
        assert_eq!(queue.put_timeout(1, Duration::ZERO), Ok(()));
        assert_eq!(queue.put_timeout(2, Duration::ZERO), Err(PutError::Full(2)));
        assert_eq!(queue.get_timeout(Duration::ZERO), Ok(1));
    }
    each_kind!(test);
}

/// Calls `wait` with longer and longer timeouts, until one call is seen to block. Each call takes as long as its timeout
/// and leaves no waiter behind.
fn assert_times_out(waiting: impl Fn() -> usize, wait: impl Fn(Duration) + Sync) {
    let mut timeout = SHORT;
    let mut has_blocked = false;
    while !has_blocked {
        timeout *= 2;
        thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let start = Instant::now();
                wait(timeout);
                assert!(start.elapsed() >= timeout);
            });
            while !waiter.is_finished() {
                has_blocked |= waiting() == 1;
                thread::yield_now();
            }
        });
        assert_eq!(waiting(), 0);
    }
}

#[test]
fn timeout_expires_in_time_and_leaves_no_waiter_behind() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(1);
        assert_times_out(
            || queue.waiting(),
            |timeout| {
                assert_eq!(queue.get_timeout(timeout), Err(GetError::Empty));
            },
        );
        assert_times_out(
            || queue.waiting(),
            |timeout| {
                let got = queue.get_task_timeout(timeout);
                assert!(matches!(got, Err(GetError::Empty)));
            },
        );
        queue.put(1).unwrap();
        assert_times_out(
            || queue.waiting(),
            |timeout| {
                assert_eq!(queue.put_timeout(2, timeout), Err(PutError::Full(2)));
            },
        );
    }
    each_kind!(test);
}

#[test]
fn timeout_beyond_the_clock_is_no_limit() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(1);
        thread::scope(|scope| {
            let getter = scope.spawn(|| queue.get_timeout(Duration::MAX));
            until(|| queue.waiting() == 1);
            queue.put(1).unwrap();
            assert_eq!(getter.join().unwrap(), Ok(1));
            queue.put(2).unwrap();
            let putter = scope.spawn(|| queue.put_timeout(3, Duration::MAX));
            until(|| queue.waiting() == 1);
            assert_eq!(queue.get(), Ok(2));
            assert_eq!(putter.join().unwrap(), Ok(()));
        });
    }
    each_kind!(test);
}

#[test]
fn put_and_get_end_a_wait_before_its_timeout() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(1);
        thread::scope(|scope| {
            let getter = scope.spawn(|| queue.get_task_timeout(LONG).map(|task| *task));
            until(|| queue.waiting() == 1);
            queue.put_timeout(1, LONG).unwrap();
            assert_eq!(getter.join().unwrap(), Ok(1));
            queue.put(2).unwrap();
            let putter = scope.spawn(|| queue.put_timeout(3, LONG));
            until(|| queue.waiting() == 1);
            assert_eq!(queue.get_timeout(LONG), Ok(2));
            assert_eq!(putter.join().unwrap(), Ok(()));
        });
    }
    each_kind!(test);
}

#[test]
fn put_timeout_keeps_its_deadline_when_woken_in_vain() {
    fn test<S: Storage<u32>>() {
        let queue = full::<S>(1);
        thread::scope(|scope| {
            let putter = scope.spawn(|| queue.put_timeout(9, Duration::from_millis(20)));
            while !putter.is_finished() {
                queue.set_maxsize(1); // wakes the putters, and there is no room
                thread::yield_now();
            }
            assert_eq!(putter.join().unwrap(), Err(PutError::Full(9)));
        });
    }
    each_kind!(test);
}

#[test]
fn get_timeout_keeps_its_deadline_when_overtaken() {
    fn test<S: Storage<u32>>() {
        let (queue, timeout) = (bounded::<S>(0), Duration::from_millis(200));
        // True if the getter was notified in vain and its timeout did not start again.
        let keeps_its_deadline = || {
            thread::scope(|scope| {
                let start = Instant::now();
                let getter = scope.spawn(|| queue.get_timeout(timeout));
                until(|| queue.waiting() == 1);
                thread::sleep(timeout * 3 / 4);
                queue.put(1).unwrap();
                let has_overtaken = queue.get_nowait().is_ok();
                getter.join().unwrap().is_err()
                    && has_overtaken
                    && start.elapsed() < timeout * 3 / 2
            })
        };
        assert!((0..50).any(|_| keeps_its_deadline()));
    }
    each_kind!(test);
}

#[test]
fn get_serves_waiters_in_fifo_order() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(0);
        let (got, order) = mpsc::channel();
        thread::scope(|scope| {
            for (number, waiting) in (0..5).zip(1..) {
                let (queue, got) = (&queue, got.clone());
                scope.spawn(move || got.send((number, queue.get().unwrap())).unwrap());
                until(|| queue.waiting() == waiting);
            }
            for item in 0..5 {
                queue.put(item).unwrap();
                assert_eq!(order.recv().unwrap(), (item, item));
            }
        });
    }
    each_kind!(test);
}

#[test]
fn put_serves_waiters_in_fifo_order() {
    fn test<S: Storage<u32>>() {
        let queue = full::<S>(1);
        thread::scope(|scope| {
            for (number, waiting) in (1..=5).zip(1..) {
                let queue = &queue;
                scope.spawn(move || queue.put(number).unwrap());
                until(|| queue.waiting() == waiting);
            }
            for _ in 0..20 {
                queue.set_maxsize(1); // wakes all putters in vain: they go back to their places
                until(|| queue.waiting() == 5);
            }
            for number in 0..=5 {
                assert_eq!(queue.get(), Ok(number));
            }
        });
    }
    each_kind!(test);
}

#[test]
fn get_in_quick_succession_wakes_every_blocked_putter() {
    fn test<S: Storage<u32>>() {
        for _ in 0..20 {
            let queue = full::<S>(3);
            thread::scope(|scope| {
                for item in 3..6 {
                    let queue = &queue;
                    scope.spawn(move || queue.put(item).unwrap());
                }
                until(|| queue.waiting() == 3);
                (0..3).for_each(|_| assert!(queue.get().is_ok()));
            });
            assert_eq!(queue.qsize(), 3);
        }
    }
    each_kind!(test);
}

#[test]
fn put_wakes_one_getter() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| queue.get().unwrap());
            }
            for left in (0..3).rev() {
                until(|| queue.waiting() == left + 1);
                queue.put(1).unwrap();
                until(|| queue.qsize() == 0 && queue.unfinished_tasks() == 3 - left);
                until(|| queue.waiting() == left);
            }
        });
    }
    each_kind!(test);
}

#[test]
fn join_timeout_leaves_no_waiter_behind() {
    let queue = Queue::new();
    queue.put(1).unwrap();
    assert_times_out(
        || queue.joining(),
        |timeout| {
            assert!(!queue.join_timeout(timeout));
        },
    );
    queue.task_done().unwrap();
    assert!(queue.join_timeout(SHORT));
}

#[test]
fn drop_of_an_item_may_use_its_queue() {
    static QUEUE: Queue<OnDrop<fn()>> = Queue::bounded(2);
    fn put_another() {
        let _ = QUEUE.put_nowait(OnDrop(|| ()));
    }
    QUEUE.put(OnDrop(put_another as fn())).unwrap();
    drop(QUEUE.get_task().unwrap());
    assert_eq!(QUEUE.qsize(), 1);
    QUEUE.put(OnDrop(put_another)).unwrap();
    drop(QUEUE.put_nowait(OnDrop(put_another))); // the queue is full: the item is returned, and its drop finds it full too
    drop(QUEUE.shutdown_now());
    assert_eq!((QUEUE.qsize(), QUEUE.unfinished_tasks()), (0, 0));
}

#[test]
fn debug_shows_size_and_waiters() {
    let queue = Queue::bounded(2);
    queue.put(1).unwrap();
    assert_eq!(
        format!("{queue:?}"),
        "Queue { maxsize: 2, qsize: 1, unfinished: 1, shutdown: false, waiting: 0, joining: 0 }"
    );
    let others = (LifoQueue::<u32>::new(), PriorityQueue::<u32>::new());
    let shown = format!("{others:?}");
    assert!(shown.starts_with("(LifoQueue {") && shown.contains(" PriorityQueue {"));
}

#[test]
fn get_keeps_the_order_after_a_large_backlog() {
    let queue = Queue::new();
    let mut next = 0;
    for backlog in [1, 3, 10_000, 2, 1, 5] {
        (next..next + backlog).for_each(|item| queue.put(item).unwrap());
        // An item that is put while the others are got comes last.
        assert_eq!(queue.get(), Ok(next));
        queue.put(next + backlog).unwrap();
        for item in next + 1..=next + backlog {
            assert_eq!(queue.get(), Ok(item));
        }
        next += backlog + 1;
    }
    assert!(queue.empty());
}
