//! `futures::wait` and `futures::as_completed` over many futures: the allocations are proportional to their number.
//!
//! The unit tests of `futures::as_completed` count the accesses to each future; `just bench` measures the time.

use common::futures::{Future, Promise, ReturnWhen, as_completed, wait_timeout};
use std::time::Duration;

type Pending = (Vec<Promise<usize>>, Vec<Future<usize>>);

const FEW: usize = 10_000;
/// How many times as many futures the larger case has.
const TIMES: usize = 10;

fn pending(count: usize) -> Pending {
    std::iter::repeat_with(Promise::new).take(count).unzip()
}

fn done(count: usize) -> Pending {
    let (promises, futures) = pending(count);
    promises.iter().for_each(complete);
    (promises, futures)
}

fn complete(promise: &Promise<usize>) {
    promise.set_result(7).unwrap();
}

fn wait_for((_promises, futures): Pending) {
    let all = futures.len();
    let waited = wait_timeout(futures, Duration::ZERO, ReturnWhen::AllCompleted);
    assert_eq!(waited.done.len() + waited.not_done.len(), all);
}

/// Pending futures are completed between the calls of `next`, the last one first.
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

/// Asserts that ten times as many futures take ten times the allocations.
fn allocates_in_proportion(prepare: fn(usize) -> Pending, work: fn(Pending)) {
    let [few, many] = [FEW, TIMES * FEW].map(|count| {
        let futures = prepare(count);
        allocation_counter::measure(|| work(futures))
    });
    let times = TIMES as u64;
    let growing = 16; // a buffer of ten times the length has grown about four times more often
    assert!(few.count_total > 0);
    assert!(many.count_total <= times * few.count_total + growing);
    // A buffer that grows by doubling may be up to twice as large as needed.
    assert!(many.bytes_total <= 2 * times * few.bytes_total);
}

#[test]
fn wait_allocates_in_proportion() {
    allocates_in_proportion(done, wait_for);
    allocates_in_proportion(pending, wait_for);
}

#[test]
fn as_completed_allocates_in_proportion() {
    allocates_in_proportion(done, gather);
    allocates_in_proportion(pending, gather);
}
