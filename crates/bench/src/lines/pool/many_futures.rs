//! Many futures at once: the cost of each of 100,000 beside that of each of 10,000.

use super::{answer, check};
use crate::line::Line;
use common::futures::{Future, ReturnWhen, ThreadPoolExecutor, as_completed, wait};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const MANY: u64 = 100_000;
const FEW: u64 = 10_000;
const WORKERS: usize = 2;

/// Waits for the futures and returns the sum of their results.
type Gather = fn(Vec<Future<u64>>) -> u64;

/// No other pool has these functions, so the peer is the same call for fewer futures. Ten times as many may cost twelve
/// times as much: caches that hold the few do not hold the many.
pub(super) fn lines() -> [Line; 2] {
    [
        line("wait", by_wait, "wait"),
        line("as_completed", by_as_completed, "completed"),
    ]
}

fn line(name: &str, gather: Gather, python: &str) -> Line {
    Line::new(format!("pool: {name}, 100,000 futures, {WORKERS} workers"))
        .goal(1.2)
        .batch(MANY)
        .ours(move |count| in_batches(count, MANY, gather))
        .peer("10,000 futures", move |count| {
            in_batches(count, FEW, gather)
        })
        .python(include_str!("../pool.py"), &[&WORKERS.to_string(), python])
}

fn in_batches(count: u64, batch: u64, gather: Gather) -> Duration {
    assert_eq!(count % batch, 0, "whole batches");
    (0..count / batch).map(|_| time(batch, gather)).sum()
}

/// No future is done when the clock starts; all are done when it stops.
fn time(count: u64, gather: Gather) -> Duration {
    let executor = ThreadPoolExecutor::new(WORKERS);
    let held = [(); WORKERS].map(|()| hold_one(&executor));
    let submit = |task| {
        let submitted = executor.submit(move || answer(task));
        submitted.expect("the pool is open")
    };
    let futures = (0..count).map(submit).collect();
    let start = Instant::now();
    drop(held);
    let sum = gather(futures);
    let took = start.elapsed();
    check(sum, count);
    took
}

/// Blocks one worker until the returned sender is dropped.
fn hold_one(executor: &ThreadPoolExecutor) -> mpsc::Sender<()> {
    let (begun, has_begun) = mpsc::channel();
    let (hold, until_dropped) = mpsc::channel::<()>();
    let task = move || {
        begun.send(()).expect("the receiver is here");
        until_dropped.recv().is_ok()
    };
    executor.submit(task).expect("the pool is open");
    has_begun.recv().expect("the task runs");
    hold
}

fn by_wait(futures: Vec<Future<u64>>) -> u64 {
    let waited = wait(futures, ReturnWhen::AllCompleted);
    waited.done.iter().map(result).sum()
}

fn by_as_completed(futures: Vec<Future<u64>>) -> u64 {
    let completed = as_completed(futures);
    completed
        .map(|future| result(&future.expect("there is no timeout")))
        .sum()
}

fn result(future: &Future<u64>) -> u64 {
    *future.result().expect("no task fails")
}
