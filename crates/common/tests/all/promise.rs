//! `futures::Promise`: the side of a future that sets its result.

use crate::support::{alone, on_threads, panics, until_shows};
use common::futures::{Future, FutureError, Promise, UnexpectedStateError};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Barrier, mpsc};
use std::thread;

#[test]
fn set_result_and_set_exception_work_while_pending_and_while_running() {
    for runs in [false, true] {
        let [(good, value), (bad, error)] = [(); 2].map(|()| Promise::new());
        if runs {
            assert_eq!(good.set_running_or_notify_cancel(), Ok(true));
            assert_eq!(bad.set_running_or_notify_cancel(), Ok(true));
            assert!(value.running() && !value.cancel());
        }
        good.set_result(7).unwrap();
        bad.set_exception(FutureError::failed("no")).unwrap();
        assert_eq!(value.result().unwrap(), &7);
        assert_eq!(error.result().unwrap_err().to_string(), "no");
    }
}

#[test]
fn set_result_of_a_done_future_hands_the_value_back() {
    let (promise, future) = Promise::new();
    promise.set_result(1).unwrap();
    let error = promise.set_result(2).unwrap_err();
    let text = r#"FINISHED: Future { state: "finished", waiting: 0 }"#;
    assert_eq!((error.to_string(), error.value), (String::from(text), 2));
    let error = promise
        .set_exception(FutureError::failed("no"))
        .unwrap_err();
    assert_eq!(
        (error.to_string(), error.value.to_string()),
        (text.into(), "no".into())
    );
    assert_eq!(future.result().unwrap(), &1);
    let (promise, future) = Promise::new();
    future.cancel();
    let text = promise.set_result(3).unwrap_err().to_string();
    assert!(text.starts_with("CANCELLED: Future"), "{text}");
    assert_eq!(promise.set_running_or_notify_cancel(), Ok(false));
    let text = promise.set_result(3).unwrap_err().to_string();
    assert!(text.starts_with("CANCELLED_AND_NOTIFIED: "), "{text}");
    assert!(future.cancelled() && future.cancel());
}

#[test]
fn set_running_a_second_time_is_an_error() {
    let error = Err(UnexpectedStateError);
    let (promise, future) = Promise::<()>::new();
    assert_eq!(promise.set_running_or_notify_cancel(), Ok(true));
    assert_eq!(promise.set_running_or_notify_cancel(), error);
    assert!(future.running());
    promise.set_result(()).unwrap();
    assert_eq!(promise.set_running_or_notify_cancel(), error);
    let (promise, future) = Promise::<()>::new();
    future.cancel();
    assert_eq!(promise.set_running_or_notify_cancel(), Ok(false));
    assert_eq!(promise.set_running_or_notify_cancel(), error);
    assert_eq!(
        UnexpectedStateError.to_string(),
        "Future in unexpected state"
    );
}

#[test]
fn set_result_and_cancel_by_several_threads_succeed_once() {
    for round in 0..500 {
        let (promise, future) = Promise::new();
        let winners = AtomicUsize::new(0);
        let begin = promise.set_running_or_notify_cancel();
        assert!(round % 2 == 0 || begin == Ok(true));
        let (promise, future) = if round % 2 == 0 {
            Promise::new()
        } else {
            (promise, future)
        };
        let start = Barrier::new(4);
        on_threads(4, |number| {
            start.wait();
            let wins = match number {
                0 => future.cancel(),
                1 => promise.set_exception(FutureError::failed("1")).is_ok(),
                number => promise.set_result(number).is_ok(),
            };
            winners.fetch_add(usize::from(wins) * (number + 1), Relaxed);
        });
        let expected = match future.result() {
            Ok(number) => number + 1,
            Err(FutureError::Cancelled) => 1,
            Err(_) => 2,
        };
        assert_eq!(winners.into_inner(), expected);
    }
}

#[test]
fn drop_of_a_promise_completes_its_future() {
    for runs in [false, true] {
        let (promise, future) = Promise::<()>::new();
        assert!(!runs || promise.set_running_or_notify_cancel() == Ok(true));
        let (called, calls) = mpsc::channel();
        future.add_done_callback(move |future| called.send(future.cancelled()).unwrap());
        let waiter = future.clone();
        let waiter = thread::spawn(move || waiter.result().unwrap_err().to_string());
        until_shows(&future, "waiting: 1");
        drop(promise);
        let expected = if runs {
            "abandoned without a result"
        } else {
            "cancelled"
        };
        assert_eq!(waiter.join().unwrap(), expected);
        assert_eq!(calls.try_recv(), Ok(!runs));
    }
}

#[test]
fn drop_of_a_promise_after_its_result_changes_nothing() {
    let (promise, future) = Promise::new();
    promise.set_result(7).unwrap();
    drop(promise);
    assert_eq!(future.into_result().unwrap().unwrap(), 7);
}

#[test]
fn drop_of_a_promise_during_a_panic_runs_the_callbacks() {
    let output = alone(|| {
        let (called, calls) = mpsc::channel();
        assert!(panics(|| {
            let (_promise, future) = Promise::<()>::new();
            future.add_done_callback(|_| panic!("the first"));
            future.add_done_callback(move |_| called.send(()).unwrap());
            panic!("the outer");
        }));
        calls.try_recv().unwrap();
    });
    let Some(stderr) = output else { return };
    assert!(stderr.contains("exception calling callback"), "{stderr}");
}

#[test]
fn drop_of_a_promise_with_the_thread_locals_runs_the_callbacks() {
    thread_local! {
        static KEPT: std::cell::RefCell<Option<Promise<()>>> = const { std::cell::RefCell::new(None) };
    }
    let (sender, future) = mpsc::channel::<Future<()>>();
    let thread = thread::spawn(move || {
        let (promise, future) = Promise::new();
        KEPT.set(Some(promise));
        // The thread-locals that callbacks need are created now, and dropped before `KEPT`.
        let (other, _) = Promise::<()>::new();
        other.set_result(()).unwrap();
        let (early, called) = Promise::<()>::new();
        called.add_done_callback(|_| panic!("early"));
        drop(early);
        future.add_done_callback(|_| panic!("late"));
        sender.send(future).unwrap();
    });
    let future = future.recv().unwrap();
    assert!(matches!(future.result(), Err(FutureError::Cancelled)));
    thread.join().unwrap();
}

#[test]
fn set_exception_with_an_empty_text_is_an_error_too() {
    let (promise, future) = Promise::<()>::new();
    promise.set_exception(FutureError::failed("")).unwrap();
    assert_eq!(future.result().unwrap_err().to_string(), "");
    assert!(future.exception().unwrap().is_some());
}

#[test]
fn set_exception_refuses_errors_that_are_not_the_calls_own() {
    for runs in [false, true] {
        let (promise, future) = Promise::<u8>::new();
        assert!(!runs || promise.set_running_or_notify_cancel() == Ok(true));
        for error in [FutureError::TimedOut, FutureError::Cancelled] {
            let text = error.to_string();
            let error = promise.set_exception(error).unwrap_err();
            assert_eq!(error.value.to_string(), text);
            assert!(error.to_string().contains("cannot be set"), "{error}");
            assert!(!future.done() && !future.cancelled());
        }
        promise.set_result(7).unwrap();
        assert_eq!(future.result().unwrap(), &7);
    }
}
