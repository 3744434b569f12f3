//! `queue::SimpleQueue`.

use crate::support::{LIMIT, LONG, on_threads, panics};
use common::queue::{Empty, SimpleQueue};
use std::cell::RefCell;
use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn put_never_blocks_and_get_returns_the_oldest() {
    let queue = SimpleQueue::new();
    assert!(queue.empty());
    (0..10_000).for_each(|item| queue.put(item));
    assert_eq!((queue.qsize(), queue.empty()), (10_000, false));
    assert!((0..10_000).all(|item| queue.get() == item));
    assert_eq!(format!("{queue:?}"), "SimpleQueue { qsize: 0 }");
}

#[test]
fn get_of_an_empty_queue_fails_at_once_or_after_its_timeout() {
    let queue = SimpleQueue::<u32>::default();
    assert_eq!(queue.get_nowait(), Err(Empty));
    assert_eq!(queue.get_timeout(Duration::ZERO), Err(Empty));
    let (start, timeout) = (Instant::now(), Duration::from_millis(20));
    assert_eq!(queue.get_timeout(timeout), Err(Empty));
    assert!(start.elapsed() >= timeout);
    queue.put(1);
    assert_eq!(queue.get_timeout(Duration::ZERO), Ok(1));
    assert_eq!(Empty.to_string(), "queue is empty");
}

#[test]
fn put_ends_a_get_with_any_timeout() {
    let queue = SimpleQueue::new();
    thread::scope(|scope| {
        let getters = [None, Some(LONG), Some(Duration::MAX)].map(|timeout| {
            let queue = &queue;
            scope.spawn(move || match timeout {
                None => queue.get(),
                Some(timeout) => queue.get_timeout(timeout).unwrap(),
            })
        });
        thread::sleep(Duration::from_millis(20)); // time for a timeout to expire
        (1..=3).for_each(|item| queue.put(item));
        assert_eq!(
            getters
                .map(|getter| getter.join().unwrap())
                .iter()
                .sum::<u32>(),
            6
        );
    });
}

#[test]
fn get_and_put_in_turn_never_deadlock() {
    let (requests, replies) = (SimpleQueue::new(), SimpleQueue::new());
    on_threads(2, |number| {
        for round in 0..1_000 {
            if number == 0 {
                requests.put(round);
                assert_eq!(replies.get(), round);
            } else {
                replies.put(requests.get());
            }
        }
    });
}

#[test]
fn get_on_many_threads_returns_each_item_once() {
    let (queue, sum) = (SimpleQueue::new(), AtomicU64::new(0));
    on_threads(8, |number| {
        for item in 0..5_000 {
            if number % 2 == 0 {
                queue.put(item);
            } else {
                sum.fetch_add(queue.get(), Relaxed);
            }
        }
    });
    assert_eq!(sum.into_inner(), 4 * (5_000 * 4_999 / 2));
    assert!(queue.empty());
}

/// An item that puts another into the queue it came from when it is dropped.
enum Item {
    PutsAnother,
    Plain,
}

static QUEUE: LazyLock<SimpleQueue<Item>> = LazyLock::new(SimpleQueue::new);

impl Drop for Item {
    fn drop(&mut self) {
        if let Self::PutsAnother = self {
            QUEUE.put(Self::Plain);
        }
    }
}

#[test]
fn put_may_be_called_from_a_destructor() {
    thread_local!(static AT_THE_END: RefCell<Option<Item>> = const { RefCell::new(None) });
    (0..4).for_each(|_| QUEUE.put(Item::PutsAnother));
    drop(QUEUE.get());
    assert!(panics(|| {
        let _item = QUEUE.get();
        resume_unwind(Box::new("on purpose"));
    }));
    let ends = thread::spawn(|| AT_THE_END.set(Some(QUEUE.get())));
    ends.join().unwrap();
    assert_eq!(
        QUEUE.qsize(),
        4,
        "one item is left, destructors have put three"
    );
    drop(QUEUE.get());
    (0..4).for_each(|_| assert!(matches!(QUEUE.get(), Item::Plain)));
    // Another thread is blocked in `get`.
    let waits = thread::spawn(|| matches!(QUEUE.get(), Item::Plain));
    drop(Item::PutsAnother);
    assert!(waits.join().unwrap());
    assert!(QUEUE.empty());
}

#[test]
fn get_that_blocks_keeps_an_unpark_of_the_application() {
    for timeout in [None, Some(LONG)] {
        let queue = SimpleQueue::new();
        thread::scope(|scope| {
            let getter = scope.spawn(|| {
                match timeout {
                    None => queue.get(),
                    Some(timeout) => queue.get_timeout(timeout).unwrap(),
                }
                // Returns at once: this thread was unparked.
                let start = Instant::now();
                thread::park_timeout(LIMIT);
                start.elapsed()
            });
            thread::sleep(Duration::from_millis(50)); // so that it blocks, most likely
            getter.thread().unpark();
            thread::sleep(Duration::from_millis(50)); // so that get takes the token, most likely
            queue.put(());
            assert!(getter.join().unwrap() < LIMIT);
        });
    }
}

#[test]
fn get_timeout_that_expires_keeps_an_unpark_of_the_application() {
    let queue = SimpleQueue::<()>::new();
    let getter = thread::spawn(move || {
        assert_eq!(queue.get_timeout(Duration::from_millis(100)), Err(Empty));
        let start = Instant::now();
        thread::park_timeout(LIMIT);
        start.elapsed()
    });
    thread::sleep(Duration::from_millis(50));
    getter.thread().unpark();
    assert!(getter.join().unwrap() < LIMIT);
}
