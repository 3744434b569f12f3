//! The other pools, each in the form its own documentation shows.

use super::{Execute, Submit, answer, check, one_by_one};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

impl Execute for rayon::ThreadPool {
    fn with(workers: usize) -> Self {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(workers);
        builder.build().expect("the system starts threads")
    }

    fn execute_task(&self, task: impl FnOnce() + Send + 'static) {
        self.spawn(task);
    }
}

/// Rayon's way to wait for a single task: without a channel, and with the closure on the stack.
pub(super) fn install(workers: usize, count: u64) -> Duration {
    let pool = rayon::ThreadPool::with(workers);
    one_by_one(count, |task| pool.install(|| answer(task)))
}

/// Each task has a slot for its result, and the scope waits for all tasks: cheap, but no result is available before the
/// last one.
pub(super) fn scope(workers: usize, count: u64) -> Duration {
    let pool = rayon::ThreadPool::with(workers);
    let start = Instant::now();
    let mut results: Vec<_> = (0..count).collect();
    pool.in_place_scope(|scope| {
        for slot in &mut results {
            scope.spawn(move |_| *slot = answer(*slot));
        }
    });
    let sum = results.into_iter().sum();
    let took = start.elapsed();
    check(sum, count);
    took
}

impl Execute for threadpool::ThreadPool {
    fn with(workers: usize) -> Self {
        Self::new(workers)
    }

    fn execute_task(&self, task: impl FnOnce() + Send + 'static) {
        self.execute(task);
    }
}

impl Execute for rusty_pool::ThreadPool {
    fn with(workers: usize) -> Self {
        fixed(workers)
    }

    fn execute_task(&self, task: impl FnOnce() + Send + 'static) {
        self.execute(task);
    }
}

impl Submit for rusty_pool::ThreadPool {
    type Ticket = rusty_pool::JoinHandle<u64>;

    fn with(workers: usize) -> Self {
        fixed(workers)
    }

    fn submit_task(&self, task: impl FnOnce() -> u64 + Send + 'static) -> Self::Ticket {
        self.evaluate(task)
    }

    fn result_of(ticket: Self::Ticket) -> u64 {
        ticket.await_complete()
    }
}

/// A fixed number of workers, as the other pools have.
fn fixed(workers: usize) -> rusty_pool::ThreadPool {
    rusty_pool::ThreadPool::new(workers, workers, Duration::from_mins(1))
}

/// What one writes by hand: threads that receive boxed closures.
pub(super) struct ByHand {
    tasks: Option<crossbeam_channel::Sender<Box<dyn FnOnce() + Send>>>,
    workers: Vec<JoinHandle<()>>,
}

impl Execute for ByHand {
    fn with(workers: usize) -> Self {
        let (sender, tasks) = crossbeam_channel::unbounded::<Box<dyn FnOnce() + Send>>();
        let worker = |_| {
            let tasks = tasks.clone();
            thread::spawn(move || tasks.iter().for_each(|task| task()))
        };
        Self {
            tasks: Some(sender),
            workers: (0..workers).map(worker).collect(),
        }
    }

    fn execute_task(&self, task: impl FnOnce() + Send + 'static) {
        let tasks = self.tasks.as_ref().expect("the pool is not dropped");
        tasks.send(Box::new(task)).expect("workers receive");
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        self.tasks = None;
        for worker in self.workers.drain(..) {
            worker.join().expect("no task panics");
        }
    }
}
