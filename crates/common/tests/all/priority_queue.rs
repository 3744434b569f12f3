//! `queue::PriorityQueue`: its order, and what a panic of `cmp` does.

use crate::support::until;
use common::queue::{BlockingQueue, GetError, PriorityQueue, Storage};
use std::cell::Cell;
use std::cmp::{Ordering, Reverse};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

#[test]
fn get_returns_the_smallest_or_with_reverse_the_greatest() {
    let (up, down) = (PriorityQueue::new(), PriorityQueue::new());
    for n in 0..1_000_u64 {
        let scattered = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 500;
        up.put(scattered).unwrap();
        down.put(Reverse(scattered)).unwrap();
    }
    up.shutdown();
    down.shutdown();
    assert!(up.iter().is_sorted());
    assert!(
        down.iter()
            .map(|Reverse(item)| item)
            .is_sorted_by(|a, b| a >= b)
    );
}

#[test]
fn shutdown_now_returns_every_one_of_equal_items() {
    /// Ordered by the first number only.
    #[derive(PartialEq, Eq, Debug)]
    struct Ranked(u32, u32);
    impl Ord for Ranked {
        fn cmp(&self, other: &Self) -> Ordering {
            self.0.cmp(&other.0)
        }
    }
    impl PartialOrd for Ranked {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    let queue = PriorityQueue::new();
    for n in 0..30 {
        queue.put(Ranked(n % 3, n)).unwrap();
    }
    let items = queue.shutdown_now();
    assert!(items.is_sorted());
    let mut numbers: Vec<u32> = items.iter().map(|item| item.1).collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..30));
}

/// Compares as its number does, unless it is told to panic.
#[derive(PartialEq, Eq, Debug)]
struct Moody<'a>(u32, Flag<'a>);

#[derive(Clone, Copy, Debug)]
struct Flag<'a>(&'a AtomicBool);

impl PartialEq for Flag<'_> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Flag<'_> {}

impl Ord for Moody<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.1.0.load(Relaxed) {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Moody<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn panics(work: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err()
}

#[test]
fn put_whose_cmp_panics_keeps_and_counts_the_item() {
    let is_moody = AtomicBool::new(false);
    let queue = PriorityQueue::new();
    queue.put(Moody(2, Flag(&is_moody))).unwrap();
    is_moody.store(true, Relaxed);
    assert!(panics(|| queue.put(Moody(1, Flag(&is_moody))).unwrap()));
    assert_eq!((queue.qsize(), queue.unfinished_tasks()), (2, 2));
    is_moody.store(false, Relaxed);
    let mut got = [(); 2].map(|()| queue.get().unwrap().0);
    got.sort_unstable();
    assert_eq!(got, [1, 2]);
    (0..2).for_each(|_| queue.task_done().unwrap());
    queue.join();
}

#[test]
fn get_whose_cmp_panics_loses_and_counts_nothing() {
    let is_moody = AtomicBool::new(false);
    let queue = PriorityQueue::bounded(4);
    for number in [4, 3, 2, 1] {
        queue.put(Moody(number, Flag(&is_moody))).unwrap();
    }
    std::thread::scope(|scope| {
        let putter = scope.spawn(|| queue.put(Moody(5, Flag(&is_moody))).unwrap());
        until(|| queue.waiting() == 1);
        is_moody.store(true, Relaxed);
        assert!(panics(|| drop(queue.get())));
        assert!(panics(|| drop(queue.get_nowait())));
        assert_eq!(
            (queue.qsize(), queue.unfinished_tasks(), queue.waiting()),
            (4, 4, 1)
        );
        is_moody.store(false, Relaxed);
        assert_eq!(queue.get().unwrap().0, 1);
        putter.join().unwrap();
    });
    queue.shutdown();
    assert!(queue.iter().map(|item| item.0).eq(2..=5));
}

#[test]
fn get_whose_cmp_panics_wakes_the_next_getter() {
    thread_local!(static IS_MOODY: Cell<bool> = const { Cell::new(false) });

    /// Compares as its number does, but not on every thread.
    #[derive(PartialEq, Eq, Debug)]
    struct Local(u32);
    impl Ord for Local {
        fn cmp(&self, other: &Self) -> Ordering {
            if IS_MOODY.get() {
                std::panic::resume_unwind(Box::new("on purpose"));
            }
            self.0.cmp(&other.0)
        }
    }
    impl PartialOrd for Local {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    for _ in 0..30 {
        let queue = PriorityQueue::new();
        std::thread::scope(|scope| {
            let moody = [1, 2, 3].map(|number| {
                let moody = scope.spawn(|| {
                    IS_MOODY.set(true);
                    panics(|| drop(queue.get()))
                });
                until(|| queue.waiting() == number);
                moody
            });
            let calm = scope.spawn(|| queue.get().unwrap());
            until(|| queue.waiting() == 4);
            // One for each of the moody: where the first of them finds all three, it must compare.
            (1..=3).for_each(|number| queue.put(Local(number)).unwrap());
            if moody.map(|moody| moody.join().unwrap()) == [false; 3] {
                queue.put(Local(4)).unwrap();
            }
            calm.join().unwrap();
        });
    }
}

#[test]
fn shutdown_now_whose_cmp_panics_returns_every_item() {
    let is_moody = AtomicBool::new(false);
    let queue = PriorityQueue::new();
    for number in [3, 1, 4, 2] {
        queue.put(Moody(number, Flag(&is_moody))).unwrap();
    }
    is_moody.store(true, Relaxed);
    assert!(panics(|| queue.put(Moody(0, Flag(&is_moody))).unwrap()));
    let mut numbers: Vec<u32> = queue.shutdown_now().iter().map(|item| item.0).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
    assert_eq!((queue.qsize(), queue.unfinished_tasks()), (0, 0));
    assert_eq!(queue.get_nowait(), Err(GetError::ShutDown));
    queue.join();
}

/// Numbers in no order, the same every time.
fn scattered(count: u64) -> impl Iterator<Item = u64> {
    (1..=count).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 1000)
}

#[test]
fn shutdown_now_whose_cmp_contradicts_itself_returns_items_as_get_would() {
    /// Every tenth number equals all others, as NaN does under `partial_cmp().unwrap_or(Equal)`.
    #[derive(PartialEq, Eq, Debug)]
    struct Score(u64);
    impl Ord for Score {
        fn cmp(&self, other: &Self) -> Ordering {
            if self.0 % 10 == 0 || other.0 % 10 == 0 {
                return Ordering::Equal;
            }
            self.0.cmp(&other.0)
        }
    }
    impl PartialOrd for Score {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    let (queue, same) = (PriorityQueue::new(), PriorityQueue::new());
    for number in scattered(5_000) {
        queue.put(Score(number)).unwrap();
        same.put(Score(number)).unwrap();
    }
    same.shutdown();
    let items = queue.shutdown_now();
    assert_eq!(items.len(), 5_000);
    assert!(same.iter().eq(items));
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
    thread_local!(static UNTIL_PANIC: Cell<u32> = const { Cell::new(u32::MAX) });

    #[derive(PartialEq, Eq, Debug)]
    struct Counted(u64);
    impl Ord for Counted {
        fn cmp(&self, other: &Self) -> Ordering {
            UNTIL_PANIC.set(UNTIL_PANIC.get() - 1);
            if UNTIL_PANIC.get() == 0 {
                std::panic::resume_unwind(Box::new("on purpose"));
            }
            self.0.cmp(&other.0)
        }
    }
    impl PartialOrd for Counted {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    let queue = PriorityQueue::new();
    scattered(100).for_each(|number| queue.put(Counted(number)).unwrap());
    let mut comparisons = 0;
    let panics_at = |comparison| {
        UNTIL_PANIC.set(comparison);
        let has_panicked = panics(|| assert!(queue.get_nowait().is_ok()));
        UNTIL_PANIC.set(u32::MAX);
        has_panicked
    };
    while panics_at(comparisons + 1) {
        comparisons += 1;
        assert_eq!(queue.qsize(), 100);
    }
    assert!(
        comparisons > 6,
        "only {comparisons} comparisons in a heap of a hundred"
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
