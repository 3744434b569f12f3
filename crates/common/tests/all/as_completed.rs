//! `futures::as_completed`.

use crate::support::{LONG, OnDrop, SHORT, busy};
use common::futures::{
    Future, FutureError, Promise, Shutdown, ThreadPoolExecutor, TimedOut, as_completed,
};
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

fn promises(count: usize) -> (Vec<Promise<usize>>, Vec<Future<usize>>) {
    iter::repeat_with(Promise::new).take(count).unzip()
}

fn numbers(completed: impl Iterator<Item = Result<Future<usize>, TimedOut>>) -> Vec<usize> {
    let number = |future: Result<Future<usize>, _>| *future.unwrap().result().unwrap();
    completed.map(number).collect()
}

#[test]
fn those_done_already_come_first_in_the_order_given_and_then_as_they_end() {
    let (promises, futures) = promises(5);
    promises[3].set_result(3).unwrap();
    promises[1].set_result(1).unwrap();
    let completed = as_completed(futures, None);
    for number in [4, 0, 2] {
        promises[number].set_result(number).unwrap();
    }
    assert_eq!(numbers(completed), [1, 3, 4, 0, 2]);
}

#[test]
fn each_is_yielded_when_it_ends_and_not_later() {
    let (promises, futures) = promises(3);
    let mut completed = as_completed(futures.clone(), Some(LONG));
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
fn each_is_yielded_once_however_often_it_was_given() {
    let (promises, futures) = promises(2);
    promises[0].set_result(0).unwrap();
    let thrice = iter::repeat_n(futures, 3).flatten();
    let completed = as_completed(thrice, None);
    promises[1].set_result(1).unwrap();
    assert_eq!(completed.size_hint(), (1, Some(2)));
    assert_eq!(numbers(completed), [0, 1]);
}

#[test]
fn no_futures_are_over_at_once() {
    assert!(as_completed::<()>([], None).next().is_none());
    assert!(
        as_completed::<()>([], Some(Duration::ZERO))
            .next()
            .is_none()
    );
}

#[test]
fn failed_and_cancelled_futures_are_yielded_too() {
    let executor = ThreadPoolExecutor::new(1);
    let running = busy(&executor);
    let futures = [(); 3].map(|()| executor.submit(|| ()).unwrap());
    futures[1].cancel();
    let mut completed = as_completed(futures.clone(), None);
    assert_eq!(completed.next().unwrap().unwrap(), futures[1]);
    let shutdown = Shutdown {
        wait: false,
        cancel_futures: true,
    };
    executor.shutdown_with(shutdown).unwrap();
    assert!(completed.by_ref().all(|future| future.unwrap().cancelled()));
    running.let_go();
    let (promise, future) = Promise::<()>::new();
    promise.set_exception(FutureError::failed("no")).unwrap();
    assert!(
        as_completed([future], None)
            .next()
            .unwrap()
            .unwrap()
            .result()
            .is_err()
    );
}

#[test]
fn a_timeout_says_how_many_are_unfinished_and_ends_the_iterator() {
    let (promises, futures) = promises(3);
    promises[1].set_result(1).unwrap();
    let start = Instant::now();
    let mut completed = as_completed(futures, Some(SHORT));
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
fn the_clock_starts_at_the_call() {
    let (_promises, futures) = promises(1);
    let timeout = Duration::from_secs(1);
    let mut completed = as_completed(futures, Some(timeout));
    let asked = Instant::now();
    crate::support::until(|| asked.elapsed() > timeout);
    // Time is up by now; with a clock that started only here it would wait as long again.
    let before = Instant::now();
    assert!(completed.next().unwrap().is_err());
    assert!(before.elapsed() < timeout);
}

#[test]
fn one_that_ended_in_time_is_yielded_however_late_it_is_asked_for() {
    let (promises, futures) = promises(3);
    let mut completed = as_completed(futures.clone(), Some(Duration::ZERO));
    promises[2].set_result(2).unwrap();
    promises[0].set_result(0).unwrap();
    assert_eq!(completed.next().unwrap().unwrap(), futures[2]);
    assert_eq!(completed.next().unwrap().unwrap(), futures[0]);
    assert_eq!(completed.next().unwrap().unwrap_err().unfinished(), 1);
    assert!(completed.next().is_none());
}

#[test]
fn one_that_is_done_is_yielded_once_though_nobody_was_told_of_it_yet() {
    let executor = ThreadPoolExecutor::new(1);
    let _running = busy(&executor);
    let (begun, has_begun) = mpsc::channel();
    let (go_on, blocked) = mpsc::channel::<()>();
    let captured = OnDrop(move || {
        begun.send(()).unwrap();
        let _ = blocked.recv();
    });
    let (_promise, other) = Promise::new();
    let future = executor.submit(move || drop(captured)).unwrap();
    let mut completed = as_completed([other.clone(), future.clone()], Some(Duration::ZERO));
    let same = future.clone();
    let cancelling = thread::spawn(move || same.cancel());
    has_begun.recv().unwrap();
    assert_eq!(completed.next().unwrap().unwrap(), future);
    drop(go_on);
    assert!(cancelling.join().unwrap());
    other.cancel();
    assert_eq!(completed.next().unwrap().unwrap(), other);
    assert!(completed.next().is_none());
}

#[test]
fn dropped_half_way_it_keeps_no_future_and_is_told_no_more() {
    let (promises, futures) = promises(3);
    let dropped = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&dropped);
    let (promise, future) = Promise::new();
    let mut completed = as_completed(futures, None);
    promises[1].set_result(1).unwrap();
    assert_eq!(*completed.next().unwrap().unwrap().result().unwrap(), 1);
    drop(completed);
    promises[0].set_result(0).unwrap();
    let mut other = as_completed([future], None);
    promise
        .set_result(OnDrop(move || {
            counter.fetch_add(1, Relaxed);
        }))
        .ok()
        .unwrap();
    drop(promise);
    // What it has yielded is not its own any more.
    drop(other.next().unwrap().unwrap().into_result().ok().unwrap());
    assert_eq!(dropped.load(Relaxed), 1);
}

#[test]
fn ten_thousand_come_once_each_as_four_workers_end_them() {
    let executors = [1, 3].map(ThreadPoolExecutor::new);
    let submit = |n: usize| executors[n % 2].submit(move || n).unwrap();
    let futures: Vec<_> = (0..10_000).map(submit).collect();
    let mut numbers = numbers(as_completed(futures, Some(LONG)));
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..10_000));
}

#[test]
fn timeouts_that_race_with_ends_lose_none() {
    for round in 0..500 {
        let (promises, futures) = promises(8);
        crate::support::on_threads(2, |number| {
            if number == 0 {
                for promise in &promises {
                    promise.set_result(0).unwrap();
                }
                return;
            }
            let mut yielded = 0;
            for future in as_completed(futures.clone(), Some(Duration::from_micros(round % 40))) {
                match future {
                    Ok(future) => yielded += usize::from(future.done()),
                    Err(error) => assert_eq!(error.unfinished(), 8 - yielded),
                }
            }
            assert!(yielded <= 8);
        });
    }
}
