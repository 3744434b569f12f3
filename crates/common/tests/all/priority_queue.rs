//! `queue::PriorityQueue`: its order, and what a panic of `cmp` does.

use crate::support::{OnDrop, panics, until};
use common::queue::{BlockingQueue, GetError, PriorityQueue, Storage};
use std::cell::Cell;
use std::cmp::{Ordering, Reverse};
use std::panic::resume_unwind;

/// A number that is compared by a function.
#[derive(Debug)]
struct By(u64, fn(u64, u64) -> Ordering);

impl Ord for By {
    fn cmp(&self, other: &Self) -> Ordering {
        self.1(self.0, other.0)
    }
}

impl PartialOrd for By {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for By {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for By {}

thread_local! {
    /// The number of the comparison of this thread that panics, counted from now, and those after it.
    static PANICS_AT: Cell<u32> = const { Cell::new(NEVER) };
}

const NEVER: u32 = u32::MAX;

/// A number whose comparison panics when `PANICS_AT` says so.
fn panicky(number: u64) -> By {
    By(number, |one, other| {
        let left = PANICS_AT.get();
        if left != NEVER {
            PANICS_AT.set(left.saturating_sub(1).max(1));
        }
        if left == 1 {
            resume_unwind(Box::new("on purpose"));
        }
        one.cmp(&other)
    })
}

fn sorted_numbers(items: impl IntoIterator<Item = By>) -> Vec<u64> {
    let mut numbers: Vec<u64> = items.into_iter().map(|item| item.0).collect();
    numbers.sort_unstable();
    numbers
}

/// Numbers in no order, the same every time.
fn scattered(count: u64) -> impl Iterator<Item = u64> {
    (1..=count).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 1000)
}

#[test]
fn get_returns_the_smallest_or_with_reverse_the_greatest() {
    let (up, down) = (PriorityQueue::new(), PriorityQueue::new());
    for number in scattered(1_000) {
        up.put(number).unwrap();
        down.put(Reverse(number)).unwrap();
    }
    up.shutdown();
    down.shutdown();
    assert!(up.iter().is_sorted());
    let down = down.iter().map(|Reverse(item)| item);
    assert!(down.is_sorted_by(|a, b| a >= b));
}

#[test]
fn shutdown_now_returns_every_one_of_equal_items() {
    let queue = PriorityQueue::new();
    for number in 0..30 {
        let by_remainder = |one: u64, other: u64| (one % 3).cmp(&(other % 3));
        queue.put(By(number, by_remainder)).unwrap();
    }
    let items = queue.shutdown_now();
    assert!(items.is_sorted());
    assert!(sorted_numbers(items).into_iter().eq(0..30));
}

#[test]
fn put_whose_cmp_panics_keeps_and_counts_the_item() {
    let queue = PriorityQueue::new();
    queue.put(panicky(2)).unwrap();
    PANICS_AT.set(1);
    assert!(panics(|| queue.put(panicky(1)).unwrap()));
    assert_eq!((queue.qsize(), queue.unfinished_tasks()), (2, 2));
    PANICS_AT.set(NEVER);
    let got = [(); 2].map(|()| queue.get().unwrap());
    assert_eq!(sorted_numbers(got), [1, 2]);
    (0..2).for_each(|_| queue.task_done().unwrap());
    queue.join();
}

#[test]
fn get_whose_cmp_panics_loses_and_counts_nothing() {
    let queue = PriorityQueue::bounded(4);
    for number in [4, 3, 2, 1] {
        queue.put(panicky(number)).unwrap();
    }
    std::thread::scope(|scope| {
        let putter = scope.spawn(|| queue.put(panicky(5)).unwrap());
        until(|| queue.waiting() == 1);
        PANICS_AT.set(1);
        assert!(panics(|| queue.get()));
        assert!(panics(|| queue.get_nowait()));
        let counts = (queue.qsize(), queue.unfinished_tasks(), queue.waiting());
        assert_eq!(counts, (4, 4, 1));
        PANICS_AT.set(NEVER);
        assert_eq!(queue.get().unwrap().0, 1);
        putter.join().unwrap();
    });
    queue.shutdown();
    assert!(queue.iter().map(|item| item.0).eq(2..=5));
}

#[test]
fn get_whose_cmp_panics_wakes_the_next_getter() {
    for _ in 0..30 {
        let queue = PriorityQueue::new();
        std::thread::scope(|scope| {
            let panicking = [1, 2, 3].map(|number| {
                let getter = scope.spawn(|| {
                    PANICS_AT.set(1);
                    panics(|| queue.get())
                });
                until(|| queue.waiting() == number);
                getter
            });
            let last = scope.spawn(|| queue.get().unwrap());
            until(|| queue.waiting() == 4);
            // The first getter that finds all three items must compare.
            (1..=3).for_each(|number| queue.put(panicky(number)).unwrap());
            if panicking.map(|getter| getter.join().unwrap()) == [false; 3] {
                queue.put(panicky(4)).unwrap();
            }
            last.join().unwrap();
        });
    }
}

#[test]
fn shutdown_now_whose_cmp_panics_returns_every_item() {
    let queue = PriorityQueue::new();
    for number in [3, 1, 4, 2] {
        queue.put(panicky(number)).unwrap();
    }
    PANICS_AT.set(1);
    assert!(panics(|| queue.put(panicky(0)).unwrap()));
    assert_eq!(sorted_numbers(queue.shutdown_now()), [0, 1, 2, 3, 4]);
    assert_eq!((queue.qsize(), queue.unfinished_tasks()), (0, 0));
    assert!(matches!(queue.get_nowait(), Err(GetError::ShutDown)));
    queue.join();
    PANICS_AT.set(NEVER);
}

#[test]
fn shutdown_now_returns_every_item_though_a_drop_of_the_panic_panics() {
    let queue = PriorityQueue::new();
    for number in [3, 1, 4, 2] {
        let panics_twice = |one: u64, other: u64| {
            if PANICS_AT.get() != NEVER {
                let panics_again = || resume_unwind(Box::new("on purpose"));
                resume_unwind(Box::new(OnDrop(panics_again)));
            }
            one.cmp(&other)
        };
        queue.put(By(number, panics_twice)).unwrap();
    }
    PANICS_AT.set(1);
    assert_eq!(sorted_numbers(queue.shutdown_now()), [1, 2, 3, 4]);
    PANICS_AT.set(NEVER);
}

#[test]
fn shutdown_now_with_an_inconsistent_cmp_returns_items_as_get_would() {
    /// Every tenth number equals all others, as NaN does under `partial_cmp().unwrap_or(Equal)`.
    fn inconsistent(one: u64, other: u64) -> Ordering {
        if one % 10 == 0 || other % 10 == 0 {
            return Ordering::Equal;
        }
        one.cmp(&other)
    }
    let (queue, same) = (PriorityQueue::new(), PriorityQueue::new());
    for number in scattered(5_000) {
        queue.put(By(number, inconsistent)).unwrap();
        same.put(By(number, inconsistent)).unwrap();
    }
    same.shutdown();
    let items = queue.shutdown_now().into_iter().map(|item| item.0);
    assert_eq!(items.len(), 5_000);
    assert!(same.iter().map(|item| item.0).eq(items));
}

#[test]
fn get_returns_the_smallest_between_any_puts() {
    let queue = PriorityQueue::new();
    let mut sorted = Vec::new();
    for (n, item) in scattered(2_000).enumerate() {
        queue.put(item).unwrap();
        sorted.push(item);
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        if n % 3 == 0 {
            assert_eq!(queue.get_nowait().ok(), sorted.pop());
        }
    }
    while let Some(smallest) = sorted.pop() {
        assert_eq!(queue.get_nowait(), Ok(smallest));
    }
    assert_eq!(queue.get_nowait(), Err(GetError::Empty));
}

#[test]
fn get_keeps_the_order_when_any_of_its_comparisons_panics() {
    let queue = PriorityQueue::new();
    scattered(100).for_each(|number| queue.put(panicky(number)).unwrap());
    let mut comparisons = 0;
    let panics_at = |comparison| {
        PANICS_AT.set(comparison);
        let has_panicked = panics(|| assert!(queue.get_nowait().is_ok()));
        PANICS_AT.set(NEVER);
        has_panicked
    };
    while panics_at(comparisons + 1) {
        comparisons += 1;
        assert_eq!(queue.qsize(), 100);
    }
    assert!(
        comparisons > 6,
        "only {comparisons} comparisons in a heap of a hundred items"
    );
    queue.shutdown();
    let mut rest: Vec<u64> = scattered(100).collect();
    rest.sort_unstable();
    assert!(queue.iter().map(|item| item.0).eq(rest.into_iter().skip(1)));
}

#[test]
fn generic_code_accepts_every_kind_of_queue() {
    fn drained<S: Storage<u32>>(queue: &BlockingQueue<u32, S>) -> Vec<u32> {
        queue.shutdown();
        queue.iter().collect()
    }
    let queue = PriorityQueue::new();
    for item in [3, 1, 2] {
        queue.put(item).unwrap();
    }
    assert_eq!(drained(&queue), [1, 2, 3]);
}
