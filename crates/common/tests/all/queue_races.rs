//! `queue::Queue` and the other kinds: a shutdown while other threads put, get, work and join.

use crate::support::until;
use common::queue::{BlockingQueue, Fifo, GetError, Lifo, Priority, PutError, ShutDown, Storage};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::time::Duration;

const PRODUCERS: usize = 4;
const CONSUMERS: usize = 4;
/// The items of each producer.
const ITEMS: usize = 25;

/// The items of one round, by the way in which they ended.
#[derive(Default)]
struct Outcome {
    got: Mutex<Vec<usize>>,
    handed_back: Mutex<Vec<usize>>,
    returned: Mutex<Vec<usize>>,
    /// Tasks whose work has ended; counted before `task_done`.
    done: AtomicUsize,
    done_when_joined: AtomicUsize,
}

impl Outcome {
    fn produce<S: Storage<usize>>(&self, queue: &BlockingQueue<usize, S>, number: usize) {
        for item in number * ITEMS..(number + 1) * ITEMS {
            let put = match item % 3 {
                0 => queue.put(item).map_err(PutError::from),
                1 => queue.put_timeout(item, Duration::from_micros(item as u64)),
                _ => queue.put_nowait(item),
            };
            if let Err(error) = put {
                self.handed_back.lock().unwrap().push(error.into_item());
            }
        }
    }

    fn consume<S: Storage<usize>>(&self, queue: &BlockingQueue<usize, S>, number: usize) {
        for turn in number.. {
            let got = match turn % 4 {
                0 => queue.get().map_err(GetError::from),
                1 => queue.get_timeout(Duration::from_micros(turn as u64 % 50)),
                2 => queue.get_nowait(),
                _ => match queue.get_task() {
                    Ok(task) => {
                        self.work_on(*task);
                        continue;
                    }
                    Err(ShutDown(())) => return,
                },
            };
            match got {
                Ok(item) => {
                    self.work_on(item);
                    queue.task_done().unwrap();
                }
                Err(GetError::Empty) => {}
                Err(GetError::ShutDown) => return,
            }
        }
    }

    fn work_on(&self, item: usize) {
        self.got.lock().unwrap().push(item);
        self.done.fetch_add(1, SeqCst);
    }

    /// Shuts down in the middle of the round, and joins the queue.
    fn close<S: Storage<usize>>(&self, queue: &BlockingQueue<usize, S>, round: usize) {
        let count = |items: &Mutex<Vec<usize>>| items.lock().unwrap().len();
        // Both counts: when the consumers are slow, most items are handed back.
        until(|| count(&self.got) + count(&self.handed_back) >= round % 60);
        if round % 2 == 0 {
            queue.shutdown();
        } else {
            *self.returned.lock().unwrap() = queue.shutdown_now();
        }
        queue.join();
        self.done_when_joined.store(self.done.load(SeqCst), SeqCst);
    }

    /// Every item ended in exactly one way, and no task ran when `join` returned.
    fn check(self) {
        assert_eq!(self.done_when_joined.into_inner(), self.done.into_inner());
        let all = [self.got, self.handed_back, self.returned];
        let mut items = all.map(|items| items.into_inner().unwrap()).concat();
        items.sort_unstable();
        assert!(items.into_iter().eq(0..PRODUCERS * ITEMS));
    }
}

fn rounds<S: Storage<usize>>() {
    for round in 0..1_000 {
        let queue = BlockingQueue::<usize, S>::default();
        queue.set_maxsize(round % 4);
        let outcome = Outcome::default();
        std::thread::scope(|scope| {
            for number in 0..PRODUCERS {
                let (queue, outcome) = (&queue, &outcome);
                scope.spawn(move || outcome.produce(queue, number));
            }
            for number in 0..CONSUMERS {
                let (queue, outcome) = (&queue, &outcome);
                scope.spawn(move || outcome.consume(queue, number));
            }
            outcome.close(&queue, round);
        });
        assert_eq!((queue.qsize(), queue.unfinished_tasks()), (0, 0));
        outcome.check();
    }
}

#[test]
fn shutdown_of_a_busy_queue_loses_no_item() {
    rounds::<Fifo>();
}

#[test]
fn shutdown_of_a_busy_stack_loses_no_item() {
    rounds::<Lifo>();
}

#[test]
fn shutdown_of_a_busy_priority_queue_loses_no_item() {
    rounds::<Priority>();
}
