//! `queue::PriorityQueue`: its order, and what a panic of `cmp` does.

use crate::support::until_shows;
use common::queue::{BlockingQueue, GetError, PriorityQueue, Storage};
use std::cell::Cell;
use std::cmp::{Ordering, Reverse};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

#[test]
fn the_smallest_comes_first_and_with_reverse_the_greatest() {
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
fn items_that_are_equal_all_come_out() {
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
fn a_panic_of_cmp_goes_to_put_and_the_item_stays_and_is_counted() {
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
fn a_panic_of_cmp_goes_to_get_and_nothing_is_lost_or_counted() {
    let is_moody = AtomicBool::new(false);
    let queue = PriorityQueue::bounded(4);
    for number in [4, 3, 2, 1] {
        queue.put(Moody(number, Flag(&is_moody))).unwrap();
    }
    std::thread::scope(|scope| {
        let putter = scope.spawn(|| queue.put(Moody(5, Flag(&is_moody))).unwrap());
        until_shows(&queue, "waiting: 1");
        is_moody.store(true, Relaxed);
        assert!(panics(|| drop(queue.get())));
        assert!(panics(|| drop(queue.get_nowait())));
        until_shows(
            &queue,
            "qsize: 4, unfinished: 4, shutdown: false, waiting: 1",
        );
        is_moody.store(false, Relaxed);
        assert_eq!(queue.get().unwrap().0, 1);
        putter.join().unwrap();
    });
    queue.shutdown();
    assert!(queue.iter().map(|item| item.0).eq(2..=5));
}

#[test]
fn who_is_woken_for_an_item_and_panics_in_cmp_lets_the_next_one_have_it() {
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
                until_shows(&queue, &format!("waiting: {number}"));
                moody
            });
            let calm = scope.spawn(|| queue.get().unwrap());
            until_shows(&queue, "waiting: 4");
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
fn a_panic_of_cmp_leaves_the_queue_unlocked() {
    let is_moody = AtomicBool::new(true);
    let queue = PriorityQueue::new();
    queue.put(Moody(1, Flag(&is_moody))).unwrap();
    assert!(panics(|| queue.put(Moody(2, Flag(&is_moody))).unwrap()));
    assert_eq!(queue.qsize(), 2);
    // Sorted only once everything else is done: that may panic too.
    assert!(panics(|| drop(queue.shutdown_now())));
    assert_eq!((queue.qsize(), queue.unfinished_tasks()), (0, 0));
    assert_eq!(queue.get_nowait(), Err(GetError::ShutDown));
    queue.join();
}

#[test]
fn code_can_be_written_for_every_kind_of_queue() {
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
