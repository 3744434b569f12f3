//! The future, and those who wait for several.

use super::{finds, run};
use crate::futures::{FutureError, Promise, ReturnWhen, as_completed, wait, wait_timeout};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use shuttle::thread;
use std::time::Duration;

/// One waits, one times out, one is called back: each hears of the result once.
fn everybody_hears_of_the_end() {
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

/// Two callbacks are added while the result is set: each is called once, wherever it is.
fn each_callback_is_called_once() {
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

/// A cancel and a result race: one of the two, for everybody the same.
fn cancelled_or_finished_but_not_both() {
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

/// Three end on two threads while they are gathered: each is yielded once, and `wait` sees them all.
fn each_is_yielded_once() {
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

/// Two end on two threads while one waits for both, and another only for a moment.
fn who_waits_for_all_is_woken() {
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

#[test]
fn an_end_is_told_to_all() {
    run(everybody_hears_of_the_end);
}

#[test]
fn finds_a_watcher_that_was_entered_too_late() {
    finds(Fault::EnqueuedTooLate, everybody_hears_of_the_end);
}

#[test]
fn callbacks_are_not_forgotten() {
    run(each_callback_is_called_once);
}

#[test]
fn finds_a_callback_that_was_entered_too_late() {
    finds(Fault::EnqueuedTooLate, each_callback_is_called_once);
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeup, everybody_hears_of_the_end);
}

#[test]
fn a_future_ends_in_one_way() {
    run(cancelled_or_finished_but_not_both);
}

#[test]
fn completions_are_gathered_exactly() {
    run(each_is_yielded_once);
}

#[test]
fn finds_a_subscriber_that_was_entered_too_late() {
    finds(Fault::EnqueuedTooLate, each_is_yielded_once);
}

#[test]
fn all_are_waited_for_and_no_longer() {
    run(who_waits_for_all_is_woken);
}

#[test]
fn finds_who_is_told_one_too_few() {
    finds(Fault::LastFutureNotNotified, who_waits_for_all_is_woken);
}
