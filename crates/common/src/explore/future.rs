//! The future, its callbacks, and the waits for several futures.

use super::{finds, run};
use crate::futures::{FutureError, Promise, ReturnWhen, as_completed, wait, wait_timeout};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use shuttle::thread;
use std::time::Duration;

/// A thread waits, another one times out, and a callback is added: each gets the result once.
fn completion_of_a_future() {
    let (promise, future) = Promise::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let waiter = thread::spawn({
        let future = future.clone();
        move || assert_eq!(future.result().unwrap(), &7)
    });
    let impatient = thread::spawn({
        let future = future.clone();
        move || match future.result_timeout(Duration::from_millis(1)) {
            Ok(result) => assert_eq!(result, &7),
            Err(error) => assert!(matches!(error, FutureError::TimedOut)),
        }
    });
    let setter = thread::spawn(move || promise.set_result(7).unwrap());
    let count = Arc::clone(&calls);
    future.add_done_callback(move |future| {
        assert_eq!(future.result().unwrap(), &7);
        count.fetch_add(1, Relaxed);
    });
    for thread in [waiter, impatient, setter] {
        thread.join().unwrap();
    }
    assert_eq!(calls.load(Relaxed), 1);
    assert_eq!(
        format!("{future:?}"),
        r#"Future { state: "finished", waiting: 0 }"#
    );
}

/// Two callbacks are added while the result is set: each is called once, by either thread.
fn callbacks_added_during_completion() {
    let (promise, future) = Promise::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let setter = thread::spawn(move || promise.set_result(7).unwrap());
    for number in [1, 10] {
        let calls = Arc::clone(&calls);
        future.add_done_callback(move |future| {
            assert_eq!(future.result().unwrap(), &7);
            calls.fetch_add(number, Relaxed);
        });
    }
    setter.join().unwrap();
    assert_eq!(calls.load(Relaxed), 11);
}

/// A cancel and a result race: every thread sees the same one of the two.
fn cancel_that_races_with_set_result() {
    let (promise, future) = Promise::new();
    let canceller = thread::spawn({
        let future = future.clone();
        move || future.cancel()
    });
    let waiter = thread::spawn({
        let future = future.clone();
        move || future.result().map(|value| *value).is_ok()
    });
    let was_set = promise.set_result(7).is_ok();
    assert_eq!(canceller.join().unwrap(), !was_set);
    assert_eq!(waiter.join().unwrap(), was_set);
    assert_eq!(future.cancelled(), !was_set);
}

/// Three futures complete on two threads during `as_completed`: each is yielded once, and `wait` sees them all.
fn as_completed_during_completions() {
    let (promises, futures): (Vec<_>, Vec<_>) = (0..3).map(|_| Promise::new()).unzip();
    let mut promises = promises.into_iter();
    let (first, second, third) = (promises.next(), promises.next(), promises.next());
    let one = thread::spawn(move || first.unwrap().set_result(0).unwrap());
    let two = thread::spawn(move || {
        second.unwrap().set_result(1).unwrap();
        drop(third); // cancels
    });
    let yielded = as_completed(futures.iter().cloned()).map(Result::unwrap);
    assert_eq!(yielded.collect::<std::collections::HashSet<_>>().len(), 3);
    let waited = wait(futures, ReturnWhen::AllCompleted);
    assert_eq!(waited.done.len(), 3);
    for thread in [one, two] {
        thread.join().unwrap();
    }
}

/// Two futures complete on two threads while a thread waits for both, and another one only for a moment.
fn wait_for_all_during_completions() {
    let (promises, futures): (Vec<_>, Vec<_>) = (0..2).map(|_| Promise::new()).unzip();
    let end = |promise: Promise<usize>| thread::spawn(move || promise.set_result(0).unwrap());
    let enders: Vec<_> = promises.into_iter().map(end).collect();
    let impatient = thread::spawn({
        let futures = futures.clone();
        move || {
            let moment = Duration::from_millis(1);
            let waited = wait_timeout(futures, moment, ReturnWhen::AllCompleted);
            assert_eq!(waited.done.len() + waited.not_done.len(), 2);
        }
    });
    let waited = wait(futures, ReturnWhen::AllCompleted);
    assert_eq!((waited.done.len(), waited.not_done.len()), (2, 0));
    for thread in enders.into_iter().chain([impatient]) {
        thread.join().unwrap();
    }
}

/// A callback puts another one off, because it is nested too deep, and blocks on what that one sets. Another thread
/// adds a callback meanwhile.
fn callback_that_blocks_on_a_deferred_one() {
    let [
        (outer, outer_future),
        (inner, inner_future),
        (last, last_future),
    ] = [(); 3].map(|()| Promise::new());
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let blocked = last_future.clone();
    inner_future.add_done_callback(move |inner| {
        // At the greatest depth: this callback is deferred.
        inner.add_done_callback(move |_| last.set_result(()).unwrap());
        assert!(blocked.result().is_ok());
        counter.fetch_add(1, Relaxed);
    });
    outer_future.add_done_callback(move |_| inner.set_result(()).unwrap());
    let other = thread::spawn({
        let calls = Arc::clone(&calls);
        move || {
            last_future.add_done_callback(move |_| {
                calls.fetch_add(10, Relaxed);
            });
        }
    });
    outer.set_result(()).unwrap();
    other.join().unwrap();
    assert_eq!(calls.load(Relaxed), 11);
}

#[test]
fn completion_reaches_waiters_and_callbacks() {
    run(completion_of_a_future);
}

#[test]
fn completion_finds_a_waiter_that_enqueues_too_late() {
    finds(Fault::EnqueuedTooLate, completion_of_a_future);
}

#[test]
fn completion_finds_a_lost_wakeup() {
    finds(Fault::LostWakeup, completion_of_a_future);
}

#[test]
fn callbacks_run_once() {
    run(callbacks_added_during_completion);
}

#[test]
fn callbacks_find_one_that_is_added_too_late() {
    finds(Fault::EnqueuedTooLate, callbacks_added_during_completion);
}

#[test]
fn callbacks_that_are_deferred_run_before_their_thread_blocks() {
    run(callback_that_blocks_on_a_deferred_one);
}

#[test]
fn callbacks_find_a_thread_that_blocks_before_the_deferred_ones() {
    finds(
        Fault::BlockedBeforeDeferred,
        callback_that_blocks_on_a_deferred_one,
    );
}

#[test]
fn future_has_one_outcome() {
    run(cancel_that_races_with_set_result);
}

#[test]
fn as_completed_yields_each_future_once() {
    run(as_completed_during_completions);
}

#[test]
fn as_completed_finds_an_observer_that_is_added_too_late() {
    finds(Fault::EnqueuedTooLate, as_completed_during_completions);
}

#[test]
fn wait_returns_when_all_are_done() {
    run(wait_for_all_during_completions);
}

#[test]
fn wait_finds_a_last_completion_that_is_not_notified() {
    finds(
        Fault::LastFutureNotNotified,
        wait_for_all_during_completions,
    );
}
