//! `futures::wait` and `futures::as_completed` over many futures: the cost is proportional to their number.
//!
//! The accesses to each future are counted exactly in `futures::completion_set`; `just bench` measures the time.

use common::futures::{Future, Promise, ReturnWhen, as_completed, wait_timeout};
use std::time::{Duration, Instant};

type Pending = (Vec<Promise<usize>>, Vec<Future<usize>>);

const FEW: usize = 10_000;
/// So many times as many.
const TIMES: usize = 10;

fn pending(count: usize) -> Pending {
    std::iter::repeat_with(Promise::new).take(count).unzip()
}

fn done(count: usize) -> Pending {
    let (promises, futures) = pending(count);
    promises.iter().for_each(end);
    (promises, futures)
}

fn end(promise: &Promise<usize>) {
    promise.set_result(7).unwrap();
}

fn wait_for((_promises, futures): Pending) {
    let all = futures.len();
    let waited = wait_timeout(futures, Duration::ZERO, ReturnWhen::AllCompleted);
    assert_eq!(waited.done.len() + waited.not_done.len(), all);
}

/// What is pending is ended while it is gathered, the last first.
fn gather((promises, futures): Pending) {
    let all = futures.len();
    let mut completed = as_completed(futures);
    for promise in promises.iter().rev() {
        if promise.set_result(7).is_ok() {
            assert!(completed.next().unwrap().unwrap().done());
        }
    }
    let rest = completed.map(Result::unwrap).count();
    assert!(rest == 0 || rest == all);
}

/// Asserts that ten times as many futures take ten times the memory, and ten times as long.
fn costs_in_proportion(prepare: fn(usize) -> Pending, work: fn(Pending)) {
    allocates_in_proportion(prepare, work);
    takes_time_in_proportion(prepare, work);
}

fn allocates_in_proportion(prepare: fn(usize) -> Pending, work: fn(Pending)) {
    let [few, many] = [FEW, TIMES * FEW].map(|count| {
        let futures = prepare(count);
        allocation_counter::measure(|| work(futures))
    });
    let times = TIMES as u64;
    let growing = 16; // a buffer that is ten times as long has grown some four times more often
    assert!(few.count_total > 0);
    assert!(many.count_total <= times * few.count_total + growing);
    // What has doubled until it was large enough may be up to twice as large.
    assert!(many.bytes_total <= 2 * times * few.bytes_total);
}

/// Finds what is not counted above. The processor's caches hold the few and not the many, and
/// on a busy machine other programs use them too, so that it is not ten times as long; but what grows with the
/// square takes a hundred times as long.
fn takes_time_in_proportion(prepare: fn(usize) -> Pending, work: fn(Pending)) {
    const AT_MOST: f64 = 40.0;
    let time = |count| {
        let futures = prepare(count);
        let start = Instant::now();
        work(futures);
        start.elapsed()
    };
    let (mut few, mut many) = (Duration::MAX, Duration::MAX);
    for _ in 0..50 {
        few = few.min(time(FEW));
        many = many.min(time(TIMES * FEW));
        if many.div_duration_f64(few) <= AT_MOST {
            return;
        }
    }
    panic!("{FEW} took {few:?}, {TIMES} times as many {many:?}");
}

#[test]
fn wait_costs_time_and_memory_in_proportion() {
    costs_in_proportion(done, wait_for);
    costs_in_proportion(pending, wait_for);
}

#[test]
fn as_completed_costs_time_and_memory_in_proportion() {
    costs_in_proportion(done, gather);
    costs_in_proportion(pending, gather);
}
