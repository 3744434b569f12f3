//! `futures::ThreadPoolExecutor`: `shutdown` and drop.

use crate::support::{CANCEL, NO_WAIT, OnDrop, busy, panics, submit_numbers, until_shows};
use common::futures::{Future, FutureError, Rejected, ShutdownError, ThreadPoolExecutor};
use common::threading::enumerate;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;

#[test]
fn submit_after_the_shutdown_hands_the_task_back() {
    let executor = ThreadPoolExecutor::new(1);
    executor.shutdown().unwrap();
    let text = String::from("mine");
    let error = executor.submit(move || text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot schedule new futures after shutdown"
    );
    assert!(matches!(error.reason, Rejected::AfterShutdown));
    assert_eq!((error.task)(), "mine");
    let error = executor.try_submit(|| "7".parse::<i32>()).unwrap_err();
    assert_eq!((error.task)(), Ok(7));
}

#[test]
fn shutdown_blocks_until_all_tasks_are_done_and_the_workers_ended() {
    let builder = ThreadPoolExecutor::builder()
        .max_workers(3)
        .thread_name_prefix("mine");
    let executor = builder.build().unwrap();
    let done = Arc::new(AtomicUsize::new(0));
    for _ in 0..50 {
        let done = Arc::clone(&done);
        executor
            .submit(move || {
                done.fetch_add(1, Relaxed);
            })
            .unwrap();
    }
    executor.shutdown().unwrap();
    assert_eq!(done.load(Relaxed), 50);
    until_shows(
        &executor,
        "workers: 0, idle: 0, waiting_tasks: 0, closed: true",
    );
    assert!(
        !enumerate()
            .iter()
            .any(|thread| thread.name().starts_with("mine_"))
    );
}

#[test]
fn shutdown_without_wait_runs_the_queued_tasks() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let queued = submit_numbers(&executor, 10);
    executor.shutdown_with(NO_WAIT).unwrap();
    assert!(executor.submit(|| ()).is_err());
    first.release();
    assert!(
        queued
            .iter()
            .map(|future| *future.result().unwrap())
            .eq(0..10)
    );
}

#[test]
fn shutdown_with_cancel_futures_cancels_the_queued_tasks_only() {
    let executor = ThreadPoolExecutor::new(1);
    let finished = executor.submit(|| 1).unwrap();
    finished.result().unwrap();
    let first = busy(&executor);
    let (begun, has_begun) = mpsc::channel();
    let (hold, held) = mpsc::channel::<()>();
    let running = executor.submit(move || {
        begun.send(()).unwrap();
        held.recv().unwrap_or_default();
    });
    let submit = |n| executor.submit(move || n).unwrap();
    let mut queued: Vec<_> = (0..10).map(submit).collect();
    // Some tasks are queued before the worker takes its last task, and some after.
    first.release();
    has_begun.recv().unwrap();
    queued.extend((0..10).map(submit));
    executor.shutdown_with(CANCEL).unwrap();
    assert!(queued.iter().all(Future::cancelled));
    assert!(
        queued
            .iter()
            .all(|future| matches!(future.result(), Err(FutureError::Cancelled)))
    );
    drop(hold);
    executor.shutdown().unwrap();
    assert!(finished.result().is_ok() && running.unwrap().result().is_ok());
}

#[test]
fn shutdown_with_cancel_futures_survives_a_task_that_panics_on_drop() {
    let executor = ThreadPoolExecutor::new(1);
    let _running = busy(&executor);
    let queued: Vec<_> = (0..3)
        .map(|_| {
            let captured = OnDrop(|| panic!("dropped"));
            executor.submit(move || drop(captured)).unwrap()
        })
        .collect();
    executor.shutdown_with(CANCEL).unwrap();
    assert!(queued.iter().all(Future::cancelled));
}

#[test]
fn shutdown_may_be_called_again_and_by_several_threads() {
    let executor = ThreadPoolExecutor::new(2);
    let first = busy(&executor);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| executor.shutdown().unwrap());
        }
        until_shows(&executor, "closed: true");
        first.release();
    });
    executor.shutdown().unwrap();
}

#[test]
fn shutdown_by_a_worker_does_not_wait_and_is_an_error() {
    let executor = Arc::new(ThreadPoolExecutor::new(2));
    let inner = Arc::clone(&executor);
    let answer = executor.submit(move || inner.shutdown()).unwrap();
    let error = answer.result().unwrap().unwrap_err();
    assert_eq!(error, ShutdownError);
    assert_eq!(error.to_string(), "cannot join current thread");
    assert!(executor.submit(|| ()).is_err());
    executor.shutdown().unwrap();
}

#[test]
fn drop_blocks_until_all_tasks_are_done() {
    let executor = ThreadPoolExecutor::new(2);
    let futures = submit_numbers(&executor, 50);
    drop(executor);
    assert!(futures.iter().all(Future::done));
}

#[test]
fn drop_after_a_shutdown_that_did_not_wait_blocks_too() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let second = executor.submit(|| 7).unwrap();
    executor.shutdown_with(NO_WAIT).unwrap();
    let is_done = second.clone();
    let dropping = thread::spawn(move || {
        drop(executor);
        is_done.done()
    });
    first.release();
    assert!(dropping.join().unwrap());
    assert_eq!(second.result().unwrap(), &7);
}

#[test]
fn drop_during_a_panic_runs_the_queued_tasks() {
    let (sender, futures) = mpsc::channel();
    assert!(panics(|| {
        let executor = ThreadPoolExecutor::new(2);
        sender.send(submit_numbers(&executor, 10)).unwrap();
        panic!("in the block");
    }));
    let futures = futures.recv().unwrap();
    assert!(
        futures
            .iter()
            .all(|future| future.done() && future.result().is_ok())
    );
}

#[test]
fn drop_on_a_worker_does_not_wait_and_runs_the_queued_tasks() {
    let executor = Arc::new(ThreadPoolExecutor::new(1));
    let (unblock, unblocked) = mpsc::channel();
    let inner = Arc::clone(&executor);
    let first = executor.submit(move || {
        unblocked.recv().unwrap();
        drop(inner);
    });
    let second = executor.submit(|| 7).unwrap();
    drop(executor);
    unblock.send(()).unwrap();
    first.unwrap().result().unwrap();
    assert_eq!(second.result().unwrap(), &7);
}

#[test]
fn shutdown_spawns_workers_for_queued_tasks_when_a_callback_blocks() {
    let executor = ThreadPoolExecutor::new(2);
    let first = busy(&executor);
    let second = busy(&executor);
    let (unblock, blocked) = mpsc::channel();
    first
        .future
        .add_done_callback(move |_| blocked.recv().unwrap());
    let third = executor.submit(move || unblock.send(()).unwrap()).unwrap();
    executor.shutdown_with(NO_WAIT).unwrap();
    first.release();
    second.release();
    third.result().unwrap();
    executor.shutdown().unwrap();
}
