//! Items through a queue, and the ways in which ours is used.

use common::queue::{Queue, SimpleQueue};
use std::hint::{black_box, spin_loop};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Where items go in. All that is in has been got and worked on when nobody gets any more.
pub(super) trait In: Clone + Send {
    fn put(&self, item: u64);

    /// Called once, when all is put: who gets is to hear of the end.
    fn end(self);
}

/// Where they come out.
pub(super) trait Out: Send {
    /// `None` at the end.
    fn get(&mut self) -> Option<u64>;
}

/// A queue by its two ends.
pub(super) trait Flow {
    type In: In;
    type Out: Out;

    /// With so many places to get from.
    fn with(bound: Option<usize>, outs: u64) -> (Self::In, Vec<Self::Out>);
}

/// `from` threads put so many items, `to` threads get them; from the first one's start to the last one's
/// end.
pub(super) fn items_through<F: Flow>(
    bound: Option<usize>,
    from: u64,
    to: u64,
    items: u64,
) -> Duration {
    let (input, outputs) = F::with(bound, to);
    let missing = AtomicU64::new(from + to);
    let share = |thread| items / from + u64::from(thread < items % from);
    thread::scope(|scope| {
        let getting: Vec<_> = outputs
            .into_iter()
            .map(|output| scope.spawn(|| get_all(&missing, output)))
            .collect();
        let putting: Vec<_> = (0..from)
            .map(|thread| {
                let (input, missing) = (input.clone(), &missing);
                scope.spawn(move || put_all(missing, &input, share(thread)))
            })
            .collect();
        let starts = putting
            .into_iter()
            .map(|thread| thread.join().expect("no panic"));
        let first = starts.min().expect("somebody puts");
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

fn put_all(missing: &AtomicU64, input: &impl In, items: u64) -> Instant {
    start_running(missing);
    let start = Instant::now();
    for item in 0..items {
        input.put(item);
    }
    start
}

/// How many it got, and when it was done with the last.
fn get_all(missing: &AtomicU64, mut output: impl Out) -> (u64, Option<Instant>) {
    start_running(missing);
    let mut count = 0;
    while let Some(item) = output.get() {
        black_box(item);
        count += 1;
    }
    (count, (count > 0).then(Instant::now))
}

/// Waits for the others without sleeping.
fn start_running(missing: &AtomicU64) {
    missing.fetch_sub(1, Ordering::AcqRel);
    while missing.load(Ordering::Acquire) > 0 {
        (0..100).for_each(|_| spin_loop());
        thread::yield_now();
    }
}

/// One thread puts an item and gets it back.
pub(super) fn put_and_get<F: Flow>(bound: Option<usize>, pairs: u64) -> Duration {
    let (input, mut outputs) = F::with(bound, 1);
    let output = &mut outputs[0];
    let start = Instant::now();
    for item in 0..pairs {
        black_box(&input).put(item);
        assert_eq!(output.get(), Some(item));
    }
    start.elapsed()
}

/// Every item got is said to be done.
pub(super) struct Ours;

impl Flow for Ours {
    type In = Arc<Queue<u64>>;
    type Out = Arc<Queue<u64>>;

    fn with(bound: Option<usize>, outs: u64) -> (Self::In, Vec<Self::Out>) {
        let queue = Arc::new(bound.map_or_else(Queue::new, Queue::bounded));
        let outputs = (0..outs).map(|_| Arc::clone(&queue)).collect();
        (queue, outputs)
    }
}

impl In for Arc<Queue<u64>> {
    fn put(&self, item: u64) {
        Queue::put(self, item).expect("it is open");
    }

    fn end(self) {
        self.join();
        self.shutdown();
    }
}

impl Out for Arc<Queue<u64>> {
    fn get(&mut self) -> Option<u64> {
        let item = Queue::get(self).ok()?;
        self.task_done().expect("it was got just now");
        Some(item)
    }
}

/// The same by guards.
pub(super) struct OursAsTasks;

pub(super) struct Tasks(Arc<Queue<u64>>);

impl Flow for OursAsTasks {
    type In = Arc<Queue<u64>>;
    type Out = Tasks;

    fn with(bound: Option<usize>, outs: u64) -> (Self::In, Vec<Self::Out>) {
        let (input, outputs) = Ours::with(bound, outs);
        (input, outputs.into_iter().map(Tasks).collect())
    }
}

impl Out for Tasks {
    fn get(&mut self) -> Option<u64> {
        self.0.get_task().ok().map(|task| *task)
    }
}

/// Without tasks, bound or shutdown. An item tells the end.
pub(super) struct OursSimple;

#[derive(Clone)]
pub(super) struct Simple(Arc<SimpleQueue<u64>>, u64);

const END: u64 = u64::MAX;

impl Flow for OursSimple {
    type In = Simple;
    type Out = Simple;

    fn with(_: Option<usize>, outs: u64) -> (Self::In, Vec<Self::Out>) {
        let simple = Simple(Arc::new(SimpleQueue::new()), outs);
        let outputs = (0..outs).map(|_| simple.clone()).collect();
        (simple, outputs)
    }
}

impl In for Simple {
    fn put(&self, item: u64) {
        self.0.put(item);
    }

    fn end(self) {
        (0..self.1).for_each(|_| self.0.put(END));
    }
}

impl Out for Simple {
    fn get(&mut self) -> Option<u64> {
        let item = self.0.get();
        (item != END).then_some(item)
    }
}
