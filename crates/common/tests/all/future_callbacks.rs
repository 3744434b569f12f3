//! `futures::Future::add_done_callback`: when callbacks run, in which thread, and what happens when they fail.

use crate::support::{OnDrop, alone, busy, on_threads, until, until_shows};
use common::futures::{Future, FutureError, Promise, ShutdownError, ThreadPoolExecutor};
use common::threading::{current_thread, get_ident};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;

#[test]
fn callbacks_run_in_the_order_in_which_they_were_added() {
    let (promise, future) = Promise::new();
    let (called, calls) = mpsc::channel();
    for number in 0..100 {
        let called = called.clone();
        future.add_done_callback(move |future| {
            called.send((number, *future.result().unwrap())).unwrap();
        });
    }
    promise.set_result('x').unwrap();
    let calls: Vec<_> = calls.try_iter().collect();
    assert!(calls.into_iter().eq((0..100).map(|number| (number, 'x'))));
}

#[test]
fn callbacks_run_in_the_thread_that_completes_the_future() {
    let executor = ThreadPoolExecutor::builder()
        .thread_name_prefix("w")
        .max_workers(1);
    let executor = executor.build().unwrap();
    let first = busy(&executor);
    let (named, names) = mpsc::channel();
    let second = executor.submit(|| ()).unwrap();
    let third = executor.submit(|| ()).unwrap();
    for future in [&second, &third] {
        let named = named.clone();
        future.add_done_callback(move |_| named.send(current_thread().name()).unwrap());
    }
    second.cancel();
    assert_eq!(names.try_recv().unwrap(), current_thread().name());
    first.release();
    assert_eq!(&*names.recv().unwrap(), "w_0");
}

#[test]
fn callback_added_to_a_done_future_runs_at_once_in_the_caller() {
    let (promise, finished) = Promise::new();
    promise.set_result(()).unwrap();
    let (_promise, cancelled) = Promise::new();
    cancelled.cancel();
    for future in [finished, cancelled] {
        let (called, calls) = mpsc::channel();
        let same = future.clone();
        future.add_done_callback(move |future| {
            assert_eq!(future, same);
            called.send(get_ident()).unwrap();
        });
        assert_eq!(calls.try_recv().unwrap(), get_ident());
    }
}

#[test]
fn callback_that_panics_is_reported_and_the_others_run() {
    let output = alone(|| {
        let (promise, future) = Promise::new();
        let (called, calls) = mpsc::channel();
        for number in 0..3 {
            let called = called.clone();
            future.add_done_callback(move |_| {
                called.send(number).unwrap();
                assert!(number != 1, "callback {number} panics");
            });
        }
        promise.set_result(7).unwrap();
        assert_eq!(calls.try_iter().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(future.result().unwrap(), &7);
    });
    let Some(stderr) = output else { return };
    assert!(
        stderr.contains("exception calling callback for Future"),
        "{stderr}"
    );
    assert!(stderr.contains("callback 1 panics"), "{stderr}");
}

#[test]
fn callback_that_panics_leaves_the_worker_alive() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let second = executor.submit(get_ident).unwrap();
    second.add_done_callback(|_| panic!("on the worker"));
    first.release();
    let third = executor.submit(get_ident).unwrap();
    assert_eq!(third.result().unwrap(), second.result().unwrap());
}

#[test]
fn callback_that_blocks_delays_no_waiter() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let (unblock, blocked) = mpsc::channel::<()>();
    let (called, calls) = mpsc::channel();
    first.future.add_done_callback(move |_| {
        called.send(()).unwrap();
        let _ = blocked.recv();
    });
    let future = first.future.clone();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| future.result().is_ok());
        until_shows(&future, "waiting: 1");
        first.release();
        assert!(waiter.join().unwrap());
    });
    calls.recv().unwrap();
    drop(unblock);
}

#[test]
fn callback_that_blocks_delays_no_other_worker() {
    let executor = Arc::new(ThreadPoolExecutor::new(2));
    for _ in 0..100 {
        // The second task may be submitted before or after the worker turns to the callback.
        let first = busy(&executor);
        let (unblock, blocked) = mpsc::channel();
        let (ended, has_ended) = mpsc::channel();
        first.future.add_done_callback(move |_| {
            blocked.recv().unwrap();
            ended.send(()).unwrap();
        });
        first.release();
        executor.submit(move || unblock.send(()).unwrap()).unwrap();
        has_ended.recv().unwrap();
    }
}

#[test]
fn callback_may_use_its_future_and_executor() {
    let executor = Arc::new(ThreadPoolExecutor::new(2));
    let first = busy(&executor);
    let (answer, answers) = mpsc::channel();
    let inner = Arc::clone(&executor);
    first.future.add_done_callback(move |future: Future<()>| {
        future.result().unwrap();
        assert!(!future.cancel());
        let (called, calls) = mpsc::channel();
        future.add_done_callback(move |_| called.send(()).unwrap());
        calls.try_recv().unwrap();
        let submitted = inner.submit(|| 6 * 7).unwrap();
        let shut_down = inner.shutdown();
        answer
            .send((*submitted.result().unwrap(), shut_down))
            .unwrap();
    });
    first.release();
    assert_eq!(answers.recv().unwrap(), (42, Err(ShutdownError)));
    executor.shutdown().unwrap();
}

#[test]
fn callbacks_added_during_completion_run_once_each() {
    for _ in 0..300 {
        let (promise, future) = Promise::new();
        let calls = Arc::new(AtomicUsize::new(0));
        on_threads(3, |number| {
            if number == 0 {
                promise.set_result(()).unwrap();
                return;
            }
            for _ in 0..10 {
                let calls = Arc::clone(&calls);
                future.add_done_callback(move |_| {
                    calls.fetch_add(1, Relaxed);
                });
            }
        });
        assert_eq!(calls.load(Relaxed), 20);
    }
}

#[test]
fn cancel_survives_a_call_that_panics_when_dropped() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let captured = OnDrop(|| panic!("dropped"));
    let second = executor.submit(move || drop(captured)).unwrap();
    let (called, calls) = mpsc::channel();
    second.add_done_callback(move |_| called.send(()).unwrap());
    let mut completed = common::futures::as_completed([second.clone()]);
    assert!(second.cancel());
    calls.try_recv().unwrap();
    assert_eq!(completed.next().unwrap().unwrap(), second);
    assert!(matches!(second.result(), Err(FutureError::Cancelled)));
    first.release();
    until(|| executor.submit(|| ()).unwrap().result().is_ok());
}
