//! `futures::ThreadPoolExecutor::map`: its calls, and its iterator.

use crate::support::{LONG, NO_WAIT, SHORT, busy, panics, until};
use common::futures::{FutureError, Rejected, ThreadPoolExecutor};
use std::iter::zip;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

#[test]
fn map_returns_results_in_the_order_of_the_items() {
    let executor = ThreadPoolExecutor::new(4);
    let turn = AtomicUsize::new(4);
    let backwards = move |n: usize| {
        until(|| turn.load(Acquire) == n);
        turn.store(n - 1, Release);
        Mutex::new(n) // a type that is not Clone
    };
    let results = executor.map(backwards, 1..=4).unwrap();
    let numbers = results.map(|result| result.unwrap().into_inner().unwrap());
    assert!(numbers.eq(1..=4));
}

#[test]
fn map_runs_all_calls_although_no_result_is_read() {
    let executor = ThreadPoolExecutor::new(2);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let count = move |_| counter.fetch_add(1, Relaxed);
    let results = executor.map(count, 0..100).unwrap();
    executor.shutdown().unwrap();
    assert_eq!(calls.load(Relaxed), 100);
    assert_eq!(results.size_hint(), (100, Some(100)));
    assert_eq!(results.count(), 100);
}

#[test]
fn map_of_zipped_iterables_ends_with_the_shortest() {
    let executor = ThreadPoolExecutor::new(2);
    let power = |(base, exponent): (i32, u32)| base.pow(exponent);
    let powers = executor.map(power, zip([2, 3, 10], [5, 2, 3, 7])).unwrap();
    assert!(powers.map(Result::unwrap).eq([32, 9, 1000]));
}

#[test]
fn map_after_the_shutdown_is_an_error_if_there_are_items() {
    let executor = ThreadPoolExecutor::new(1);
    executor.shutdown().unwrap();
    let refusal = executor.map(|n| n, [1]).unwrap_err();
    assert!(matches!(refusal, Rejected::AfterShutdown));
    assert!(executor.map(|n: i32| n, []).unwrap().next().is_none());
}

#[test]
fn map_that_is_rejected_half_way_cancels_the_submitted_calls() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let items = (0..6).inspect(|n| {
        if *n == 3 {
            executor.shutdown_with(NO_WAIT).unwrap();
        }
    });
    let count = move |_| counter.fetch_add(1, Relaxed);
    assert!(executor.map(count, items).is_err());
    first.release();
    executor.shutdown().unwrap();
    assert_eq!(calls.load(Relaxed), 0);
}

#[test]
fn map_whose_items_panic_cancels_the_submitted_calls() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let items = (0..6).inspect(|n| assert_ne!(*n, 3));
    let count = move |_| counter.fetch_add(1, Relaxed);
    assert!(panics(|| executor.map(count, items)));
    first.release();
    executor.shutdown().unwrap();
    assert_eq!(calls.load(Relaxed), 0);
}

#[test]
fn map_continues_after_a_failed_call() {
    let executor = ThreadPoolExecutor::new(2);
    let invert = |n: i32| 12 / n;
    let mut results = executor.map(invert, [3, 0, 4]).unwrap();
    assert_eq!(results.next().unwrap().unwrap(), 4);
    assert!(matches!(
        results.next(),
        Some(Err(FutureError::Panicked(panic))) if panic.message().contains("divide by zero")
    ));
    assert_eq!(results.next().unwrap().unwrap(), 3);
    assert!(results.next().is_none());
    let parsed = executor.try_map(str::parse::<i32>, ["3", "x", "4"]);
    let mut parsed = parsed.unwrap();
    assert_eq!(parsed.next().unwrap().unwrap(), 3);
    assert!(matches!(
        parsed.next(),
        Some(Err(FutureError::Failed(error))) if error.is::<std::num::ParseIntError>()
    ));
    assert_eq!(parsed.next().unwrap().unwrap(), 4);
}

#[test]
fn map_dropped_after_next_cancels_the_calls_that_have_not_begun() {
    let executor = ThreadPoolExecutor::new(1);
    let (begun, has_begun) = mpsc::channel();
    let (unblock, held) = mpsc::channel::<()>();
    let (ended, ends) = mpsc::channel();
    let held = Mutex::new(held);
    let call = move |n: usize| {
        begun.send(n).unwrap();
        if n == 1 {
            held.lock().unwrap().recv().unwrap();
        }
        ended.send(n).unwrap();
    };
    let mut results = executor.map(call, 0..6).unwrap();
    results.next().unwrap().unwrap();
    until(|| has_begun.recv().unwrap() == 1);
    drop(results);
    unblock.send(()).unwrap();
    executor.shutdown().unwrap();
    assert!(ends.iter().eq([0, 1]));
}

#[test]
fn map_timeout_cancels_pending_calls_and_ends_the_iterator() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let count = move |_| counter.fetch_add(1, Relaxed);
    let mut results = executor.map_timeout(count, 0..6, SHORT).unwrap();
    assert_eq!(results.size_hint(), (1, Some(6)));
    assert!(matches!(results.next(), Some(Err(FutureError::TimedOut))));
    assert!(results.next().is_none());
    first.release();
    executor.shutdown().unwrap();
    assert_eq!(calls.load(Relaxed), 0);
    assert!(results.next().is_none());
}

#[test]
fn map_timeout_counts_from_the_call() {
    let executor = ThreadPoolExecutor::new(1);
    let _running = busy(&executor);
    let timeout = Duration::from_secs(1);
    let mut results = executor.map_timeout(|n| n, 0..6, timeout).unwrap();
    let called = Instant::now();
    until(|| called.elapsed() > timeout);
    // The timeout has expired; a timeout that began here would block for another second.
    let start = Instant::now();
    let last = results.next();
    assert!(matches!(last, Some(Err(FutureError::TimedOut))));
    assert!(start.elapsed() < timeout);
}

#[test]
fn map_timeout_loses_no_result_that_was_set_in_time() {
    let executor = ThreadPoolExecutor::new(1);
    let mut timeout = Duration::from_millis(10);
    loop {
        let called = Instant::now();
        let results = executor.map_timeout(|n| n, 0..6, timeout).unwrap();
        executor.submit(|| ()).unwrap().result().unwrap();
        if called.elapsed() < timeout {
            until(|| called.elapsed() > timeout);
            assert!(results.map(Result::unwrap).eq(0..6));
            return;
        }
        timeout *= 2; // the machine is busy
    }
}

#[test]
fn map_of_a_hundred_thousand_items_returns_all_in_order() {
    let executor = ThreadPoolExecutor::new(2);
    let results = executor.map_timeout(|n| n + 1, 0..100_000, LONG).unwrap();
    assert!(results.map(Result::unwrap).eq(1..=100_000));
}

#[test]
fn map_dropped_before_next_runs_all_calls() {
    let executor = ThreadPoolExecutor::new(1);
    let calls = Arc::new(AtomicUsize::new(0));
    let count = || {
        let calls = Arc::clone(&calls);
        move |_| calls.fetch_add(1, Relaxed)
    };
    let first = busy(&executor);
    drop(executor.map(count(), 0..6).unwrap());
    drop(executor.map_timeout(count(), 0..6, SHORT).unwrap());
    drop(executor.map_buffered(count(), 0..6, 4).unwrap());
    let count = count();
    drop(
        executor
            .try_map(move |n| Ok::<_, FutureError>(count(n)), 0..6)
            .unwrap(),
    );
    first.release();
    executor.shutdown().unwrap();
    assert_eq!(calls.load(Relaxed), 6 + 6 + 4 + 6);
}
