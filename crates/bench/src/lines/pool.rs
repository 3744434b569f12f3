//! The pool: many trivial tasks from one thread, one task at a time, and one function for many items.

mod many_futures;
mod map;
mod ours;
mod peers;

use crate::line::Line;
use common::futures::ThreadPoolExecutor;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Enough tasks that the start and the end of the workers do not count.
const TASKS: u64 = 200_000;
/// Tasks before the clock starts, so that every worker has started.
const WARMING: u64 = 100;

pub(super) fn lines() -> Vec<Line> {
    [4, 2]
        .into_iter()
        .flat_map(|workers| [tasks(workers), round_trip(workers), map::line(workers)])
        .chain(many_futures::lines())
        .collect()
}

fn tasks(workers: usize) -> Line {
    Line::new(format!(
        "pool: 200,000 tasks, all results, {workers} workers"
    ))
    .goal(0.5)
    .batch(TASKS)
    .ours(move |count| all_by_tickets::<ThreadPoolExecutor>(workers, count))
    .peer("rayon", move |count| {
        all_by_channel::<rayon::ThreadPool>(workers, count)
    })
    .peer("threadpool", move |count| {
        all_by_channel::<threadpool::ThreadPool>(workers, count)
    })
    .peer("rusty_pool", move |count| {
        all_by_channel::<rusty_pool::ThreadPool>(workers, count)
    })
    .peer("rusty_pool evaluate", move |count| {
        all_by_tickets::<rusty_pool::ThreadPool>(workers, count)
    })
    .reference("crossbeam-channel", move |count| {
        all_by_channel::<peers::ByHand>(workers, count)
    })
    .reference("rayon scope", move |count| peers::scope(workers, count))
    .python(include_str!("pool.py"), &[&workers.to_string(), "all"])
}

fn round_trip(workers: usize) -> Line {
    Line::new(format!(
        "pool: submit, result, one by one, {workers} workers"
    ))
    .goal(0.3)
    .ours(move |count| one_by_tickets::<ThreadPoolExecutor>(workers, count))
    .peer("rayon", move |count| {
        one_by_channel::<rayon::ThreadPool>(workers, count)
    })
    .peer("rayon install", move |count| peers::install(workers, count))
    .peer("threadpool", move |count| {
        one_by_channel::<threadpool::ThreadPool>(workers, count)
    })
    .peer("rusty_pool", move |count| {
        one_by_channel::<rusty_pool::ThreadPool>(workers, count)
    })
    .peer("rusty_pool evaluate", move |count| {
        one_by_tickets::<rusty_pool::ThreadPool>(workers, count)
    })
    .reference("crossbeam-channel", move |count| {
        one_by_channel::<peers::ByHand>(workers, count)
    })
    .python(include_str!("pool.py"), &[&workers.to_string(), "one"])
}

/// A pool that runs closures, which must send their results themselves.
trait Execute {
    fn with(workers: usize) -> Self;
    fn execute_task(&self, task: impl FnOnce() + Send + 'static);
}

/// A pool that returns a ticket for each task, which gives the result.
trait Submit {
    type Ticket;
    fn with(workers: usize) -> Self;
    fn submit_task(&self, task: impl FnOnce() -> u64 + Send + 'static) -> Self::Ticket;
    fn result_of(ticket: Self::Ticket) -> u64;
}

fn all_by_channel<P: Execute>(workers: usize, count: u64) -> Duration {
    let pool = P::with(workers);
    let (sender, results) = mpsc::channel();
    let start = Instant::now();
    for task in 0..count {
        let sender = sender.clone();
        pool.execute_task(move || sender.send(answer(task)).expect("the receiver is here"));
    }
    drop(sender);
    let sum = results.into_iter().sum();
    let took = start.elapsed();
    check(sum, count);
    took
}

fn all_by_tickets<P: Submit>(workers: usize, count: u64) -> Duration {
    let pool = P::with(workers);
    let start = Instant::now();
    let submit = |task| pool.submit_task(move || answer(task));
    let tickets: Vec<_> = (0..count).map(submit).collect();
    let sum = tickets.into_iter().map(P::result_of).sum();
    let took = start.elapsed();
    check(sum, count);
    took
}

fn one_by_channel<P: Execute>(workers: usize, count: u64) -> Duration {
    let pool = P::with(workers);
    let (sender, results) = mpsc::channel();
    one_by_one(count, |task| {
        let sender = sender.clone();
        pool.execute_task(move || sender.send(answer(task)).expect("the receiver is here"));
        results.recv().expect("the task is submitted")
    })
}

fn one_by_tickets<P: Submit>(workers: usize, count: u64) -> Duration {
    let pool = P::with(workers);
    one_by_one(count, |task| {
        P::result_of(pool.submit_task(move || answer(task)))
    })
}

fn one_by_one(count: u64, round_trip: impl Fn(u64) -> u64) -> Duration {
    for task in 0..WARMING {
        round_trip(task);
    }
    let start = Instant::now();
    let sum = (0..count).map(round_trip).sum();
    let took = start.elapsed();
    check(sum, count);
    took
}

/// What a task computes.
fn answer(task: u64) -> u64 {
    task + 1
}

/// No contender is fast by leaving tasks out.
fn check(sum: u64, count: u64) {
    assert_eq!(sum, count * (count + 1) / 2, "results are missing");
}
