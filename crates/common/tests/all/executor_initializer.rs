//! `futures::ThreadPoolExecutorBuilder::initializer`: its calls, and its failures.

use crate::support::{NO_WAIT, OnDrop, alone, busy, submit_numbers, until_shows};
use common::futures::{
    Future, FutureError, Rejected, ShutdownError, SubmitError, ThreadPoolExecutor,
};
use common::threading::{current_thread, get_ident};
use std::cell::Cell;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, OnceLock, mpsc};

const BROKEN: &str = "A thread initializer failed, the thread pool is not usable anymore";

fn is_broken<T>(future: &Future<T>) -> bool {
    matches!(future.result(), Err(FutureError::BrokenPool))
}

fn was_refused<F>(error: &SubmitError<F>) -> bool {
    matches!(error.reason, Rejected::BrokenPool) && error.to_string() == BROKEN
}

/// An executor with an initializer that sends a message when it is called, and returns the result that it receives.
fn controlled(
    max_workers: usize,
) -> (
    ThreadPoolExecutor,
    mpsc::Receiver<()>,
    mpsc::Sender<io::Result<()>>,
) {
    let (called, is_called) = mpsc::channel();
    let (result, results) = mpsc::channel();
    let channels = Mutex::new((called, results));
    let initializer = move || {
        let (called, results) = &*channels.lock().unwrap();
        called.send(()).unwrap();
        let result = results.recv();
        result.unwrap_or_else(|_| Err(io::Error::other("no result")))
    };
    let builder = ThreadPoolExecutor::builder().max_workers(max_workers);
    let executor = builder.try_initializer(initializer).build().unwrap();
    (executor, is_called, result)
}

#[test]
fn initializer_runs_once_in_each_worker_before_its_first_task() {
    thread_local!(static CALLS: Cell<usize> = const { Cell::new(0) });
    let workers = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&workers);
    let initializer = move || {
        assert!(current_thread().name().starts_with("mine_"));
        CALLS.set(CALLS.get() + 1);
        counter.fetch_add(1, Relaxed);
    };
    let builder = ThreadPoolExecutor::builder().max_workers(2);
    let builder = builder.thread_name_prefix("mine").initializer(initializer);
    let executor = builder.build().unwrap();
    assert_eq!(workers.load(Relaxed), 0);
    for _ in 0..10 {
        let first = busy(&executor);
        assert_eq!(
            executor.submit(|| CALLS.get()).unwrap().result().unwrap(),
            &1
        );
        first.release();
    }
    assert_eq!(workers.load(Relaxed), 2);
}

#[test]
fn initializer_panic_is_reported_on_stderr_and_breaks_the_pool() {
    let output = alone(|| {
        let builder = ThreadPoolExecutor::builder().max_workers(1);
        let executor = builder
            .initializer(|| panic!("no database"))
            .build()
            .unwrap();
        let future = executor.submit(|| ()).unwrap();
        assert!(is_broken(&future) && !future.cancelled());
        assert_eq!(future.result().unwrap_err().to_string(), BROKEN);
        assert!(was_refused(&executor.submit(|| ()).unwrap_err()));
        executor.shutdown().unwrap();
    });
    let Some(stderr) = output else { return };
    let report = stderr.split("Exception in initializer:\n").nth(1).unwrap();
    assert!(report.starts_with("panicked at "), "{stderr}");
    assert!(report.contains("executor_initializer.rs") && report.contains("no database"));
}

#[test]
fn initializer_error_fails_waiting_and_later_tasks() {
    let (executor, is_called, result) = controlled(2);
    result.send(Ok(())).unwrap();
    let running = busy(&executor);
    is_called.recv().unwrap();
    let (called_back, calls) = mpsc::channel();
    let waiting = submit_numbers(&executor, 10);
    for future in &waiting {
        let called_back = called_back.clone();
        future.add_done_callback(move |future| called_back.send(is_broken(&future)).unwrap());
    }
    is_called.recv().unwrap();
    result.send(Err(io::Error::other("no database"))).unwrap();
    assert!(waiting.iter().all(is_broken));
    assert!(was_refused(&executor.submit(|| ()).unwrap_err()));
    assert!(matches!(
        executor.map(|n| n, [1]).unwrap_err(),
        Rejected::BrokenPool
    ));
    // The running task ends normally, and its worker exits.
    running.release();
    until_shows(&executor, "workers: 0, idle: 0, waiting_tasks: 0,");
    drop(called_back);
    assert!(calls.iter().eq([true; 10]));
    executor.shutdown().unwrap();
}

#[test]
fn initializer_error_drops_each_call_before_its_callbacks() {
    let (executor, is_called, result) = controlled(1);
    let (dropped, events) = mpsc::channel();
    let called_back = dropped.clone();
    let captured = OnDrop(move || dropped.send("dropped").unwrap());
    let future = executor.submit(move || drop(captured)).unwrap();
    is_called.recv().unwrap();
    future.add_done_callback(move |_| called_back.send("called back").unwrap());
    drop(result);
    assert!(events.iter().eq(["dropped", "called back"]));
}

#[test]
fn broken_pool_is_reported_as_broken_after_a_shutdown_too() {
    let (executor, is_called, result) = controlled(1);
    let future = executor.submit(|| ()).unwrap();
    is_called.recv().unwrap();
    executor.shutdown_with(NO_WAIT).unwrap();
    let error = executor.submit(|| ()).unwrap_err();
    assert!(matches!(error.reason, Rejected::AfterShutdown));
    drop(result);
    assert!(is_broken(&future));
    assert!(was_refused(&executor.submit(|| ()).unwrap_err()));
    executor.shutdown().unwrap();
    assert!(was_refused(&executor.submit(|| ()).unwrap_err()));
}

#[test]
fn initializer_that_blocks_delays_no_other_worker() {
    for _ in 0..20 {
        let (executor, is_called, result) = controlled(2);
        result.send(Ok(())).unwrap();
        let first = busy(&executor);
        is_called.recv().unwrap();
        let second = executor.submit(|| ()).unwrap();
        is_called.recv().unwrap();
        first.release();
        second.result().unwrap();
        until_shows(&executor, "workers: 2, idle: 1, waiting_tasks: 0,");
        // Time for the worker to block, most likely: a blocked worker must be woken.
        (0..1_000).for_each(|_| std::thread::yield_now());
        executor.submit(|| ()).unwrap().result().unwrap();
        result.send(Ok(())).unwrap();
        until_shows(&executor, "workers: 2, idle: 2, waiting_tasks: 0,");
    }
}

#[test]
fn submit_during_an_initializer_spawns_another_worker() {
    let builder = ThreadPoolExecutor::builder().max_workers(2);
    let workers = AtomicUsize::new(0);
    let (hold, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let executor = builder.initializer(move || {
        if workers.fetch_add(1, Relaxed) == 0 {
            let _ = held.lock().unwrap().recv();
        }
    });
    let executor = executor.build().unwrap();
    let futures = [(); 2].map(|()| executor.submit(get_ident).unwrap());
    // The second worker runs both, while the first is being initialized.
    let workers = futures.map(|future| *future.result().unwrap());
    assert_eq!(workers[0], workers[1]);
    drop(hold);
}

#[test]
fn worker_in_its_initializer_is_counted_for_one_task() {
    let (executor, is_called, result) = controlled(3);
    let first = executor.submit(|| ()).unwrap();
    is_called.recv().unwrap();
    // The first worker is in its initializer and will take one of the two tasks.
    let second = executor.submit(|| ()).unwrap();
    (0..3).for_each(|_| result.send(Ok(())).unwrap());
    first.result().unwrap();
    second.result().unwrap();
    executor.shutdown().unwrap();
    assert_eq!(is_called.try_iter().count(), 1, "one worker more");
}

#[test]
fn initializer_may_shut_its_executor_down_but_not_wait() {
    let shared: Arc<OnceLock<ThreadPoolExecutor>> = Arc::default();
    let (answer, answers) = mpsc::channel();
    let executor = Arc::clone(&shared);
    let builder = ThreadPoolExecutor::builder().max_workers(1);
    let builder = builder.initializer(move || {
        // No worker is spawned before the first submit.
        let executor = executor.get().unwrap();
        answer.send(executor.shutdown()).unwrap();
    });
    let executor = shared.get_or_init(|| builder.build().unwrap());
    let future = executor.submit(|| 7).unwrap();
    assert_eq!(answers.recv().unwrap(), Err(ShutdownError));
    assert_eq!(future.result().unwrap(), &7);
    executor.shutdown().unwrap();
}

#[test]
fn callback_of_a_broken_pool_may_drop_the_executor() {
    let (executor, is_called, result) = controlled(1);
    let futures = [(); 3].map(|()| executor.submit(|| ()).unwrap());
    is_called.recv().unwrap();
    let (dropped, is_dropped) = mpsc::channel();
    futures[0].add_done_callback(move |_| {
        drop(executor);
        dropped.send(()).unwrap();
    });
    drop(result);
    is_dropped.recv().unwrap();
    assert!(futures.iter().all(is_broken));
}
