//! `futures::Future::add_done_callback`: nested callbacks, which complete futures that have callbacks of their own.

use crate::support::{DEPTH, LIMIT, OnDrop, busy, nested, panics};
use common::futures::{
    Future, FutureError, Promise, ReturnWhen, ThreadPoolExecutor, as_completed_timeout,
    wait_timeout,
};
use common::queue::{Queue, SimpleQueue};
use common::threading::{Barrier, Condition, ConditionLock, Event, Lock, RLock, Semaphore, Thread};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

/// More nested calls than any stack has room for.
const LINKS: usize = 50_000;

/// A chain of promises, each completed by `complete` in a callback of the one before; the first is completed here.
/// Returns the futures.
fn complete_chain(complete: fn(Promise<()>)) -> Vec<Future<()>> {
    let (first, mut last) = Promise::new();
    let mut futures = vec![last.clone()];
    for _ in 0..LINKS {
        let (next, future) = Promise::new();
        last.add_done_callback(move |_| complete(next));
        futures.push(future.clone());
        last = future;
    }
    complete(first);
    futures
}

fn assert_chain_completes(complete: fn(Promise<()>)) {
    assert!(complete_chain(complete).iter().all(Future::done));
}

#[test]
fn chain_of_set_result_overflows_no_stack() {
    assert_chain_completes(|promise| promise.set_result(()).unwrap());
}

#[test]
fn chain_of_callbacks_that_each_block_overflows_no_stack() {
    assert_chain_completes(|promise| {
        promise.set_result(()).unwrap();
        Barrier::new(1).wait().unwrap();
    });
}

#[test]
fn wait_for_runs_callbacks_that_its_predicate_deferred() {
    static ENDED: AtomicUsize = AtomicUsize::new(0);
    nested(DEPTH, || {
        let shared = Arc::new((Condition::new(), AtomicUsize::new(0)));
        let (promise, future) = Promise::new();
        let others = Arc::clone(&shared);
        future.add_done_callback(move |_| {
            let guard = others.0.guard();
            others.1.store(1, Relaxed);
            guard.notify(1);
        });
        let mut promise = Some(promise);
        let predicate = || {
            let completed = promise.take().map(|promise| promise.set_result(()));
            assert_eq!(shared.1.load(Relaxed), usize::from(completed.is_none()));
            completed.is_none()
        };
        let start = std::time::Instant::now();
        assert!(shared.0.guard().wait_for_timeout(predicate, LIMIT));
        assert!(start.elapsed() < LIMIT);
        ENDED.store(1, Relaxed);
    });
    assert_eq!(ENDED.load(Relaxed), 1);
}

#[test]
fn chain_of_set_exception_overflows_no_stack() {
    assert_chain_completes(|promise| promise.set_exception(FutureError::failed("no")).unwrap());
}

#[test]
fn chain_of_dropped_promises_overflows_no_stack() {
    assert_chain_completes(drop);
    assert_chain_completes(|promise| assert!(promise.set_running_or_notify_cancel().unwrap()));
}

#[test]
fn chain_of_cancel_overflows_no_stack() {
    let (promises, futures): (Vec<_>, Vec<_>) = (0..LINKS).map(|_| Promise::<()>::new()).unzip();
    for pair in futures.windows(2) {
        let next = pair[1].clone();
        pair[0].add_done_callback(move |_| assert!(next.cancel()));
    }
    assert!(futures[0].cancel());
    assert!(futures.iter().all(Future::cancelled));
    drop(promises);
}

#[test]
fn chain_of_calls_that_cancel_when_dropped_overflows_no_stack() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let mut next: Option<Future<()>> = None;
    let mut futures = Vec::new();
    for _ in 0..LINKS {
        let cancelled = next.take();
        let owned = OnDrop(move || assert!(cancelled.as_ref().is_none_or(Future::cancel)));
        let future = executor.submit(move || drop(owned)).unwrap();
        futures.push(future.clone());
        next = Some(future);
    }
    assert!(next.unwrap().cancel());
    assert!(futures.iter().all(Future::cancelled));
    first.release();
}

/// Adds a callback to a done future, inside the callback that was added before.
fn add_again(future: Future<()>, left: usize, calls: Arc<AtomicUsize>) {
    let done = future.clone();
    done.add_done_callback(move |_| {
        calls.fetch_add(1, Relaxed);
        if left > 1 {
            add_again(future, left - 1, calls);
        }
    });
}

#[test]
fn chain_of_callbacks_added_to_a_done_future_overflows_no_stack() {
    let (promise, future) = Promise::new();
    promise.set_result(()).unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    add_again(future, LINKS, Arc::clone(&calls));
    assert_eq!(calls.load(Relaxed), LINKS);
}

#[test]
fn chain_on_a_worker_overflows_no_stack() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let (begin, begun) = mpsc::channel();
    first.future.add_done_callback(move |_| {
        let futures = complete_chain(|promise| promise.set_result(()).unwrap());
        begin.send(futures).unwrap();
    });
    first.release();
    let futures = begun.recv().unwrap();
    // The worker takes the next task after the outermost callback.
    executor.submit(|| ()).unwrap().result().unwrap();
    assert!(futures.iter().all(Future::done));
}

/// Calls `callback` in the callback of a done future: at once, or later if it is nested too deep.
fn call_back(callback: impl FnOnce() + Send + 'static) {
    let (promise, future) = Promise::new();
    promise.set_result(()).unwrap();
    future.add_done_callback(move |_| callback());
}

#[test]
fn callback_runs_at_once_up_to_a_depth_of_32_and_later_beyond() {
    for (depth, at_once) in [(0, true), (DEPTH - 1, true), (DEPTH, false)] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let body = move || {
            for number in [1, 2, 3] {
                let log = Arc::clone(&log);
                call_back(move || log.lock().unwrap().push(number));
            }
            log.lock().unwrap().push(0);
        };
        nested(depth, body);
        let expected = if at_once { [1, 2, 3, 0] } else { [0, 1, 2, 3] };
        assert_eq!(*seen.lock().unwrap(), expected, "at depth {depth}");
    }
}

#[test]
fn set_result_without_callbacks_keeps_no_handle_at_any_depth() {
    thread_local!(static REACHED: Cell<bool> = const { Cell::new(false) });
    for depth in [0, DEPTH] {
        nested(depth, || {
            let (promise, future) = Promise::new();
            promise.set_result(7).unwrap();
            drop(promise);
            let result = future.into_result();
            REACHED.set(matches!(result, Ok(Ok(7))));
        });
        assert!(REACHED.take(), "at depth {depth}");
    }
}

#[test]
fn callback_that_panics_leaves_the_deferred_ones_to_run() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let body = move || {
        for _ in 0..3 {
            let counter = Arc::clone(&counter);
            call_back(move || {
                counter.fetch_add(1, Relaxed);
                panic!("deferred");
            });
        }
        panic!("at depth 32");
    };
    assert!(!panics(|| nested(DEPTH, body)));
    assert_eq!(calls.load(Relaxed), 3);
}

#[test]
fn result_that_panics_when_dropped_leaves_deferred_callbacks_to_run() {
    let calls = Arc::new(AtomicUsize::new(0));
    for round in 1..=2 {
        let counter = Arc::clone(&calls);
        let body = move || {
            let (promise, future) = Promise::new();
            let result = OnDrop(|| panic!("dropped by a deferred callback"));
            assert!(promise.set_result(result).is_ok());
            future.add_done_callback(|_| ());
            drop((promise, future));
            call_back(move || {
                counter.fetch_add(1, Relaxed);
            });
        };
        nested(DEPTH, body);
        assert_eq!(calls.load(Relaxed), round);
    }
}

/// Asserts that `block`, called where callbacks are deferred, returns true because `unblock` was deferred before.
fn runs_deferred_callbacks_first(
    name: &str,
    unblock: impl FnOnce() + Send + 'static,
    block: impl FnOnce() -> bool + Send + 'static,
) {
    let (answer, answers) = mpsc::channel();
    let body = move || {
        call_back(unblock);
        answer.send(block()).unwrap();
    };
    nested(DEPTH, body);
    assert_eq!(answers.try_recv(), Ok(true), "{name}");
}

#[test]
fn blocking_on_futures_runs_the_deferred_callbacks_first() {
    let promise = || {
        let (promise, future) = Promise::new();
        (move || promise.set_result(()).unwrap(), future)
    };
    let (set, future) = promise();
    runs_deferred_callbacks_first("result", set, move || future.result_timeout(LIMIT).is_ok());
    let (set, future) = promise();
    let block = move || future.exception_timeout(LIMIT).is_ok();
    runs_deferred_callbacks_first("exception", set, block);
    let (set, future) = promise();
    let block = move || {
        wait_timeout([future], LIMIT, ReturnWhen::AllCompleted)
            .not_done
            .is_empty()
    };
    runs_deferred_callbacks_first("wait", set, block);
    let (set, future) = promise();
    let block = move || as_completed_timeout([future], LIMIT).all(|future| future.is_ok());
    runs_deferred_callbacks_first("as_completed", set, block);
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let (begun, has_begun) = mpsc::channel();
    let release = move || {
        first.release();
        begun.send(()).unwrap();
    };
    let block = move || {
        executor.shutdown().unwrap();
        has_begun.try_recv().is_ok()
    };
    runs_deferred_callbacks_first("shutdown", release, block);
}

#[test]
fn blocking_on_locks_runs_the_deferred_callbacks_first() {
    let lock = Arc::new(Lock::new());
    lock.acquire();
    let held = Arc::clone(&lock);
    let release = move || held.release().unwrap();
    runs_deferred_callbacks_first("Lock", release, move || lock.acquire_timeout(LIMIT));

    let lock = Arc::new(RLock::new());
    let (release, may_release) = mpsc::channel::<()>();
    let (acquired, is_acquired) = mpsc::channel();
    let other = Arc::clone(&lock);
    thread::spawn(move || {
        other.acquire();
        acquired.send(()).unwrap();
        may_release.recv().unwrap();
        other.release().unwrap();
    });
    is_acquired.recv().unwrap();
    let release = move || release.send(()).unwrap();
    runs_deferred_callbacks_first("RLock", release, move || lock.acquire_timeout(LIMIT));

    let semaphore = Arc::new(Semaphore::new(0));
    let same = Arc::clone(&semaphore);
    let release = move || same.release();
    runs_deferred_callbacks_first("Semaphore", release, move || {
        semaphore.acquire_timeout(LIMIT)
    });

    on_a_condition("Condition", Condition::new());
    // A plain lock, which the callback acquires too.
    let over_a_lock = Condition::with_lock(Arc::new(Lock::new()));
    on_a_condition("Condition over a Lock", over_a_lock);
}

fn on_a_condition<L: ConditionLock + 'static>(name: &str, condition: Condition<L>) {
    let shared = Arc::new((condition, AtomicUsize::new(0)));
    let same = Arc::clone(&shared);
    let notify = move || {
        let guard = same.0.guard();
        same.1.store(1, Relaxed);
        guard.notify_all();
    };
    let block = move || {
        let is_set = || shared.1.load(Relaxed) == 1;
        shared.0.guard().wait_for_timeout(is_set, LIMIT)
    };
    runs_deferred_callbacks_first(name, notify, block);
}

#[test]
fn blocking_on_events_and_threads_runs_the_deferred_callbacks_first() {
    let event = Arc::new(Event::new());
    let set = Arc::clone(&event);
    runs_deferred_callbacks_first(
        "Event",
        move || set.set(),
        move || event.wait_timeout(LIMIT),
    );

    let barrier = Arc::new(Barrier::new(2));
    let other = Arc::clone(&barrier);
    let arrive = move || drop(thread::spawn(move || other.wait_timeout(LIMIT).is_ok()));
    runs_deferred_callbacks_first("Barrier", arrive, move || {
        barrier.wait_timeout(LIMIT).is_ok()
    });

    let event = Arc::new(Event::new());
    let set = Arc::clone(&event);
    let thread = Thread::new(move || event.wait());
    thread.start().unwrap();
    let block = move || thread.join_timeout(LIMIT).unwrap();
    runs_deferred_callbacks_first("join", move || set.set(), block);
}

#[test]
fn blocking_on_queues_runs_the_deferred_callbacks_first() {
    let queue = Arc::new(Queue::new());
    let same = Arc::clone(&queue);
    let put = move || same.put(7).unwrap();
    runs_deferred_callbacks_first("get", put, move || queue.get_timeout(LIMIT).is_ok());

    let queue = Arc::new(Queue::bounded(1));
    queue.put(1).unwrap();
    let same = Arc::clone(&queue);
    let get = move || assert_eq!(same.get(), Ok(1));
    runs_deferred_callbacks_first("put", get, move || queue.put_timeout(2, LIMIT).is_ok());

    let queue = Arc::new(Queue::new());
    queue.put(1).unwrap();
    let same = Arc::clone(&queue);
    let done = move || {
        same.get().unwrap();
        same.task_done().unwrap();
    };
    runs_deferred_callbacks_first("Queue::join", done, move || queue.join_timeout(LIMIT));

    let queue = Arc::new(SimpleQueue::new());
    let same = Arc::clone(&queue);
    let put = move || same.put(7);
    runs_deferred_callbacks_first("SimpleQueue", put, move || queue.get_timeout(LIMIT).is_ok());
}
