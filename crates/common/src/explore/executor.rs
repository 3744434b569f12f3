//! The executor.

use super::{finds, run};
use crate::futures::{Shutdown, ThreadPoolExecutor};
use crate::sync::Arc;
use crate::sync::fault::Fault;
use shuttle::thread;

/// Two submit to two workers: every task is done, and dropping the executor waits for that.
fn everything_submitted_is_done() {
    let executor = Arc::new(ThreadPoolExecutor::new(2));
    let other = thread::spawn({
        let executor = Arc::clone(&executor);
        move || [1, 2].map(|n| executor.submit(move || n).unwrap())
    });
    let futures = [3, 4].map(|n| executor.submit(move || n).unwrap());
    let futures: Vec<_> = other.join().unwrap().into_iter().chain(futures).collect();
    drop(executor);
    assert!(futures.iter().all(crate::futures::Future::done));
    let sum: i32 = futures.iter().map(|future| *future.result().unwrap()).sum();
    assert_eq!(sum, 10);
}

/// A callback waits for a task that is submitted while it runs: another worker must take that.
fn a_callback_may_wait_for_another_task() {
    let executor = Arc::new(ThreadPoolExecutor::new(2));
    let first = executor.submit(|| 1).unwrap();
    let again = Arc::clone(&executor);
    let (done, callback_done) = crate::futures::Promise::new();
    first.add_done_callback(move |_| {
        let second = again.submit(|| 2).unwrap();
        done.set_result(*second.result().unwrap()).unwrap();
    });
    assert_eq!(callback_done.result().unwrap(), &2);
}

/// A shutdown that cancels races with a submit and with the worker: each task is done, cancelled or
/// refused, and the shutdown returns.
fn a_shutdown_leaves_nothing_undecided() {
    let executor = Arc::new(ThreadPoolExecutor::new(1));
    let closer = thread::spawn({
        let executor = Arc::clone(&executor);
        move || {
            let (wait, cancel_futures) = (true, true);
            executor
                .shutdown_with(Shutdown {
                    wait,
                    cancel_futures,
                })
                .unwrap();
        }
    });
    let futures: Vec<_> = (0..3)
        .filter_map(|n| executor.submit(move || n).ok())
        .collect();
    closer.join().unwrap();
    assert!(futures.iter().all(crate::futures::Future::done));
}

#[test]
fn nothing_submitted_is_lost() {
    run(everything_submitted_is_done);
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeUp, everything_submitted_is_done);
}

#[test]
fn a_callback_that_blocks_does_not_keep_its_worker_promised() {
    run(a_callback_may_wait_for_another_task);
}

#[test]
fn finds_a_worker_that_is_promised_while_its_callback_blocks() {
    finds(Fault::PromiseKept, a_callback_may_wait_for_another_task);
}

#[test]
fn a_shutdown_decides_every_task() {
    run(a_shutdown_leaves_nothing_undecided);
}
