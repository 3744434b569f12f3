//! The executor.

use super::{finds, run};
use crate::futures::{FutureError, Shutdown, ThreadPoolExecutor};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
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
    // Nor is there a worker, whoever was last: the one who submits or the one who shuts down.
    assert!(format!("{executor:?}").contains("workers: 0"));
}

/// A cancel races with the worker: the call is made, or it is cancelled.
fn a_call_is_made_or_cancelled() {
    let executor = ThreadPoolExecutor::new(1);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let call = move || counter.fetch_add(1, Relaxed);
    let future = executor.submit(call).unwrap();
    let canceller = thread::spawn({
        let future = future.clone();
        move || future.cancel()
    });
    let was_made = future.result().is_ok();
    assert_eq!(canceller.join().unwrap(), !was_made);
    drop(executor);
    assert_eq!(calls.load(Relaxed), usize::from(was_made));
}

/// Of two workers the second cannot be initialized, while one submits: each task is done, failed or
/// refused, and the shutdown returns.
fn a_broken_pool_leaves_nothing_undecided() {
    let workers = AtomicUsize::new(0);
    let first_only = move || match workers.fetch_add(1, Relaxed) {
        0 => Ok(()),
        _ => Err("no second"),
    };
    let builder = ThreadPoolExecutor::builder().max_workers(2);
    let executor = builder.try_initializer(first_only).build().unwrap();
    let submit = |n| executor.submit(move || n).ok();
    let futures: Vec<_> = (0..3).filter_map(submit).collect();
    for (n, future) in futures.iter().enumerate() {
        match future.result() {
            Ok(result) => assert_eq!(*result, n),
            Err(error) => assert!(matches!(error, FutureError::BrokenPool)),
        }
    }
    executor.shutdown().unwrap();
    assert!(format!("{executor:?}").contains("workers: 0"));
}

/// The iterator of a `map` is left while the calls are made: what is cancelled was not called.
fn a_map_that_is_left_calls_nothing_more() {
    let executor = ThreadPoolExecutor::new(1);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let call = move |n: usize| counter.fetch_add(1, Relaxed) + n;
    let mut results = executor.map_buffered(call, 0.., 2).unwrap();
    assert_eq!(results.next().unwrap().unwrap(), 0);
    assert_eq!(results.next().unwrap().unwrap(), 2);
    drop(results);
    executor.shutdown().unwrap();
    assert!((2..=4).contains(&calls.load(Relaxed)));
}

#[test]
fn nothing_submitted_is_lost() {
    run(everything_submitted_is_done);
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeup, everything_submitted_is_done);
}

#[test]
fn a_callback_that_blocks_does_not_keep_its_worker_promised() {
    run(a_callback_may_wait_for_another_task);
}

#[test]
fn finds_a_worker_that_is_promised_while_its_callback_blocks() {
    finds(Fault::StillIdle, a_callback_may_wait_for_another_task);
}

#[test]
fn a_shutdown_decides_every_task() {
    run(a_shutdown_leaves_nothing_undecided);
}

#[test]
fn finds_a_worker_hired_after_the_shutdown() {
    finds(Fault::SpawnedTooLate, a_shutdown_leaves_nothing_undecided);
}

#[test]
fn a_cancel_and_the_worker_agree() {
    run(a_call_is_made_or_cancelled);
}

#[test]
fn finds_a_phase_that_changes_in_two_steps() {
    finds(Fault::TwoSteps, a_call_is_made_or_cancelled);
}

#[test]
fn a_pool_that_breaks_decides_every_task() {
    run(a_broken_pool_leaves_nothing_undecided);
}

#[test]
fn a_map_may_be_left() {
    run(a_map_that_is_left_calls_nothing_more);
}
