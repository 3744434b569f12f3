//! `futures::Future::add_done_callback`: callbacks that use their own executor or future.

use crate::support::{CANCEL, busy};
use common::futures::{Future, FutureError, ThreadPoolExecutor};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;

#[test]
fn callback_on_a_worker_may_drop_the_executor() {
    let executor = Arc::new(ThreadPoolExecutor::new(1));
    let first = busy(&executor);
    let (dropped, is_dropped) = mpsc::channel();
    let last = Arc::clone(&executor);
    first.future.add_done_callback(move |_| {
        drop(last);
        dropped.send(()).unwrap();
    });
    let second = executor.submit(|| 7).unwrap();
    drop(executor);
    first.release();
    is_dropped.recv().unwrap();
    assert_eq!(second.result().unwrap(), &7);
}

#[test]
fn callback_of_a_cancelled_future_may_drop_the_executor_and_waits() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let running = first.future.clone();
    let second = executor.submit(|| 7).unwrap();
    let (dropping, is_dropping) = mpsc::channel();
    second.add_done_callback(move |_| {
        dropping.send(()).unwrap();
        drop(executor);
        assert!(running.done());
    });
    let (called, calls) = mpsc::channel();
    second.add_done_callback(move |_| called.send(()).unwrap());
    thread::scope(|scope| {
        let cancelled = scope.spawn(|| second.cancel());
        is_dropping.recv().unwrap();
        assert!(second.cancelled() && calls.try_recv().is_err());
        first.release();
        assert!(cancelled.join().unwrap());
    });
    calls.try_recv().unwrap();
}

#[test]
fn callback_may_cancel_the_waiting_tasks() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let calls = Arc::new(AtomicUsize::new(0));
    let submit = |_| {
        let calls = Arc::clone(&calls);
        executor
            .submit(move || calls.fetch_add(1, Relaxed))
            .unwrap()
    };
    let waiting: Vec<_> = (0..10).map(submit).collect();
    let to_cancel = waiting.clone();
    first
        .future
        .add_done_callback(move |_| assert!(to_cancel.iter().all(Future::cancel)));
    first.release();
    let is_cancelled = |future: &Future<_>| matches!(future.result(), Err(FutureError::Cancelled));
    assert!(waiting.iter().all(is_cancelled));
    executor.shutdown().unwrap();
    assert_eq!(calls.load(Relaxed), 0);
}

/// Submits a task whose callback submits the next task, until none is left; sends a message in the last callback.
fn submit_chain(executor: &Arc<ThreadPoolExecutor>, left: usize, done: mpsc::Sender<usize>) {
    let next = Arc::clone(executor);
    let future = executor.submit(move || left).unwrap();
    future.add_done_callback(move |future| match *future.result().unwrap() {
        0 => done.send(left).unwrap(),
        left => submit_chain(&next, left - 1, done),
    });
}

#[test]
fn callback_may_submit_a_task_whose_callback_submits_the_next() {
    for workers in [1, 2] {
        let executor = Arc::new(ThreadPoolExecutor::new(workers));
        let (done, is_done) = mpsc::channel();
        submit_chain(&executor, 1_000, done);
        assert_eq!(is_done.recv(), Ok(0));
    }
}

#[test]
fn callback_that_panics_leaves_cancel_and_shutdown_unharmed() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let waiting = [(); 3].map(|()| executor.submit(|| ()).unwrap());
    for future in &waiting {
        future.add_done_callback(|_| panic!("in the callback"));
    }
    assert!(waiting[1].cancel());
    executor.shutdown_with(CANCEL).unwrap();
    assert!(waiting.iter().all(Future::cancelled));
    waiting[0].add_done_callback(|_| panic!("at once"));
    first.release();
    executor.shutdown().unwrap();
}
