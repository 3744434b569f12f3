//! `PriorityQueue`: put and get beside a thousand other items, by one thread and by four.

use crate::line::Line;
use crate::monitor::{Monitor, ParkingLot, Std};
use crate::timing::shared_out;
use common::queue::PriorityQueue;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The number of items in the queue at all times.
const STANDING: u64 = 1_000;

type Heap = BinaryHeap<Reverse<u64>>;

pub(super) fn lines() -> Vec<Line> {
    [(1, "one thread", 1.0), (4, "4 threads", 0.9)]
        .map(|(threads, by, goal)| {
            Line::new(format!("PriorityQueue, {by}, put and get"))
                .goal(goal)
                .ours(move |pairs| time::<PriorityQueue<u64>>(threads, pairs))
                .peer("std BinaryHeap", move |pairs| {
                    time::<ByHand<Std<Heap>>>(threads, pairs)
                })
                .peer("parking_lot BinaryHeap", move |pairs| {
                    time::<ByHand<ParkingLot<Heap>>>(threads, pairs)
                })
                .python(include_str!("priority.py"), &[&threads.to_string()])
        })
        .into()
}

trait Smallest: Sync {
    fn new() -> Self;
    fn put(&self, item: u64);
    fn get(&self) -> u64;
}

/// The smallest item is removed and put back with a larger number, as a timer or a scheduler does.
fn time<Q: Smallest>(threads: u64, pairs: u64) -> Duration {
    let queue = Q::new();
    (0..STANDING).for_each(|n| queue.put(scattered(n)));
    shared_out(threads, pairs, |share| {
        let queue = black_box(&queue);
        for n in 0..share {
            let first = queue.get();
            queue.put(first + scattered(n));
        }
    })
}

/// Numbers in no order, below a million.
fn scattered(n: u64) -> u64 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 1_000_000
}

impl Smallest for PriorityQueue<u64> {
    fn new() -> Self {
        Self::new()
    }

    fn put(&self, item: u64) {
        PriorityQueue::put(self, item).expect("the queue is open");
    }

    fn get(&self) -> u64 {
        let item = PriorityQueue::get(self).expect("the queue is open");
        self.task_done().expect("the item is unfinished");
        item
    }
}

/// A heap under a mutex with a condition variable, and a count of the unfinished tasks.
struct ByHand<M>(M, AtomicU64);

impl<M: Monitor<Heap>> Smallest for ByHand<M> {
    fn new() -> Self {
        Self(M::new(Heap::new()), AtomicU64::new(0))
    }

    fn put(&self, item: u64) {
        self.0.change(|heap| {
            heap.push(Reverse(item));
            self.1.fetch_add(1, Ordering::Relaxed);
        });
        self.0.notify_one();
    }

    fn get(&self) -> u64 {
        let first = self.0.wait(|heap| !heap.is_empty(), BinaryHeap::pop);
        self.1.fetch_sub(1, Ordering::AcqRel);
        first.expect("the heap is not empty").0
    }
}
