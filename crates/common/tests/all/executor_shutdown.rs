//! `futures::ThreadPoolExecutor`: shutting down, and being dropped.

use crate::support::{OnDrop, busy, until_shows};
use common::futures::{Future, FutureError, Refusal, Shutdown, ThreadPoolExecutor};
use common::threading::{RuntimeError, enumerate};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;

const CANCEL: Shutdown = Shutdown {
    wait: false,
    cancel_futures: true,
};
const LEAVE: Shutdown = Shutdown {
    wait: false,
    cancel_futures: false,
};

#[test]
fn after_the_shutdown_a_task_is_refused_and_handed_back() {
    let executor = ThreadPoolExecutor::new(1);
    executor.shutdown().unwrap();
    let text = String::from("mine");
    let error = executor.submit(move || text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot schedule new futures after shutdown"
    );
    assert!(matches!(
        error.reason,
        Refusal::Runtime(RuntimeError::SubmitAfterShutdown)
    ));
    assert_eq!((error.task)(), "mine");
    let error = executor.try_submit(|| "7".parse::<i32>()).unwrap_err();
    assert_eq!((error.task)(), Ok(7));
}

#[test]
fn a_waiting_shutdown_returns_when_all_is_done_and_the_workers_have_ended() {
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
fn a_shutdown_that_does_not_wait_still_runs_what_was_queued() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let queued: Vec<_> = (0..10)
        .map(|n| executor.submit(move || n).unwrap())
        .collect();
    executor.shutdown_with(LEAVE).unwrap();
    assert!(executor.submit(|| ()).is_err());
    first.let_go();
    assert!(
        queued
            .iter()
            .map(|future| *future.result().unwrap())
            .eq(0..10)
    );
}

#[test]
fn cancel_futures_cancels_what_is_queued_and_nothing_else() {
    let executor = ThreadPoolExecutor::new(1);
    let finished = executor.submit(|| 1).unwrap();
    finished.result().unwrap();
    let first = busy(&executor);
    let (begun, has_begun) = mpsc::channel();
    let (hold, let_go) = mpsc::channel::<()>();
    let running = executor.submit(move || {
        begun.send(()).unwrap();
        let_go.recv().unwrap_or_default();
    });
    let submit = |n| executor.submit(move || n).unwrap();
    let mut queued: Vec<_> = (0..10).map(submit).collect();
    // Some are queued before the worker last came for one, and some after.
    first.let_go();
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
fn queued_tasks_are_all_cancelled_though_one_panics_when_dropped() {
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
fn shutting_down_again_is_allowed_from_any_number_of_threads() {
    let executor = ThreadPoolExecutor::new(2);
    let first = busy(&executor);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| executor.shutdown().unwrap());
        }
        until_shows(&executor, "closed: true");
        first.let_go();
    });
    executor.shutdown().unwrap();
}

#[test]
fn a_worker_can_shut_its_executor_down_but_not_wait_for_it() {
    let executor = Arc::new(ThreadPoolExecutor::new(2));
    let inner = Arc::clone(&executor);
    let answer = executor.submit(move || inner.shutdown()).unwrap();
    let error = answer.result().unwrap().unwrap_err();
    assert_eq!(error, RuntimeError::JoinCurrent);
    assert_eq!(error.to_string(), "cannot join current thread");
    assert!(executor.submit(|| ()).is_err());
    executor.shutdown().unwrap();
}

#[test]
fn dropping_the_executor_waits_until_all_it_has_is_done() {
    let executor = ThreadPoolExecutor::new(2);
    let futures: Vec<_> = (0..50)
        .map(|n| executor.submit(move || n).unwrap())
        .collect();
    drop(executor);
    assert!(futures.iter().all(Future::done));
}

#[test]
fn an_executor_dropped_while_panicking_still_does_what_it_has() {
    let (sender, futures) = mpsc::channel();
    let panicking = catch_unwind(AssertUnwindSafe(|| {
        let executor = ThreadPoolExecutor::new(2);
        (0..10).for_each(|n| sender.send(executor.submit(move || n).unwrap()).unwrap());
        panic!("in the block");
    }));
    assert!(panicking.is_err());
    assert!(
        futures
            .try_iter()
            .all(|future| future.done() && future.result().is_ok())
    );
}

#[test]
fn an_executor_dropped_on_its_own_worker_does_not_wait_and_does_what_it_has() {
    let executor = Arc::new(ThreadPoolExecutor::new(1));
    let (go_on, let_go) = mpsc::channel();
    let inner = Arc::clone(&executor);
    let first = executor.submit(move || {
        let_go.recv().unwrap();
        drop(inner);
    });
    let second = executor.submit(|| 7).unwrap();
    drop(executor);
    go_on.send(()).unwrap();
    first.unwrap().result().unwrap();
    assert_eq!(second.result().unwrap(), &7);
}

#[test]
fn tasks_queued_at_the_shutdown_get_workers_when_a_callback_blocks() {
    let executor = ThreadPoolExecutor::new(2);
    let first = busy(&executor);
    let second = busy(&executor);
    let (go_on, blocked) = mpsc::channel();
    first
        .future
        .add_done_callback(move |_| blocked.recv().unwrap());
    let third = executor.submit(move || go_on.send(()).unwrap()).unwrap();
    executor.shutdown_with(LEAVE).unwrap();
    first.let_go();
    second.let_go();
    third.result().unwrap();
    executor.shutdown().unwrap();
}
