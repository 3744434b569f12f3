//! One function for 100,000 items, with the results in the order of the items.

use super::{Submit, all_by_tickets, answer, check};
use crate::line::Line;
use common::futures::ThreadPoolExecutor;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::time::{Duration, Instant};

const ITEMS: u64 = 100_000;

/// There is no goal. Rayon cuts the items into a few pieces, which a pool with a future for each call cannot do. With one
/// job per item it does the work of the other pools.
pub(super) fn line(workers: usize) -> Line {
    Line::new(format!("pool: map, 100,000 items, {workers} workers"))
        .batch(ITEMS)
        .ours(move |count| ours(workers, count))
        .peer("rayon", move |count| in_pieces(workers, count))
        .peer("rayon, one job per item", move |count| {
            one_by_one(workers, count)
        })
        .peer("rusty_pool evaluate", move |count| {
            all_by_tickets::<rusty_pool::ThreadPool>(workers, count)
        })
        .reference("common, submit", move |count| {
            all_by_tickets::<ThreadPoolExecutor>(workers, count)
        })
        .python(include_str!("../pool.py"), &[&workers.to_string(), "map"])
}

fn ours(workers: usize, count: u64) -> Duration {
    let executor = <ThreadPoolExecutor as Submit>::with(workers);
    timed(count, || {
        let results = executor.map(answer, 0..count).expect("the pool is open");
        results.map(|result| result.expect("no call fails")).sum()
    })
}

fn in_pieces(workers: usize, count: u64) -> Duration {
    by_rayon(workers, count, usize::MAX)
}

fn one_by_one(workers: usize, count: u64) -> Duration {
    by_rayon(workers, count, 1)
}

/// The results are collected in order, as `map` returns them, and then summed as ours are.
fn by_rayon(workers: usize, count: u64, max_per_job: usize) -> Duration {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(workers);
    let pool = builder.build().expect("the system starts threads");
    let items: Vec<_> = (0..count).collect();
    timed(count, || {
        let items = items.into_par_iter().with_max_len(max_per_job);
        let results: Vec<_> = pool.install(|| items.map(answer).collect());
        results.into_iter().sum()
    })
}

fn timed(count: u64, sum: impl FnOnce() -> u64) -> Duration {
    let start = Instant::now();
    let sum = sum();
    let took = start.elapsed();
    check(sum, count);
    took
}
