//! `PriorityQueue`: put and get among so many others, by one thread and by four.

use crate::line::Line;
use common::queue::PriorityQueue;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// So many are in the queue all the time.
const STANDING: u64 = 1_000;

pub(super) fn lines() -> Vec<Line> {
    [(1, "one thread"), (4, "4 threads")]
        .map(|(threads, who)| {
            Line::new(format!("PriorityQueue, {who}, put and get"))
                .goal(1.0)
                .ours(move |pairs| pairs_of::<PriorityQueue<u64>>(threads, pairs))
                .peer("std BinaryHeap", move |pairs| {
                    pairs_of::<StdHeap>(threads, pairs)
                })
                .peer("parking_lot BinaryHeap", move |pairs| {
                    pairs_of::<ParkingLotHeap>(threads, pairs)
                })
                .python(include_str!("priority.py"), &[&threads.to_string()])
        })
        .into()
}

trait Smallest: Default + Sync {
    fn put(&self, item: u64);
    fn get(&self) -> u64;
}

fn pairs_of<Q: Smallest>(threads: u64, pairs: u64) -> Duration {
    let queue = Q::default();
    (0..STANDING).for_each(|n| queue.put(scattered(n)));
    let start = Instant::now();
    let share = |thread| pairs / threads + u64::from(thread < pairs % threads);
    if threads == 1 {
        repeat(&queue, pairs);
        return start.elapsed();
    }
    thread::scope(|scope| {
        for thread in 0..threads {
            let queue = &queue;
            scope.spawn(move || repeat(queue, share(thread)));
        }
    });
    start.elapsed()
}

/// What comes next is put anew, some way behind: as a timer or a scheduler does.
fn repeat(queue: &impl Smallest, pairs: u64) {
    let queue = black_box(queue);
    for n in 0..pairs {
        let first = queue.get();
        queue.put(first + scattered(n));
    }
}

/// Numbers in no order, below a million.
fn scattered(n: u64) -> u64 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 1_000_000
}

impl Smallest for PriorityQueue<u64> {
    fn put(&self, item: u64) {
        PriorityQueue::put(self, item).expect("it is open");
    }

    fn get(&self) -> u64 {
        let item = PriorityQueue::get(self).expect("it is open");
        self.task_done().expect("it was got just now");
        item
    }
}

/// A heap under a mutex, a condition to wait for an item, and how many are unfinished: what one writes by hand.
#[derive(Default)]
struct StdHeap(Mutex<BinaryHeap<Reverse<u64>>>, Condvar, AtomicU64);

impl Smallest for StdHeap {
    fn put(&self, item: u64) {
        let mut heap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heap.push(Reverse(item));
        self.2.fetch_add(1, Ordering::Relaxed);
        drop(heap);
        self.1.notify_one();
    }

    fn get(&self) -> u64 {
        let mut heap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(Reverse(item)) = heap.pop() {
                drop(heap);
                self.2.fetch_sub(1, Ordering::AcqRel);
                return item;
            }
            heap = self.1.wait(heap).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[derive(Default)]
struct ParkingLotHeap(
    parking_lot::Mutex<BinaryHeap<Reverse<u64>>>,
    parking_lot::Condvar,
    AtomicU64,
);

impl Smallest for ParkingLotHeap {
    fn put(&self, item: u64) {
        let mut heap = self.0.lock();
        heap.push(Reverse(item));
        self.2.fetch_add(1, Ordering::Relaxed);
        drop(heap);
        self.1.notify_one();
    }

    fn get(&self) -> u64 {
        let mut heap = self.0.lock();
        loop {
            if let Some(Reverse(item)) = heap.pop() {
                drop(heap);
                self.2.fetch_sub(1, Ordering::AcqRel);
                return item;
            }
            self.1.wait(&mut heap);
        }
    }
}
