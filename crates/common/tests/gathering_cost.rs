//! `futures::wait` and `futures::as_completed` over many futures: the cost grows as their number does.

use common::futures::{Future, ReturnWhen, ThreadPoolExecutor, as_completed, wait};
use std::time::{Duration, Instant};

const FEW: usize = 10_000;
const MANY: usize = 100_000;
/// Ten times as many cost some twelve times as much, because the processor's caches hold them no more, and
/// on a busy machine sometimes twice that. What grows with the square costs a hundred times as much.
const AT_MOST: f64 = 40.0;

/// How long `gather` takes for so many, which two workers end meanwhile.
fn time(count: usize, gather: impl Fn(Vec<Future<usize>>) -> usize) -> Duration {
    let executor = ThreadPoolExecutor::new(2);
    let submit = |n| executor.submit(move || n).unwrap();
    let start = Instant::now();
    let gathered = gather((0..count).map(submit).collect());
    let took = start.elapsed();
    assert_eq!(gathered, count);
    took
}

/// The machine may be busy with something else now and then, but not each time.
fn costs_in_proportion(gather: impl Fn(Vec<Future<usize>>) -> usize) {
    let (mut few, mut many) = (Duration::MAX, Duration::MAX);
    for _ in 0..50 {
        few = few.min(time(FEW, &gather));
        many = many.min(time(MANY, &gather));
        if many.div_duration_f64(few) <= AT_MOST {
            return;
        }
    }
    panic!("{FEW} took {few:?}, {MANY} took {many:?}");
}

#[test]
fn what_wait_costs_grows_as_the_futures_and_not_as_their_square() {
    costs_in_proportion(|futures| wait(futures, None, ReturnWhen::AllCompleted).done.len());
}

#[test]
fn what_as_completed_costs_grows_as_the_futures_and_not_as_their_square() {
    costs_in_proportion(|futures| as_completed(futures, None).map(Result::unwrap).count());
}
