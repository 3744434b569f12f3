//! `futures::as_completed`.

use crate::support::{CANCEL, LONG, OnDrop, SHORT, busy, on_threads, promises, until};
use common::futures::{
    AsCompletedTimeout, Future, FutureError, Promise, ThreadPoolExecutor, as_completed,
    as_completed_timeout,
};
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

fn numbers(
    completed: impl Iterator<Item = Result<Future<usize>, AsCompletedTimeout>>,
) -> Vec<usize> {
    let number = |future: Result<Future<usize>, _>| *future.unwrap().result().unwrap();
    completed.map(number).collect()
}

#[test]
fn as_completed_yields_done_futures_first_then_as_they_complete() {
    let (promises, futures) = promises(5);
    promises[3].set_result(3).unwrap();
    promises[1].set_result(1).unwrap();
    let completed = as_completed(futures);
    for number in [4, 0, 2] {
        promises[number].set_result(number).unwrap();
    }
    assert_eq!(numbers(completed), [1, 3, 4, 0, 2]);
}

#[test]
fn as_completed_yields_each_future_when_it_completes() {
    let (promises, futures) = promises(3);
    let mut completed = as_completed_timeout(futures.clone(), LONG);
    thread::scope(|scope| {
        let (next, order) = mpsc::channel();
        let promises = &promises;
        scope.spawn(move || {
            for number in order {
                let promise: &Promise<usize> = &promises[number];
                promise.set_result(number).unwrap();
            }
        });
        for number in [2, 0, 1] {
            next.send(number).unwrap();
            assert_eq!(completed.next().unwrap().unwrap(), futures[number]);
        }
        drop(next);
        assert!(completed.next().is_none());
    });
}

#[test]
fn as_completed_yields_each_future_once() {
    let (promises, futures) = promises(2);
    promises[0].set_result(0).unwrap();
    let thrice = iter::repeat_n(futures, 3).flatten();
    let completed = as_completed(thrice);
    promises[1].set_result(1).unwrap();
    assert_eq!(completed.size_hint(), (1, Some(2)));
    assert_eq!(numbers(completed), [0, 1]);
}

#[test]
fn as_completed_of_no_futures_is_empty() {
    assert!(as_completed::<()>([]).next().is_none());
    assert!(
        as_completed_timeout::<()>([], Duration::ZERO)
            .next()
            .is_none()
    );
}

#[test]
fn as_completed_yields_failed_and_cancelled_futures_too() {
    let executor = ThreadPoolExecutor::new(1);
    let running = busy(&executor);
    let futures = [(); 3].map(|()| executor.submit(|| ()).unwrap());
    futures[1].cancel();
    let mut completed = as_completed(futures.clone());
    assert_eq!(completed.next().unwrap().unwrap(), futures[1]);
    executor.shutdown_with(CANCEL).unwrap();
    assert!(completed.by_ref().all(|future| future.unwrap().cancelled()));
    running.release();
    let (promise, future) = Promise::<()>::new();
    promise.set_exception(FutureError::failed("no")).unwrap();
    assert!(
        as_completed([future])
            .next()
            .unwrap()
            .unwrap()
            .result()
            .is_err()
    );
}

#[test]
fn as_completed_timeout_counts_the_unfinished_and_ends_the_iterator() {
    let (promises, futures) = promises(3);
    promises[1].set_result(1).unwrap();
    let start = Instant::now();
    let mut completed = as_completed_timeout(futures, SHORT);
    assert!(completed.next().unwrap().is_ok());
    let error = completed.next().unwrap().unwrap_err();
    assert!(start.elapsed() >= SHORT);
    assert_eq!(
        (error.unfinished(), error.to_string()),
        (2, "2 (of 3) futures unfinished".into())
    );
    promises[0].set_result(0).unwrap();
    assert!(completed.next().is_none());
    assert_eq!(completed.size_hint(), (0, Some(0)));
}

#[test]
fn as_completed_timeout_counts_from_the_call() {
    let (_promises, futures) = promises(1);
    let timeout = Duration::from_secs(1);
    let mut completed = as_completed_timeout(futures, timeout);
    let start = Instant::now();
    until(|| start.elapsed() > timeout);
    // The timeout has expired; a timeout that began here would block for another second.
    let before = Instant::now();
    assert!(completed.next().unwrap().is_err());
    assert!(before.elapsed() < timeout);
}

#[test]
fn as_completed_timeout_loses_no_future_that_was_done_in_time() {
    let (promises, futures) = promises(3);
    let mut completed = as_completed_timeout(futures.clone(), Duration::ZERO);
    promises[2].set_result(2).unwrap();
    promises[0].set_result(0).unwrap();
    assert_eq!(completed.next().unwrap().unwrap(), futures[2]);
    assert_eq!(completed.next().unwrap().unwrap(), futures[0]);
    assert_eq!(completed.next().unwrap().unwrap_err().unfinished(), 1);
    assert!(completed.next().is_none());
}

#[test]
fn as_completed_yields_a_cancelled_future_while_its_call_is_dropped() {
    let executor = ThreadPoolExecutor::new(1);
    let _running = busy(&executor);
    let (begun, has_begun) = mpsc::channel();
    let (unblock, blocked) = mpsc::channel::<()>();
    let captured = OnDrop(move || {
        begun.send(()).unwrap();
        let _ = blocked.recv();
    });
    let (_promise, other) = Promise::new();
    let future = executor.submit(move || drop(captured)).unwrap();
    let mut completed = as_completed_timeout([other.clone(), future.clone()], Duration::ZERO);
    let same = future.clone();
    let cancelling = thread::spawn(move || same.cancel());
    has_begun.recv().unwrap();
    assert_eq!(completed.next().unwrap().unwrap(), future);
    drop(unblock);
    assert!(cancelling.join().unwrap());
    other.cancel();
    assert_eq!(completed.next().unwrap().unwrap(), other);
    assert!(completed.next().is_none());
}

#[test]
fn as_completed_dropped_half_way_keeps_no_future() {
    let (promises, futures) = promises(3);
    let dropped = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&dropped);
    let (promise, future) = Promise::new();
    let mut completed = as_completed(futures);
    promises[1].set_result(1).unwrap();
    assert_eq!(*completed.next().unwrap().unwrap().result().unwrap(), 1);
    drop(completed);
    promises[0].set_result(0).unwrap();
    let mut other = as_completed([future]);
    promise
        .set_result(OnDrop(move || {
            counter.fetch_add(1, Relaxed);
        }))
        .ok()
        .unwrap();
    drop(promise);
    // The iterator keeps no handle on a future that it has yielded.
    drop(other.next().unwrap().unwrap().into_result().ok().unwrap());
    assert_eq!(dropped.load(Relaxed), 1);
}

#[test]
fn as_completed_yields_ten_thousand_futures_once_each() {
    let executors = [1, 3].map(ThreadPoolExecutor::new);
    let submit = |n: usize| executors[n % 2].submit(move || n).unwrap();
    let futures: Vec<_> = (0..10_000).map(submit).collect();
    let mut numbers = numbers(as_completed_timeout(futures, LONG));
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..10_000));
}

#[test]
fn as_completed_timeout_that_races_with_completions_loses_none() {
    for round in 0..500 {
        let (promises, futures) = promises(8);
        on_threads(2, |number| {
            if number == 0 {
                for promise in &promises {
                    promise.set_result(0).unwrap();
                }
                return;
            }
            let mut yielded = 0;
            for future in as_completed_timeout(futures.clone(), Duration::from_micros(round % 40)) {
                match future {
                    Ok(future) => yielded += usize::from(future.done()),
                    Err(error) => assert_eq!(error.unfinished(), 8 - yielded),
                }
            }
            assert!(yielded <= 8);
        });
    }
}
