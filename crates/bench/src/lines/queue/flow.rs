//! Items through a queue, and the ways to use ours.

use crate::timing::{share, start_running, timed};
use common::queue::{Queue, SimpleQueue};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::{Duration, Instant};

/// The end where items are put.
pub(super) trait Producer: Clone + Send {
    fn put(&self, item: u64);
    /// Called once, after the last item was put: consumers must learn of the end.
    fn end(self);
}

/// The end where items are got.
pub(super) trait Consumer: Send {
    /// The next item, after the work on the one before; `None` at the end.
    fn get(&mut self) -> Option<u64>;
}

/// A queue by its two ends.
pub(super) trait Flow {
    type Producer: Producer;
    type Consumer: Consumer;

    /// `to` is the number of consumers.
    fn new(bound: Option<usize>, to: u64) -> (Self::Producer, Vec<Self::Consumer>);
}

/// `from` threads put the items, `to` threads get them. The time is that from the first start to the last end.
pub(super) fn items_through<F: Flow>(
    bound: Option<usize>,
    from: u64,
    to: u64,
    items: u64,
) -> Duration {
    let (input, outputs) = F::new(bound, to);
    let missing = AtomicU64::new(from + to);
    thread::scope(|scope| {
        let getting: Vec<_> = outputs
            .into_iter()
            .map(|output| scope.spawn(|| get_all(&missing, output)))
            .collect();
        let putting: Vec<_> = (0..from)
            .map(|thread| {
                let (input, missing) = (input.clone(), &missing);
                scope.spawn(move || put_all(missing, &input, share(items, from, thread)))
            })
            .collect();
        let starts = putting
            .into_iter()
            .map(|thread| thread.join().expect("no panic"));
        let first = starts.min().expect("there is a producer");
        input.end();
        let ends = getting
            .into_iter()
            .map(|thread| thread.join().expect("no panic"));
        let (counts, ends): (Vec<u64>, Vec<Option<Instant>>) = ends.unzip();
        assert_eq!(counts.into_iter().sum::<u64>(), items, "items are missing");
        let last = ends.into_iter().flatten().max();
        last.map_or(Duration::ZERO, |last| last - first)
    })
}

fn put_all(missing: &AtomicU64, input: &impl Producer, items: u64) -> Instant {
    start_running(missing);
    let start = Instant::now();
    for item in 0..items {
        input.put(item);
    }
    start
}

/// Returns the number of items, and the time after the work on the last one.
fn get_all(missing: &AtomicU64, mut output: impl Consumer) -> (u64, Option<Instant>) {
    start_running(missing);
    let mut count = 0;
    while let Some(item) = output.get() {
        black_box(item);
        count += 1;
    }
    (count, (count > 0).then(Instant::now))
}

/// One thread puts an item and gets it.
pub(super) fn put_and_get<F: Flow>(bound: Option<usize>, pairs: u64) -> Duration {
    let (input, mut outputs) = F::new(bound, 1);
    let output = &mut outputs[0];
    timed(pairs, |item| {
        black_box(&input).put(item);
        assert_eq!(output.get(), Some(item));
    })
}

/// Calls `task_done` for every item.
pub(super) struct Ours;

impl Flow for Ours {
    type Producer = Arc<Queue<u64>>;
    type Consumer = Arc<Queue<u64>>;

    fn new(bound: Option<usize>, to: u64) -> (Self::Producer, Vec<Self::Consumer>) {
        let queue = Arc::new(bound.map_or_else(Queue::new, Queue::bounded));
        let outputs = (0..to).map(|_| Arc::clone(&queue)).collect();
        (queue, outputs)
    }
}

impl Producer for Arc<Queue<u64>> {
    fn put(&self, item: u64) {
        Queue::put(self, item).expect("the queue is open");
    }

    fn end(self) {
        self.join();
        self.shutdown();
    }
}

impl Consumer for Arc<Queue<u64>> {
    fn get(&mut self) -> Option<u64> {
        let item = Queue::get(self).ok()?;
        self.task_done().expect("the item is unfinished");
        Some(item)
    }
}

/// Gets each item as a task, whose drop marks it as done.
pub(super) struct OursAsTasks;

pub(super) struct Tasks(Arc<Queue<u64>>);

impl Flow for OursAsTasks {
    type Producer = Arc<Queue<u64>>;
    type Consumer = Tasks;

    fn new(bound: Option<usize>, to: u64) -> (Self::Producer, Vec<Self::Consumer>) {
        let (input, outputs) = Ours::new(bound, to);
        (input, outputs.into_iter().map(Tasks).collect())
    }
}

impl Consumer for Tasks {
    fn get(&mut self) -> Option<u64> {
        self.0.get_task().ok().map(|task| *task)
    }
}

/// Has no tasks, bound or shutdown. A sentinel for each consumer marks the end.
pub(super) struct OursSimple;

#[derive(Clone)]
pub(super) struct Simple(Arc<SimpleQueue<u64>>, u64);

const END: u64 = u64::MAX;

impl Flow for OursSimple {
    type Producer = Simple;
    type Consumer = Simple;

    fn new(_: Option<usize>, to: u64) -> (Self::Producer, Vec<Self::Consumer>) {
        let simple = Simple(Arc::new(SimpleQueue::new()), to);
        let outputs = (0..to).map(|_| simple.clone()).collect();
        (simple, outputs)
    }
}

impl Producer for Simple {
    fn put(&self, item: u64) {
        self.0.put(item);
    }

    fn end(self) {
        (0..self.1).for_each(|_| self.0.put(END));
    }
}

impl Consumer for Simple {
    fn get(&mut self) -> Option<u64> {
        let item = self.0.get();
        (item != END).then_some(item)
    }
}
