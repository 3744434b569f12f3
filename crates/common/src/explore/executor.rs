//! The executor.

use super::{finds, run};
use crate::futures::{Future, FutureError, Promise, Shutdown, ThreadPoolExecutor};
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::sync::{Arc, REFUSE_SPAWN};
use shuttle::thread;

/// Two threads submit to two workers: every task is done, and dropping the executor waits for that.
fn submit_by_two_threads() {
    let executor = Arc::new(ThreadPoolExecutor::new(2));
    let other = thread::spawn({
        let executor = Arc::clone(&executor);
        move || [1, 2].map(|n| executor.submit(move || n).unwrap())
    });
    let futures = [3, 4].map(|n| executor.submit(move || n).unwrap());
    let futures: Vec<_> = other.join().unwrap().into_iter().chain(futures).collect();
    drop(executor);
    assert!(futures.iter().all(Future::done));
    let sum: i32 = futures.iter().map(|future| *future.result().unwrap()).sum();
    assert_eq!(sum, 10);
}

/// A callback waits for a task that is submitted while it runs: another worker must take the task.
fn callback_that_waits_for_another_task() {
    let executor = Arc::new(ThreadPoolExecutor::new(2));
    let first = executor.submit(|| 1).unwrap();
    let again = Arc::clone(&executor);
    let (done, callback_done) = Promise::new();
    first.add_done_callback(move |_| {
        let second = again.submit(|| 2).unwrap();
        done.set_result(*second.result().unwrap()).unwrap();
    });
    assert_eq!(callback_done.result().unwrap(), &2);
}

/// A shutdown that cancels races with a submit and with the worker: each task is done, cancelled or
/// rejected, and the shutdown returns.
fn shutdown_that_races_with_submit() {
    let executor = Arc::new(ThreadPoolExecutor::new(1));
    let closer = thread::spawn({
        let executor = Arc::clone(&executor);
        move || {
            let (wait, cancel_futures) = (true, true);
            executor
                .shutdown_with(Shutdown {
                    wait,
                    cancel_futures,
                })
                .unwrap();
        }
    });
    let futures: Vec<_> = (0..3)
        .filter_map(|n| executor.submit(move || n).ok())
        .collect();
    closer.join().unwrap();
    assert!(futures.iter().all(Future::done));
    // No worker is left, whether submit or shutdown was the last call.
    assert!(format!("{executor:?}").contains("workers: 0"));
}

/// A cancel races with the worker: the call is made, or it is cancelled.
fn cancel_that_races_with_the_worker() {
    let executor = ThreadPoolExecutor::new(1);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let call = move || counter.fetch_add(1, Relaxed);
    let future = executor.submit(call).unwrap();
    let canceller = thread::spawn({
        let future = future.clone();
        move || future.cancel()
    });
    let was_made = future.result().is_ok();
    assert_eq!(canceller.join().unwrap(), !was_made);
    drop(executor);
    assert_eq!(calls.load(Relaxed), usize::from(was_made));
}

/// Of two workers the second cannot be initialized, during a submit: each task is done, failed or
/// rejected, and the shutdown returns.
fn pool_that_breaks_during_submit() {
    let workers = AtomicUsize::new(0);
    let first_only = move || match workers.fetch_add(1, Relaxed) {
        0 => Ok(()),
        _ => Err("no second"),
    };
    let builder = ThreadPoolExecutor::builder().max_workers(2);
    let executor = builder.try_initializer(first_only).build().unwrap();
    let submit = |n| executor.submit(move || n).ok();
    let futures: Vec<_> = (0..3).filter_map(submit).collect();
    for (n, future) in futures.iter().enumerate() {
        match future.result() {
            Ok(result) => assert_eq!(*result, n),
            Err(error) => assert!(matches!(error, FutureError::BrokenPool)),
        }
    }
    executor.shutdown().unwrap();
    assert!(format!("{executor:?}").contains("workers: 0"));
}

/// The iterator of a `map` is dropped while its calls are made: the cancelled ones are not made.
fn map_dropped_during_its_calls() {
    let executor = ThreadPoolExecutor::new(1);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let call = move |n: usize| counter.fetch_add(1, Relaxed) + n;
    let mut results = executor.map_buffered(call, 0.., 2).unwrap();
    assert_eq!(results.next().unwrap().unwrap(), 0);
    assert_eq!(results.next().unwrap().unwrap(), 2);
    drop(results);
    executor.shutdown().unwrap();
    assert!((2..=4).contains(&calls.load(Relaxed)));
}

/// Calls its closure when it is dropped.
struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// An executor whose only worker is busy until the promise is set.
fn busy() -> (ThreadPoolExecutor, Promise<()>) {
    let executor = ThreadPoolExecutor::new(1);
    let (release, held) = Promise::new();
    executor.submit(move || held.result().is_ok()).unwrap();
    (executor, release)
}

/// A task is cancelled whose drop blocks until a thread that waits for it has returned.
fn cancel_of_a_call_that_waits_for_a_waiter() {
    let (executor, release) = busy();
    let (woken, is_woken) = Promise::new();
    let owned = OnDrop(move || assert!(is_woken.result().is_ok()));
    let future = executor.submit(move || drop(owned)).unwrap();
    let waiter = thread::spawn({
        let future = future.clone();
        move || {
            assert!(matches!(future.result(), Err(FutureError::Cancelled)));
            woken.set_result(()).unwrap();
        }
    });
    assert!(future.cancel());
    waiter.join().unwrap();
    release.set_result(()).unwrap();
}

/// Two of three tasks are cancelled while the worker takes them: none of these waits, and the third is done.
fn cancel_that_races_with_take() {
    let (executor, release) = busy();
    let futures: Vec<_> = (0..3)
        .map(|n| executor.submit(move || n).unwrap())
        .collect();
    let canceller = thread::spawn({
        let futures = futures.clone();
        move || [0, 2].map(|n: usize| futures[n].cancel())
    });
    release.set_result(()).unwrap();
    assert_eq!(*futures[1].result().unwrap(), 1);
    let cancelled = canceller.join().unwrap();
    executor.shutdown().unwrap();
    for (n, was_cancelled) in [(0, cancelled[0]), (2, cancelled[1])] {
        assert!(futures[n].done());
        assert_eq!(futures[n].cancelled(), was_cancelled);
    }
    assert!(format!("{executor:?}").contains("workers: 0, idle: 0, waiting_tasks: 0,"));
}

/// The system refuses the worker of the second task, and none after that. The second and the third task wait for each
/// other, and the first for both.
fn submit_after_a_refused_spawn() {
    REFUSE_SPAWN.set(false);
    let executor = ThreadPoolExecutor::new(3);
    let (release, held) = Promise::new();
    executor.submit(move || held.result().is_ok()).unwrap();
    let [(begin_second, second_begun), (begin_third, third_begun)] =
        [(); 2].map(|()| Promise::new());
    let meet = |begun: Promise<()>, other: Future<()>| {
        let task = move || begun.set_result(()).is_ok() && other.result().is_ok();
        executor.submit(task).unwrap()
    };
    REFUSE_SPAWN.set(true);
    let second = meet(begin_second, third_begun);
    REFUSE_SPAWN.set(false);
    let third = meet(begin_third, second_begun);
    assert!(*second.result().unwrap() && *third.result().unwrap());
    release.set_result(()).unwrap();
}

#[test]
fn submit_loses_no_task() {
    run(submit_by_two_threads);
}

#[test]
fn submit_finds_a_lost_wakeup() {
    finds(Fault::LostWakeup, submit_by_two_threads);
}

#[test]
fn callback_that_blocks_leaves_tasks_to_other_workers() {
    run(callback_that_waits_for_another_task);
}

#[test]
fn callback_that_blocks_finds_a_worker_that_still_counts_as_idle() {
    finds(Fault::StillIdle, callback_that_waits_for_another_task);
}

#[test]
fn shutdown_completes_every_task() {
    run(shutdown_that_races_with_submit);
}

#[test]
fn shutdown_finds_a_worker_that_is_spawned_too_late() {
    finds(Fault::SpawnedTooLate, shutdown_that_races_with_submit);
}

#[test]
fn cancel_and_the_worker_agree() {
    run(cancel_that_races_with_the_worker);
}

#[test]
fn cancel_finds_a_phase_that_changes_in_two_steps() {
    finds(Fault::TwoSteps, cancel_that_races_with_the_worker);
}

#[test]
fn cancel_wakes_waiters_before_it_drops_the_call() {
    run(cancel_of_a_call_that_waits_for_a_waiter);
}

#[test]
fn cancel_finds_a_call_that_is_dropped_before_the_wakeup() {
    finds(
        Fault::CallDroppedBeforeWakeup,
        cancel_of_a_call_that_waits_for_a_waiter,
    );
}

#[test]
fn cancel_removes_the_task_from_the_queue() {
    run(cancel_that_races_with_take);
}

#[test]
fn cancel_finds_a_task_that_still_waits() {
    finds(Fault::CancelledStillWaits, cancel_that_races_with_take);
}

#[test]
fn submit_spawns_for_the_tasks_of_a_refused_worker() {
    run(submit_after_a_refused_spawn);
}

#[test]
fn submit_finds_one_worker_short() {
    finds(Fault::OneWorkerShort, submit_after_a_refused_spawn);
}

#[test]
fn pool_that_breaks_completes_every_task() {
    run(pool_that_breaks_during_submit);
}

#[test]
fn map_may_be_dropped() {
    run(map_dropped_during_its_calls);
}
