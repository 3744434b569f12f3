//! `queue::Queue` and its kinds: what holds for all of them.

use crate::support::{LONG, OnDrop, SHORT, until, until_shows};
use common::queue::{
    BlockingQueue, Fifo, GetError, Lifo, LifoQueue, Priority, PriorityQueue, PutError, Queue,
    Storage, ValueError,
};
use std::fmt::Debug;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Runs a test for each kind of queue.
macro_rules! each_kind {
    ($test:ident) => {
        $test::<Fifo>();
        $test::<Lifo>();
        $test::<Priority>();
    };
}

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
fn the_kinds_differ_in_what_comes_next() {
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
fn without_a_bound_it_is_never_full() {
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
    assert_eq!(Queue::<u32>::bounded(0).maxsize(), 0);
}

#[test]
fn the_bound_it_is_made_with_holds() {
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
fn a_full_queue_hands_the_item_back_until_there_is_room() {
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
fn a_bound_lowered_below_what_is_in_counts_from_the_next_put() {
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
fn a_bound_that_is_raised_lets_in_who_waits() {
    fn test<S: Storage<u32>>() {
        for raised in [4, 0] {
            let queue = full::<S>(2);
            thread::scope(|scope| {
                scope.spawn(|| queue.put(8).unwrap());
                scope.spawn(|| queue.put(9).unwrap());
                until_shows(&queue, "waiting: 2");
                queue.set_maxsize(raised);
            });
            assert_eq!(queue.qsize(), 4);
        }
    }
    each_kind!(test);
}

#[test]
fn a_timeout_of_zero_is_a_try() {
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

/// Calls `wait` with longer and longer timeouts, until the queue has once shown it in line: each time it takes that
/// long, and then nobody is in line.
fn times_out(queue: &(impl Debug + Sync), in_line: &str, wait: impl Fn(Duration) + Sync) {
    let shows = || format!("{queue:?}").contains(in_line);
    let mut timeout = SHORT;
    let mut was_in_line = false;
    while !was_in_line {
        timeout *= 2;
        thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let start = Instant::now();
                wait(timeout);
                assert!(start.elapsed() >= timeout);
            });
            while !waiter.is_finished() {
                was_in_line |= shows();
                thread::yield_now();
            }
        });
        assert!(!shows());
    }
}

#[test]
fn a_timeout_is_waited_for_and_leaves_nobody_in_line() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(1);
        times_out(&queue, "waiting: 1", |timeout| {
            assert_eq!(queue.get_timeout(timeout), Err(GetError::Empty));
        });
        times_out(&queue, "waiting: 1", |timeout| {
            let got = queue.get_task_timeout(timeout);
            assert!(matches!(got, Err(GetError::Empty)));
        });
        queue.put(1).unwrap();
        times_out(&queue, "waiting: 1", |timeout| {
            assert_eq!(queue.put_timeout(2, timeout), Err(PutError::Full(2)));
        });
    }
    each_kind!(test);
}

#[test]
fn a_timeout_beyond_the_clock_is_for_ever() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(1);
        thread::scope(|scope| {
            let getter = scope.spawn(|| queue.get_timeout(Duration::MAX));
            until_shows(&queue, "waiting: 1");
            queue.put(1).unwrap();
            assert_eq!(getter.join().unwrap(), Ok(1));
            queue.put(2).unwrap();
            let putter = scope.spawn(|| queue.put_timeout(3, Duration::MAX));
            until_shows(&queue, "waiting: 1");
            assert_eq!(queue.get(), Ok(2));
            assert_eq!(putter.join().unwrap(), Ok(()));
        });
    }
    each_kind!(test);
}

#[test]
fn an_item_or_a_free_place_ends_a_wait_long_before_its_timeout() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(1);
        thread::scope(|scope| {
            let getter = scope.spawn(|| queue.get_task_timeout(LONG).map(|task| *task));
            until_shows(&queue, "waiting: 1");
            queue.put_timeout(1, LONG).unwrap();
            assert_eq!(getter.join().unwrap(), Ok(1));
            queue.put(2).unwrap();
            let putter = scope.spawn(|| queue.put_timeout(3, LONG));
            until_shows(&queue, "waiting: 1");
            assert_eq!(queue.get_timeout(LONG), Ok(2));
            assert_eq!(putter.join().unwrap(), Ok(()));
        });
    }
    each_kind!(test);
}

#[test]
fn a_call_has_one_deadline_however_often_it_is_woken_for_nothing() {
    fn test<S: Storage<u32>>() {
        let queue = full::<S>(1);
        thread::scope(|scope| {
            let putter = scope.spawn(|| queue.put_timeout(9, Duration::from_millis(20)));
            while !putter.is_finished() {
                queue.set_maxsize(1); // wakes whoever waits for room, and there is none
                thread::yield_now();
            }
            assert_eq!(putter.join().unwrap(), Err(PutError::Full(9)));
        });
    }
    each_kind!(test);
}

#[test]
fn a_get_has_one_deadline_too_though_the_item_it_is_woken_for_is_gone() {
    fn test<S: Storage<u32>>() {
        let (queue, timeout) = (bounded::<S>(0), Duration::from_millis(40));
        // Again when the getter was quicker.
        until(|| {
            thread::scope(|scope| {
                let getter = scope.spawn(|| queue.get_timeout(timeout));
                while !getter.is_finished() {
                    queue.put(1).unwrap();
                    let _ = queue.get_nowait();
                    thread::sleep(timeout / 4);
                }
                getter.join().unwrap() == Err(GetError::Empty)
            })
        });
    }
    each_kind!(test);
}

#[test]
fn those_who_wait_for_an_item_get_one_in_the_order_in_which_they_came() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(0);
        let (got, order) = mpsc::channel();
        thread::scope(|scope| {
            for number in 0..5 {
                let (queue, got) = (&queue, got.clone());
                scope.spawn(move || got.send((number, queue.get().unwrap())).unwrap());
                until_shows(queue, &format!("waiting: {}", number + 1));
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
fn those_who_wait_for_room_get_it_in_the_order_in_which_they_came() {
    fn test<S: Storage<u32>>() {
        let queue = full::<S>(1);
        thread::scope(|scope| {
            for number in 1..=5 {
                let queue = &queue;
                scope.spawn(move || queue.put(number).unwrap());
                until_shows(queue, &format!("waiting: {number}"));
            }
            for _ in 0..20 {
                queue.set_maxsize(1); // wakes them all for nothing: they go back to their places
                until_shows(&queue, "waiting: 5");
            }
            for number in 0..=5 {
                assert_eq!(queue.get(), Ok(number));
            }
        });
    }
    each_kind!(test);
}

#[test]
fn all_who_wait_for_room_get_in_when_places_become_free_one_right_after_the_other() {
    fn test<S: Storage<u32>>() {
        for _ in 0..20 {
            let queue = full::<S>(3);
            thread::scope(|scope| {
                for item in 3..6 {
                    let queue = &queue;
                    scope.spawn(move || queue.put(item).unwrap());
                }
                until_shows(&queue, "waiting: 3");
                (0..3).for_each(|_| assert!(queue.get().is_ok()));
            });
            assert_eq!(queue.qsize(), 3);
        }
    }
    each_kind!(test);
}

#[test]
fn one_put_wakes_one() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| queue.get().unwrap());
            }
            for left in (0..3).rev() {
                until_shows(&queue, &format!("waiting: {}", left + 1));
                queue.put(1).unwrap();
                until_shows(&queue, &format!("qsize: 0, unfinished: {}", 3 - left));
                until_shows(&queue, &format!("waiting: {left}"));
            }
        });
    }
    each_kind!(test);
}

#[test]
fn task_done_once_too_often_is_an_error_and_changes_nothing() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(0);
        let error = queue.task_done().unwrap_err();
        assert_eq!(error, ValueError::TaskDoneTooOften);
        assert_eq!(error.to_string(), "task_done() called too many times");
        queue.put(1).unwrap();
        assert_eq!(queue.unfinished_tasks(), 1);
        assert_eq!(queue.task_done(), Ok(()));
        assert_eq!(queue.task_done(), Err(ValueError::TaskDoneTooOften));
        queue.put(2).unwrap();
        assert_eq!(queue.unfinished_tasks(), 1);
    }
    each_kind!(test);
}

#[test]
fn however_many_say_at_once_that_tasks_are_done_each_counts_once() {
    let queue = Queue::new();
    crate::support::on_threads(4, |_| {
        for _ in 0..1_000 {
            (0..100).for_each(|item| queue.put(item).unwrap());
            (0..100).for_each(|_| queue.task_done().unwrap());
        }
    });
    assert_eq!(queue.unfinished_tasks(), 0);
    assert_eq!(queue.task_done(), Err(ValueError::TaskDoneTooOften));
}

#[test]
fn of_many_who_say_that_one_task_is_done_one_is_right() {
    let queue = Queue::new();
    for round in 0..300 {
        queue.put(round).unwrap();
        let (done, dones) = mpsc::channel();
        crate::support::on_threads(4, |_| done.send(queue.task_done().is_ok()).unwrap());
        drop(done);
        assert_eq!(dones.iter().filter(|is_ok| *is_ok).count(), 1);
    }
}

#[test]
fn join_waits_for_the_work_and_not_for_the_queue_to_be_empty() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(0);
        queue.join();
        queue.put(1).unwrap();
        queue.put(2).unwrap();
        thread::scope(|scope| {
            let joiners = [(); 3].map(|()| scope.spawn(|| queue.join()));
            until_shows(&queue, "joining: 3");
            queue.get().unwrap();
            queue.get().unwrap();
            assert!(queue.empty() && !queue.join_timeout(Duration::ZERO));
            queue.task_done().unwrap();
            until_shows(
                &queue,
                "unfinished: 1, shutdown: false, waiting: 0, joining: 3",
            );
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
fn what_is_put_while_somebody_joins_is_waited_for_too() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>(0);
        queue.put(1).unwrap();
        thread::scope(|scope| {
            let joiner = scope.spawn(|| queue.join());
            until_shows(&queue, "joining: 1");
            queue.put(2).unwrap();
            queue.task_done().unwrap();
            until_shows(&queue, "joining: 1");
            assert!(!joiner.is_finished());
            queue.task_done().unwrap();
        });
        assert_eq!(queue.unfinished_tasks(), 0);
    }
    each_kind!(test);
}

#[test]
fn a_join_that_times_out_leaves_nobody_in_line() {
    let queue = Queue::new();
    queue.put(1).unwrap();
    times_out(&queue, "joining: 1", |timeout| {
        assert!(!queue.join_timeout(timeout));
    });
    queue.task_done().unwrap();
    assert!(queue.join_timeout(SHORT));
}

#[test]
fn an_item_may_use_its_queue_while_it_is_dropped() {
    static QUEUE: Queue<OnDrop<fn()>> = Queue::bounded(2);
    fn put_another() {
        let _ = QUEUE.put_nowait(OnDrop(|| ()));
    }
    QUEUE.put(OnDrop(put_another as fn())).unwrap();
    drop(QUEUE.get_task().unwrap());
    assert_eq!(QUEUE.qsize(), 1);
    QUEUE.put(OnDrop(put_another)).unwrap();
    drop(QUEUE.put_nowait(OnDrop(put_another))); // full: the item comes back, and its drop finds it full too
    drop(QUEUE.shutdown_now());
    assert_eq!((QUEUE.qsize(), QUEUE.unfinished_tasks()), (0, 0));
}

#[test]
fn the_description_says_how_full_it_is_and_who_waits() {
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
fn items_come_out_in_order_however_large_the_backlog_was() {
    let queue = Queue::new();
    let mut next = 0;
    for backlog in [1, 3, 10_000, 2, 1, 5] {
        (next..next + backlog).for_each(|item| queue.put(item).unwrap());
        // One is put while the others are got: it comes last.
        assert_eq!(queue.get(), Ok(next));
        queue.put(next + backlog).unwrap();
        for item in next + 1..=next + backlog {
            assert_eq!(queue.get(), Ok(item));
        }
        next += backlog + 1;
    }
    assert!(queue.empty());
}
