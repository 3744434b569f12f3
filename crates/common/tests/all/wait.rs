//! `futures::wait`.

use crate::support::{CANCEL, LONG, OnDrop, SHORT, busy, on_threads, promises, submit_numbers};
use common::futures::{Future, FutureError, ReturnWhen, ThreadPoolExecutor, wait, wait_timeout};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Waits on another thread. The caller's next action comes before, during or after that wait: the result must be the
/// same.
fn wait_meanwhile(
    futures: &[Future<usize>],
    return_when: ReturnWhen,
) -> thread::JoinHandle<(usize, usize)> {
    let futures = futures.to_vec();
    thread::spawn(move || {
        let waited = wait(futures, return_when);
        (waited.done.len(), waited.not_done.len())
    })
}

#[test]
fn wait_for_all_returns_when_all_are_done() {
    let executor = ThreadPoolExecutor::new(3);
    let futures = submit_numbers(&executor, 100);
    let waited = wait(futures.clone(), ReturnWhen::default());
    assert_eq!((waited.done, waited.not_done), (futures, vec![]));
}

#[test]
fn wait_for_no_futures_returns_at_once() {
    for return_when in [
        ReturnWhen::AllCompleted,
        ReturnWhen::FirstCompleted,
        ReturnWhen::FirstException,
    ] {
        let waited = wait::<()>([], return_when);
        assert!(waited.done.is_empty() && waited.not_done.is_empty());
    }
}

#[test]
fn wait_returns_each_future_once_in_the_order_given() {
    let (promises, futures) = promises(3);
    promises[2].set_result(2).unwrap();
    promises[0].set_result(0).unwrap();
    let [a, b, c] = [0, 1, 2].map(|n| futures[n].clone());
    let twice = [
        a.clone(),
        b.clone(),
        a.clone(),
        c.clone(),
        b.clone(),
        c.clone(),
    ];
    let waited = wait_timeout(twice, Duration::ZERO, ReturnWhen::AllCompleted);
    assert_eq!((waited.done, waited.not_done), (vec![a, c], vec![b]));
}

#[test]
fn wait_timeout_returns_unfinished_futures_in_not_done() {
    let (promises, futures) = promises(2);
    promises[1].set_result(1).unwrap();
    let start = Instant::now();
    let waited = wait_timeout(futures.clone(), SHORT, ReturnWhen::AllCompleted);
    assert!(start.elapsed() >= SHORT);
    assert_eq!(
        (&waited.done[..], &waited.not_done[..]),
        (&futures[1..], &futures[..1])
    );
}

#[test]
fn wait_for_the_first_completed_returns_with_it() {
    for ends in [0, 1, 2] {
        let (promises, futures) = promises(3);
        let waiter = wait_meanwhile(&futures, ReturnWhen::FirstCompleted);
        match ends {
            0 => promises[1].set_result(1).unwrap(),
            1 => promises[1]
                .set_exception(FutureError::failed("no"))
                .unwrap(),
            _ => assert!(futures[1].cancel()),
        }
        assert_eq!(waiter.join().unwrap(), (1, 2));
    }
}

#[test]
fn wait_for_the_first_exception_ignores_cancelled_futures() {
    let (promises, futures) = promises(4);
    let waiter = wait_meanwhile(&futures, ReturnWhen::FirstException);
    promises[0].set_result(0).unwrap();
    assert!(futures[1].cancel());
    promises[2]
        .set_exception(FutureError::failed("no"))
        .unwrap();
    assert_eq!(waiter.join().unwrap(), (3, 1));
}

#[test]
fn wait_for_the_first_exception_returns_at_once_if_one_has_failed() {
    let (promises, futures) = promises(3);
    assert!(futures[0].cancel());
    let start = Instant::now();
    let waited = wait_timeout(futures.clone(), SHORT, ReturnWhen::FirstException);
    assert!(start.elapsed() >= SHORT);
    assert_eq!((waited.done.len(), waited.not_done.len()), (1, 2));
    promises[1]
        .set_exception(FutureError::failed("no"))
        .unwrap();
    let start = Instant::now();
    let waited = wait_timeout(futures, LONG, ReturnWhen::FirstException);
    assert!(start.elapsed() < LONG);
    assert_eq!((waited.done.len(), waited.not_done.len()), (2, 1));
}

#[test]
fn wait_for_the_first_exception_waits_for_all_if_none_fails() {
    let (promises, futures) = promises(3);
    let waiter = wait_meanwhile(&futures, ReturnWhen::FirstException);
    promises[0].set_result(0).unwrap();
    assert!(futures[1].cancel());
    promises[2].set_result(2).unwrap();
    assert_eq!(waiter.join().unwrap(), (3, 0));
}

#[test]
fn wait_counts_futures_cancelled_by_cancel_or_shutdown_as_done() {
    let executor = ThreadPoolExecutor::new(1);
    let running = busy(&executor);
    let futures = submit_numbers(&executor, 5);
    assert!(futures[4].cancel());
    let waiter = wait_meanwhile(&futures, ReturnWhen::AllCompleted);
    executor.shutdown_with(CANCEL).unwrap();
    assert_eq!(waiter.join().unwrap(), (5, 0));
    assert!(futures.iter().all(Future::cancelled));
    running.release();
}

#[test]
fn wait_takes_futures_of_different_executors() {
    let executors = [1, 2].map(ThreadPoolExecutor::new);
    let futures = executors
        .each_ref()
        .map(|executor| executor.submit(|| 7).unwrap());
    let waited = wait_timeout(futures, LONG, ReturnWhen::AllCompleted);
    assert_eq!(waited.done.len(), 2);
}

#[test]
fn wait_by_several_threads_for_the_same_futures_returns_in_each() {
    for _ in 0..50 {
        let (promises, futures) = promises(20);
        on_threads(4, |number| match number {
            0 => promises
                .iter()
                .for_each(|promise| promise.set_result(0).unwrap()),
            1 => drop(wait_timeout(
                futures.clone(),
                SHORT / 100,
                ReturnWhen::AllCompleted,
            )),
            _ => {
                let waited = wait(futures.clone(), ReturnWhen::AllCompleted);
                assert_eq!((waited.done.len(), waited.not_done.len()), (20, 0));
            }
        });
    }
}

#[test]
fn wait_finds_a_cancelled_future_while_its_call_is_dropped() {
    let executor = ThreadPoolExecutor::new(1);
    let _running = busy(&executor);
    let (begun, has_begun) = mpsc::channel();
    let (unblock, blocked) = mpsc::channel::<()>();
    let captured = OnDrop(move || {
        begun.send(()).unwrap();
        let _ = blocked.recv();
    });
    let future = executor.submit(move || drop(captured)).unwrap();
    let same = future.clone();
    let cancelling = thread::spawn(move || same.cancel());
    has_begun.recv().unwrap();
    let waited = wait_timeout([future], Duration::ZERO, ReturnWhen::AllCompleted);
    assert_eq!(waited.done.len(), 1);
    drop(unblock);
    assert!(cancelling.join().unwrap());
}
