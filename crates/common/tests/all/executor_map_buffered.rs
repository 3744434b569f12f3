//! `futures::ThreadPoolExecutor::map_buffered`: the number of calls ahead of the results.

use crate::support::{CANCEL, busy, until};
use common::futures::{FutureError, MapError, ThreadPoolExecutor};
use std::cell::Cell;
use std::time::{Duration, Instant};

#[test]
fn map_buffered_submits_buffersize_calls_and_one_before_each_result() {
    let executor = ThreadPoolExecutor::new(1);
    let taken = Cell::new(0);
    let items = (0..6).inspect(|_| taken.set(taken.get() + 1));
    let mut results = executor.map_buffered(|n| n, items, 2).unwrap();
    assert_eq!(taken.get(), 2);
    for (n, expected) in [3, 4, 5, 6, 6, 6].into_iter().enumerate() {
        assert_eq!(results.next().unwrap().unwrap(), n);
        assert_eq!(taken.get(), expected);
    }
    assert!(results.next().is_none());
}

#[test]
fn map_buffered_submits_the_next_call_before_it_waits() {
    let executor = ThreadPoolExecutor::new(2);
    let barrier = std::sync::Barrier::new(2);
    // The first call returns once the second has begun.
    let call = move |n| (n, barrier.wait()).0;
    let results = executor.map_buffered(call, 0..4, 1).unwrap();
    assert!(results.map(Result::unwrap).eq(0..4));
}

#[test]
fn map_buffered_takes_no_item_after_it_was_dropped() {
    let executor = ThreadPoolExecutor::new(2);
    let taken = Cell::new(0);
    let items = (1_u64..).inspect(|n| taken.set(*n));
    let squares = executor.map_buffered(|n| n * n, items, 10).unwrap();
    assert_eq!(squares.size_hint().1, None);
    let sum: Result<u64, FutureError> = squares.take(100).sum();
    assert_eq!(sum.unwrap(), 338_350);
    assert_eq!(taken.get(), 110);
}

#[test]
fn try_map_buffered_continues_after_a_failed_call() {
    let executor = ThreadPoolExecutor::new(2);
    let words = ["1", "2", "x", "4"].into_iter().cycle();
    let numbers = executor.try_map_buffered(str::parse::<i32>, words, 3);
    let numbers = numbers.unwrap().take(8).map(Result::ok);
    let expected = [Some(1), Some(2), None, Some(4)];
    assert!(numbers.eq(expected.into_iter().cycle().take(8)));
}

#[test]
fn map_buffered_with_buffersize_0_is_an_error_and_takes_no_item() {
    let executor = ThreadPoolExecutor::new(1);
    let taken = Cell::new(0);
    let items = || (0..6).inspect(|_| taken.set(taken.get() + 1));
    let errors = [
        executor.map_buffered(|n| n, items(), 0).unwrap_err(),
        executor
            .try_map_buffered(Ok::<_, FutureError>, items(), 0)
            .unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, MapError::NoBuffer));
        assert_eq!(error.to_string(), "buffersize must be None or > 0");
    }
    assert_eq!(taken.get(), 0);
    // As in Python, this error comes first.
    executor.shutdown().unwrap();
    let error = executor.map_buffered(|n| n, items(), 0).unwrap_err();
    assert!(matches!(error, MapError::NoBuffer));
}

#[test]
fn map_buffered_ends_with_an_item_that_is_rejected() {
    let executor = ThreadPoolExecutor::new(1);
    let mut results = executor.map_buffered(|n| n, 0.., 2).unwrap();
    assert_eq!(results.next().unwrap().unwrap(), 0);
    drop(executor);
    assert_eq!(results.next().unwrap().unwrap(), 1);
    assert_eq!(results.next().unwrap().unwrap(), 2);
    assert!(matches!(results.next(), Some(Err(FutureError::Cancelled))));
    assert!(results.next().is_none());
}

#[test]
fn map_buffered_returns_cancelled_calls_as_errors() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let results = executor.map_buffered(|n| n, 0..6, 2).unwrap();
    executor.shutdown_with(CANCEL).unwrap();
    let cancelled = |result| matches!(result, Err(FutureError::Cancelled));
    // Two calls were submitted, and the third is rejected.
    assert_eq!(results.map(cancelled).collect::<Vec<_>>(), [true; 3]);
    first.release();
}

#[test]
fn map_buffered_timeout_takes_no_more_items() {
    let executor = ThreadPoolExecutor::new(1);
    let mut timeout = Duration::from_millis(10);
    loop {
        let taken = Cell::new(0);
        let items = (0..).inspect(|_| taken.set(taken.get() + 1));
        let called = Instant::now();
        let results = executor.map_buffered(|n| n, items, 3).unwrap();
        let mut results = results.timeout(timeout);
        let made = Instant::now();
        executor.submit(|| ()).unwrap().result().unwrap();
        if called.elapsed() < timeout {
            until(|| made.elapsed() > timeout);
            assert!(results.by_ref().take(3).map(Result::unwrap).eq(0..3));
            assert!(matches!(results.next(), Some(Err(FutureError::TimedOut))));
            assert!(results.next().is_none());
            assert_eq!(taken.get(), 3);
            return;
        }
        timeout *= 2; // the machine is busy
    }
}

#[test]
fn map_buffered_timeout_after_the_last_result_is_no_error() {
    let executor = ThreadPoolExecutor::new(1);
    let mut timeout = Duration::from_millis(10);
    loop {
        let called = Instant::now();
        // As many items as the buffer holds: no `next` has found the end of the items before the timeout.
        let results = executor.map_buffered(|n| n, 0..3, 3).unwrap();
        let results = results.timeout(timeout);
        let made = Instant::now();
        executor.submit(|| ()).unwrap().result().unwrap();
        if called.elapsed() < timeout {
            until(|| made.elapsed() > timeout);
            assert!(results.map(Result::unwrap).eq(0..3));
            return;
        }
        timeout *= 2; // the machine is busy
    }
}
