//! `futures::ThreadPoolExecutorBuilder::initializer`: what each worker does first, and what becomes of the pool when
//! that fails.

use crate::support::{alone, busy, stderr, until_shows};
use common::futures::{
    Future, FutureError, Rejected, Shutdown, ShutdownError, SubmitError, ThreadPoolExecutor,
    ThreadPoolExecutorBuilder,
};
use common::threading::{current_thread, get_ident};
use std::cell::Cell;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, OnceLock, mpsc};

const LEAVE: Shutdown = Shutdown {
    wait: false,
    cancel_futures: false,
};
const BROKEN: &str = "A thread initializer failed, the thread pool is not usable anymore";

fn is_broken<T>(future: &Future<T>) -> bool {
    matches!(future.result(), Err(FutureError::BrokenPool))
}

fn was_refused<F>(error: &SubmitError<F>) -> bool {
    matches!(error.reason, Rejected::BrokenPool) && error.to_string() == BROKEN
}

/// An initializer that says that it was called, and ends as it is told to.
fn told_how_to_end(
    builder: ThreadPoolExecutorBuilder,
) -> (
    ThreadPoolExecutor,
    mpsc::Receiver<()>,
    mpsc::Sender<io::Result<()>>,
) {
    let (called, is_called) = mpsc::channel();
    let (tell, told) = mpsc::channel();
    let ends = Mutex::new((called, told));
    let initializer = move || {
        let (called, told) = &*ends.lock().unwrap();
        called.send(()).unwrap();
        told.recv()
            .unwrap_or_else(|_| Err(io::Error::other("left")))
    };
    let executor = builder.try_initializer(initializer).build().unwrap();
    (executor, is_called, tell)
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
        first.let_go();
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
    let Some(output) = output else { return };
    let stderr = stderr(&output);
    let told = stderr.split("Exception in initializer:\n").nth(1).unwrap();
    assert!(told.starts_with("panicked at "), "{stderr}");
    assert!(told.contains("executor_initializer.rs") && told.contains("no database"));
}

#[test]
fn initializer_error_fails_waiting_and_later_tasks() {
    let builder = ThreadPoolExecutor::builder().max_workers(2);
    let (executor, is_called, tell) = told_how_to_end(builder);
    tell.send(Ok(())).unwrap();
    let running = busy(&executor);
    is_called.recv().unwrap();
    let (called_back, calls) = mpsc::channel();
    let waiting: Vec<_> = (0..10)
        .map(|n| executor.submit(move || n).unwrap())
        .collect();
    for future in &waiting {
        let called_back = called_back.clone();
        future.add_done_callback(move |future| called_back.send(is_broken(&future)).unwrap());
    }
    is_called.recv().unwrap();
    tell.send(Err(io::Error::other("no database"))).unwrap();
    assert!(waiting.iter().all(is_broken));
    assert!(was_refused(&executor.submit(|| ()).unwrap_err()));
    assert!(matches!(
        executor.map(|n| n, [1]).unwrap_err(),
        Rejected::BrokenPool
    ));
    // What runs ends as it would have, and then its worker leaves too.
    running.let_go();
    until_shows(&executor, "workers: 0, idle: 0, waiting_tasks: 0,");
    drop(called_back);
    assert!(calls.iter().eq([true; 10]));
    executor.shutdown().unwrap();
}

#[test]
fn broken_pool_is_reported_as_broken_after_a_shutdown_too() {
    let builder = ThreadPoolExecutor::builder().max_workers(1);
    let (executor, is_called, tell) = told_how_to_end(builder);
    let future = executor.submit(|| ()).unwrap();
    is_called.recv().unwrap();
    executor.shutdown_with(LEAVE).unwrap();
    let error = executor.submit(|| ()).unwrap_err();
    assert!(matches!(error.reason, Rejected::AfterShutdown));
    drop(tell);
    assert!(is_broken(&future));
    assert!(was_refused(&executor.submit(|| ()).unwrap_err()));
    executor.shutdown().unwrap();
    assert!(was_refused(&executor.submit(|| ()).unwrap_err()));
}

#[test]
fn initializer_that_blocks_delays_no_other_worker() {
    for _ in 0..20 {
        let builder = ThreadPoolExecutor::builder().max_workers(2);
        let (executor, is_called, tell) = told_how_to_end(builder);
        tell.send(Ok(())).unwrap();
        let first = busy(&executor);
        is_called.recv().unwrap();
        let second = executor.submit(|| ()).unwrap();
        is_called.recv().unwrap();
        first.let_go();
        second.result().unwrap();
        until_shows(&executor, "workers: 2, idle: 1, waiting_tasks: 0,");
        // Time to fall asleep, for then the worker must be woken; it need not have.
        (0..1_000).for_each(|_| std::thread::yield_now());
        executor.submit(|| ()).unwrap().result().unwrap();
        tell.send(Ok(())).unwrap();
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
    // Both by the second worker, while the first is not ready.
    let workers = futures.map(|future| *future.result().unwrap());
    assert_eq!(workers[0], workers[1]);
    drop(hold);
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
    let builder = ThreadPoolExecutor::builder().max_workers(1);
    let (executor, is_called, tell) = told_how_to_end(builder);
    let futures = [(); 3].map(|()| executor.submit(|| ()).unwrap());
    is_called.recv().unwrap();
    let (dropped, is_dropped) = mpsc::channel();
    futures[0].add_done_callback(move |_| {
        drop(executor);
        dropped.send(()).unwrap();
    });
    drop(tell);
    is_dropped.recv().unwrap();
    assert!(futures.iter().all(is_broken));
}
