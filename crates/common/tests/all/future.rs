//! `futures::Future`, as those see it who wait for it or cancel it.

use crate::support::{LONG, OnDrop, SHORT, busy, until_shows};
use common::futures::{Future, FutureError, Promise, ThreadPoolExecutor};
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
fn a_call_is_pending_then_running_then_finished() {
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
    first.let_go();
    assert_eq!(second.result().unwrap(), &7);
    assert_eq!(state(&second), (false, true, false));
    assert!(format!("{second:?}").contains("finished"));
}

#[test]
fn a_pending_call_can_be_cancelled_and_is_never_made() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let second = executor.submit(|| panic!("it was called")).unwrap();
    assert!(second.cancel());
    assert_eq!(state::<()>(&second), (false, true, true));
    assert!(format!("{second:?}").contains("cancelled"));
    first.let_go();
    executor.submit(|| ()).unwrap().result().unwrap();
    assert!(matches!(second.result(), Err(FutureError::Cancelled)));
    assert!(matches!(second.exception(), Err(FutureError::Cancelled)));
    assert!(matches!(
        second.into_result(),
        Ok(Err(FutureError::Cancelled))
    ));
}

#[test]
fn neither_a_running_nor_a_finished_call_can_be_cancelled() {
    let executor = ThreadPoolExecutor::new(1);
    let running = busy(&executor);
    let future = running.future.clone();
    assert!(!future.cancel());
    running.let_go();
    assert!(!future.cancel());
    assert_eq!(state(&future), (false, true, false));
}

#[test]
fn cancelling_again_says_true_and_calls_nobody_back_again() {
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
fn what_a_cancelled_call_was_to_use_is_dropped_at_once() {
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
fn of_many_who_cancel_and_the_worker_one_wins() {
    let executor = ThreadPoolExecutor::new(2);
    for _ in 0..500 {
        let (calls, callbacks) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (call, callback) = (Arc::clone(&calls), Arc::clone(&callbacks));
        let future = executor
            .submit(move || {
                thread::yield_now(); // so that some find it running
                call.fetch_add(1, Relaxed)
            })
            .unwrap();
        future.add_done_callback(move |_| {
            callback.fetch_add(1, Relaxed);
        });
        let answers = AtomicUsize::new(0);
        crate::support::on_threads(2, |_| {
            answers.fetch_add(usize::from(future.cancel()), Relaxed);
        });
        let cancelled = matches!(future.result(), Err(FutureError::Cancelled));
        assert_eq!(future.cancelled(), cancelled);
        assert_eq!(answers.into_inner(), if cancelled { 2 } else { 0 });
        assert_eq!(calls.load(Relaxed), usize::from(!cancelled));
        crate::support::until(|| callbacks.load(Relaxed) == 1);
    }
}

#[test]
fn a_result_that_is_not_there_in_time_may_be_asked_for_again() {
    let (promise, future) = Promise::new();
    assert!(matches!(
        future.result_timeout(Duration::ZERO),
        Err(FutureError::TimedOut)
    ));
    let start = Instant::now();
    let error = future.exception_timeout(SHORT).unwrap_err();
    assert!(matches!(error, FutureError::TimedOut) && start.elapsed() >= SHORT);
    assert!(
        format!("{future:?}").contains("waiting: 0"),
        "somebody was left in line"
    );
    promise.set_result(3).unwrap();
    assert_eq!(future.result_timeout(Duration::ZERO).unwrap(), &3);
    assert_eq!(future.result_timeout(Duration::MAX).unwrap(), &3);
    assert!(future.exception_timeout(LONG).unwrap().is_none());
}

#[test]
fn timeouts_that_race_with_the_result_lose_neither_it_nor_a_waiter() {
    for round in 0..2_000 {
        let (promise, future) = Promise::new();
        let start = Barrier::new(3);
        crate::support::on_threads(3, |number| {
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
fn one_end_wakes_all_who_wait() {
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
fn a_panic_is_the_error_with_its_message_and_place_and_the_same_each_time() {
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
fn an_error_that_the_call_returned_is_given_as_it_is_to_everybody() {
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
fn clones_are_the_same_future_and_others_are_not() {
    let executor = ThreadPoolExecutor::new(1);
    let [first, second] = [1, 2].map(|n| executor.submit(move || n).unwrap());
    assert!(first == first.clone() && first != second);
    let urls = HashMap::from([(first.clone(), "first"), (second, "second")]);
    assert_eq!(urls[&first], "first");
}

#[test]
fn the_last_handle_takes_the_result_out() {
    let executor = ThreadPoolExecutor::new(2);
    for n in 0..20_000 {
        // Nothing but the future itself has it, the moment that the wait is over.
        let future = executor.submit(move || vec![n]).unwrap();
        assert_eq!(future.into_result().unwrap().unwrap(), [n]);
    }
}

#[test]
fn a_handle_that_is_not_the_last_comes_back() {
    let executor = ThreadPoolExecutor::new(1);
    let future = executor.submit(|| vec![1]).unwrap();
    let clone = future.clone();
    let future = future.into_result().unwrap_err();
    assert_eq!(clone.result().unwrap(), &[1]);
    drop(clone);
    assert_eq!(future.into_result().unwrap().unwrap(), [1]);
}

#[test]
fn a_result_is_dropped_with_its_last_handle() {
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
    // The call's own reference is none: it is gone when the next call is made.
    executor.submit(|| ()).unwrap().result().unwrap();
    drop(clone);
    drops.try_recv().unwrap();
}
