//! `futures::Future`: its states, cancel, and the waits for its result.

use crate::support::{CANCEL, LIMIT, LONG, OnDrop, SHORT, busy, on_threads, until, until_shows};
use common::futures::{
    AsCompleted, Future, FutureError, Promise, ThreadPoolExecutor, as_completed_timeout,
};
use std::collections::HashMap;
use std::error::Error;
use std::num::ParseIntError;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

fn state<T>(future: &Future<T>) -> (bool, bool, bool) {
    (future.running(), future.done(), future.cancelled())
}

#[test]
fn future_is_pending_then_running_then_finished() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let second = executor.submit(|| 7).unwrap();
    assert_eq!(state(&second), (false, false, false));
    assert_eq!(
        format!("{second:?}"),
        r#"Future { state: "pending", waiting: 0 }"#
    );
    assert_eq!(state(&first.future), (true, false, false));
    assert!(format!("{:?}", first.future).contains("running"));
    first.release();
    assert_eq!(second.result().unwrap(), &7);
    assert_eq!(state(&second), (false, true, false));
    assert!(format!("{second:?}").contains("finished"));
}

#[test]
fn cancel_of_a_pending_future_prevents_the_call() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let second = executor.submit(|| panic!("it was called")).unwrap();
    assert!(second.cancel());
    assert_eq!(state::<()>(&second), (false, true, true));
    assert!(format!("{second:?}").contains("cancelled"));
    first.release();
    executor.submit(|| ()).unwrap().result().unwrap();
    assert!(matches!(second.result(), Err(FutureError::Cancelled)));
    assert!(matches!(second.exception(), Err(FutureError::Cancelled)));
    assert!(matches!(
        second.into_result(),
        Ok(Err(FutureError::Cancelled))
    ));
}

#[test]
fn cancel_of_a_running_or_finished_future_returns_false() {
    let executor = ThreadPoolExecutor::new(1);
    let running = busy(&executor);
    let future = running.future.clone();
    assert!(!future.cancel());
    running.release();
    assert!(!future.cancel());
    assert_eq!(state(&future), (false, true, false));
}

#[test]
fn cancel_again_returns_true_and_calls_no_callback_again() {
    let (_promise, future) = Promise::<()>::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    future.add_done_callback(move |_| {
        counter.fetch_add(1, Relaxed);
    });
    let cancelled: Vec<bool> = (0..3).map(|_| future.cancel()).collect();
    assert_eq!((cancelled, calls.load(Relaxed)), (vec![true; 3], 1));
}

#[test]
fn cancel_drops_the_call_at_once() {
    let executor = ThreadPoolExecutor::new(1);
    let _first = busy(&executor);
    let (held, watched) = (Arc::new(()), Arc::new(()));
    let captured = (Arc::clone(&held), Arc::clone(&watched));
    let second = executor.submit(move || drop(captured)).unwrap();
    assert_eq!(Arc::strong_count(&held), 2);
    second.cancel();
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn cancel_by_several_threads_and_the_worker_has_one_outcome() {
    let executor = ThreadPoolExecutor::new(2);
    for _ in 0..500 {
        let (calls, callbacks) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (call, callback) = (Arc::clone(&calls), Arc::clone(&callbacks));
        let future = executor
            .submit(move || {
                thread::yield_now(); // so that some cancels find it running
                call.fetch_add(1, Relaxed)
            })
            .unwrap();
        future.add_done_callback(move |_| {
            callback.fetch_add(1, Relaxed);
        });
        let answers = AtomicUsize::new(0);
        on_threads(2, |_| {
            answers.fetch_add(usize::from(future.cancel()), Relaxed);
        });
        let cancelled = matches!(future.result(), Err(FutureError::Cancelled));
        assert_eq!(future.cancelled(), cancelled);
        assert_eq!(answers.into_inner(), if cancelled { 2 } else { 0 });
        assert_eq!(calls.load(Relaxed), usize::from(!cancelled));
        until(|| callbacks.load(Relaxed) == 1);
    }
}

#[test]
fn result_timeout_may_be_called_again() {
    let (promise, future) = Promise::new();
    assert!(matches!(
        future.result_timeout(Duration::ZERO),
        Err(FutureError::TimedOut)
    ));
    let start = Instant::now();
    let error = future.exception_timeout(SHORT).unwrap_err();
    assert!(matches!(error, FutureError::TimedOut) && start.elapsed() >= SHORT);
    assert_eq!(error.to_string(), "timed out");
    assert!(
        format!("{future:?}").contains("waiting: 0"),
        "a waiter was left in the queue"
    );
    promise.set_result(3).unwrap();
    assert_eq!(future.result_timeout(Duration::ZERO).unwrap(), &3);
    assert_eq!(future.result_timeout(Duration::MAX).unwrap(), &3);
    assert!(future.exception_timeout(LONG).unwrap().is_none());
}

#[test]
fn result_timeout_that_races_with_the_result_loses_no_waiter() {
    for round in 0..2_000 {
        let (promise, future) = Promise::new();
        let start = Barrier::new(3);
        on_threads(3, |number| {
            start.wait();
            match number {
                0 => promise.set_result(round).unwrap(),
                1 => assert_eq!(future.result().unwrap(), &round),
                _ => {
                    let timeout = Duration::from_micros(round % 50);
                    while let Err(error) = future.result_timeout(timeout) {
                        assert!(matches!(error, FutureError::TimedOut));
                    }
                }
            }
        });
        assert!(format!("{future:?}").contains("waiting: 0"));
    }
}

#[test]
fn completion_wakes_all_waiters() {
    for cancels in [false, true] {
        let (promise, future) = Promise::new();
        thread::scope(|scope| {
            for _ in 0..300 {
                scope.spawn(|| assert_eq!(future.result().is_err(), cancels));
            }
            until_shows(&future, "waiting: 300");
            if cancels {
                future.cancel();
            } else {
                promise.set_result(()).unwrap();
            }
        });
    }
}

#[test]
fn panic_is_the_same_error_each_time_with_message_and_place() {
    let executor = ThreadPoolExecutor::new(1);
    let future = executor
        .submit(|| -> () { panic!("number {}", 7) })
        .unwrap();
    for _ in 0..2 {
        let Err(FutureError::Panicked(panic)) = future.result() else {
            panic!("{:?}", future.result());
        };
        assert_eq!(panic.message(), "number 7");
        assert!(panic.location().unwrap().contains("future.rs:"));
    }
    assert!(matches!(
        future.exception(),
        Ok(Some(FutureError::Panicked(_)))
    ));
}

#[test]
fn error_of_a_call_is_the_same_for_every_caller() {
    let executor = ThreadPoolExecutor::new(1);
    let future = executor.try_submit(|| "x".parse::<i32>()).unwrap();
    let Err(FutureError::Failed(first)) = future.result() else {
        panic!("{:?}", future.result());
    };
    let Ok(Some(FutureError::Failed(second))) = future.exception() else {
        panic!("{:?}", future.exception());
    };
    assert!(Arc::ptr_eq(&first, second), "not the same error");
    assert!(first.downcast_ref::<ParseIntError>().is_some());
    assert_eq!(
        future.result().unwrap_err().to_string(),
        "invalid digit found in string"
    );
    assert!(future.result().unwrap_err().source().is_none());
    let fine = executor.try_submit(|| "7".parse::<i32>()).unwrap();
    assert_eq!(fine.result().unwrap(), &7);
    assert!(fine.exception().unwrap().is_none());
}

#[test]
fn clone_is_equal_and_another_future_is_not() {
    let executor = ThreadPoolExecutor::new(1);
    let [first, second] = [1, 2].map(|n| executor.submit(move || n).unwrap());
    assert!(first == first.clone() && first != second);
    let urls = HashMap::from([(first.clone(), "first"), (second, "second")]);
    assert_eq!(urls[&first], "first");
}

#[test]
fn into_result_of_the_last_handle_takes_the_result() {
    let executor = ThreadPoolExecutor::new(2);
    for n in 0..20_000 {
        // The executor keeps no handle once the wait is over.
        let future = executor.submit(move || vec![n]).unwrap();
        assert_eq!(future.into_result().unwrap().unwrap(), [n]);
    }
}

#[test]
fn into_result_hands_back_a_handle_that_is_not_the_last() {
    let executor = ThreadPoolExecutor::new(1);
    let future = executor.submit(|| vec![1]).unwrap();
    let clone = future.clone();
    let future = future.into_result().unwrap_err();
    assert_eq!(clone.result().unwrap(), &[1]);
    drop(clone);
    assert_eq!(future.into_result().unwrap().unwrap(), [1]);
}

#[test]
fn result_is_dropped_with_the_last_handle() {
    let (dropped, drops) = mpsc::channel();
    let executor = ThreadPoolExecutor::new(1);
    let (promise, future) = Promise::new();
    promise
        .set_result(OnDrop(move || dropped.send(()).unwrap()))
        .ok()
        .unwrap();
    let clone = future.clone();
    drop((promise, future));
    assert!(drops.try_recv().is_err());
    // The worker keeps no handle when the next call runs.
    executor.submit(|| ()).unwrap().result().unwrap();
    drop(clone);
    drops.try_recv().unwrap();
}

/// Submits a task that is dropped by `cancel`. Its drop blocks until a thread that waits for the task in `wait` has
/// returned. Returns false if that thread is not woken.
fn is_woken_before_the_call_is_dropped(
    wait: impl FnOnce(Future<()>) + Send + 'static,
    cancel: impl FnOnce(&ThreadPoolExecutor, &Future<()>),
) -> bool {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let (woken, is_woken) = mpsc::channel();
    let (answer, answers) = mpsc::channel();
    let owned = OnDrop(move || {
        let woken = is_woken.recv_timeout(LIMIT);
        answer.send(woken.is_ok()).unwrap();
    });
    let future = executor.submit(move || drop(owned)).unwrap();
    let clone = future.clone();
    thread::spawn(move || {
        wait(clone);
        let _ = woken.send(());
    });
    until_shows(&future, "waiting: 1");
    cancel(&executor, &future);
    first.release();
    answers.recv().unwrap()
}

#[test]
fn cancel_wakes_waiters_before_it_drops_the_call() {
    let cancels: [fn(&ThreadPoolExecutor, &Future<()>); 2] = [
        |_, future| assert!(future.cancel()),
        |executor, _| {
            executor.shutdown_with(CANCEL).unwrap();
        },
    ];
    for cancel in cancels {
        let in_result = |future: Future<()>| assert!(future.result().is_err());
        assert!(is_woken_before_the_call_is_dropped(in_result, cancel));
        let in_exception = |future: Future<()>| assert!(future.exception().is_err());
        assert!(is_woken_before_the_call_is_dropped(in_exception, cancel));
        let in_into_result = |future: Future<()>| assert!(future.into_result().is_ok());
        assert!(is_woken_before_the_call_is_dropped(in_into_result, cancel));
    }
}

#[test]
fn cancel_notifies_observers_before_it_drops_the_call() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let (completed, completions) = mpsc::channel::<AsCompleted<()>>();
    let (answer, answers) = mpsc::channel();
    let owned = OnDrop(move || {
        let mut completed = completions.recv().unwrap();
        let start = Instant::now();
        let next = completed.next();
        // Without a notification the iterator yields the future when its timeout expires.
        answer
            .send(next.is_some_and(|next| next.is_ok()) && start.elapsed() < LIMIT)
            .unwrap();
    });
    let future = executor.submit(move || drop(owned)).unwrap();
    completed
        .send(as_completed_timeout([future.clone()], LIMIT))
        .unwrap();
    assert!(future.cancel());
    assert!(answers.recv().unwrap());
    first.release();
}
