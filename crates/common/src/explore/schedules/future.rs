//! The future, its callbacks, and the waits for several futures.

use super::{explore, join, spawn};
use crate::futures::{
    Future, FutureError, Promise, ReturnWhen, as_completed, as_completed_timeout, wait,
    wait_timeout,
};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use shuttle::thread;
use std::collections::HashSet;
use std::time::Duration;

/// A thread waits, another one times out, and a callback is added: each gets the result once.
#[test]
fn completion_reaches_waiters_and_callbacks() {
    explore(&[Fault::EnqueuedTooLate, Fault::LostWakeup], || {
        let (promise, future) = Promise::new();
        let calls = Arc::new(AtomicUsize::new(0));
        let future = Arc::new(future);
        let waiter = spawn(&future, |future| assert_eq!(future.result().unwrap(), &7));
        let impatient = spawn(&future, |future| {
            match future.result_timeout(Duration::from_millis(1)) {
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
        join([waiter, impatient, setter]);
        assert_eq!(calls.load(Relaxed), 1);
        assert_eq!(
            format!("{future:?}"),
            r#"Future { state: "finished", waiting: 0 }"#
        );
    });
}

/// Two callbacks are added while the result is set: each is called once, by either thread.
#[test]
fn callbacks_run_once() {
    explore(&[Fault::EnqueuedTooLate], || {
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
    });
}

/// A cancel and a result race: every thread sees the same one of the two.
#[test]
fn future_has_one_outcome() {
    explore(&[], || {
        let (promise, future) = Promise::new();
        let future = Arc::new(future);
        let canceller = spawn(&future, Future::cancel);
        let waiter = spawn(&future, |future| future.result().is_ok());
        let was_set = promise.set_result(7).is_ok();
        assert_eq!(canceller.join().unwrap(), !was_set);
        assert_eq!(waiter.join().unwrap(), was_set);
        assert_eq!(future.cancelled(), !was_set);
    });
}

/// Three futures complete on two threads during `as_completed`: each is yielded once, and `wait` sees them all.
#[test]
fn as_completed_yields_each_future_once() {
    explore(&[Fault::EnqueuedTooLate, Fault::LostWakeup], || {
        let [(first, one), (second, two), (third, three)] = [(); 3].map(|()| Promise::new());
        let futures = [one, two, three];
        let setter = thread::spawn(move || first.set_result(0).unwrap());
        let other = thread::spawn(move || {
            second.set_result(1).unwrap();
            drop(third); // cancels
        });
        let yielded = as_completed(futures.clone()).map(Result::unwrap);
        assert_eq!(yielded.collect::<HashSet<_>>().len(), 3);
        let waited = wait(futures, ReturnWhen::AllCompleted);
        assert_eq!(waited.done.len(), 3);
        join([setter, other]);
    });
}

/// Two futures complete on two threads while a thread waits for both, and another one only for a moment.
#[test]
fn wait_returns_when_all_are_done() {
    explore(&[Fault::EnqueuedTooLate, Fault::LostWakeup], || {
        let (promises, futures): (Vec<_>, Vec<_>) = (0..2).map(|_| Promise::new()).unzip();
        let end = |promise: Promise<usize>| thread::spawn(move || promise.set_result(0).unwrap());
        let enders: Vec<_> = promises.into_iter().map(end).collect();
        let futures = Arc::new(futures);
        let impatient = spawn(&futures, |futures| {
            let moment = Duration::from_millis(1);
            let waited = wait_timeout(futures.clone(), moment, ReturnWhen::AllCompleted);
            assert_eq!(waited.done.len() + waited.not_done.len(), 2);
        });
        let waited = wait(futures.to_vec(), ReturnWhen::AllCompleted);
        assert_eq!((waited.done.len(), waited.not_done.len()), (2, 0));
        for thread in enders.into_iter().chain([impatient]) {
            thread.join().unwrap();
        }
    });
}

/// A callback defers another one, because it is nested too deep, and blocks until the deferred one has run. Another
/// thread adds a callback meanwhile.
#[test]
fn callbacks_that_are_deferred_run_before_their_thread_blocks() {
    explore(&[Fault::BlockedBeforeDeferred], || {
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
        let counter = Arc::clone(&calls);
        let other = thread::spawn(move || {
            last_future.add_done_callback(move |_| {
                counter.fetch_add(10, Relaxed);
            });
        });
        outer.set_result(()).unwrap();
        other.join().unwrap();
        assert_eq!(calls.load(Relaxed), 11);
    });
}

/// Three futures end on two threads, with a result, an error and a cancel, while one thread waits for the first of them,
/// one for the first error, and one takes them in the order of completion until a timeout.
#[test]
fn wait_for_the_first_and_as_completed_agree_on_what_is_done() {
    explore(&[Fault::EnqueuedTooLate, Fault::LostWakeup], || {
        let (promises, futures): (Vec<_>, Vec<_>) = (0..3).map(|_| Promise::new()).unzip();
        let [good, cancelled, abandoned] = <[Promise<()>; 3]>::try_from(promises).unwrap();
        let one = thread::spawn(move || {
            good.set_result(()).unwrap();
            drop(cancelled);
        });
        let two = thread::spawn(move || {
            let _ = abandoned.set_running_or_notify_cancel();
        });
        let futures = Arc::new(futures);
        let first = spawn(&futures, |futures| {
            let waited = wait(futures.to_vec(), ReturnWhen::FirstCompleted);
            assert!(!waited.done.is_empty());
        });
        let impatient = spawn(&futures, |futures| {
            let mut seen = HashSet::new();
            let moment = Duration::from_millis(1);
            for next in as_completed_timeout(futures.to_vec(), moment) {
                match next {
                    Ok(future) => assert!(future.done() && seen.insert(future)),
                    Err(error) => assert_eq!(error.unfinished() + seen.len(), 3),
                }
            }
        });
        let waited = wait(futures.to_vec(), ReturnWhen::FirstException);
        let has_failed = |done: &Future<()>| matches!(done.exception(), Ok(Some(_)));
        assert!(waited.done.iter().any(has_failed));
        join([one, two, first, impatient]);
    });
}
