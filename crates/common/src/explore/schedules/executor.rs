//! The executor.

use super::{explore, spawn};
use crate::futures::{Future, FutureError, Promise, Shutdown, ThreadPoolExecutor};
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::sync::{Arc, REFUSE_SPAWN};
use shuttle::rand::{Rng, thread_rng};

/// Two threads submit to two workers: every task is done, and dropping the executor waits for that.
#[test]
fn submit_loses_no_task() {
    explore(&[Fault::LostWakeup], || {
        let executor = Arc::new(ThreadPoolExecutor::new(2));
        let submit = |executor: &ThreadPoolExecutor, numbers: [i32; 2]| {
            numbers.map(|n| executor.submit(move || n).unwrap())
        };
        let other = spawn(&executor, move |executor| submit(executor, [1, 2]));
        let futures = submit(&executor, [3, 4]);
        let futures: Vec<_> = other.join().unwrap().into_iter().chain(futures).collect();
        drop(executor);
        assert!(futures.iter().all(Future::done));
        let sum: i32 = futures.iter().map(|future| *future.result().unwrap()).sum();
        assert_eq!(sum, 10);
    });
}

/// A callback waits for a task that is submitted while it runs: another worker must take the task.
#[test]
fn callback_that_blocks_leaves_tasks_to_other_workers() {
    explore(&[Fault::StillIdle], || {
        let executor = Arc::new(ThreadPoolExecutor::new(2));
        let first = executor.submit(|| 1).unwrap();
        let again = Arc::clone(&executor);
        let (done, callback_done) = Promise::new();
        first.add_done_callback(move |_| {
            let second = again.submit(|| 2).unwrap();
            done.set_result(*second.result().unwrap()).unwrap();
        });
        assert_eq!(callback_done.result().unwrap(), &2);
    });
}

/// A shutdown that cancels races with a submit and with the worker: each task is done, cancelled or rejected, and the
/// shutdown returns.
#[test]
fn shutdown_completes_every_task() {
    explore(&[Fault::SpawnedTooLate], || {
        let executor = Arc::new(ThreadPoolExecutor::new(1));
        let shutdown = Shutdown {
            wait: true,
            cancel_futures: true,
        };
        let closer = spawn(&executor, move |executor| {
            executor.shutdown_with(shutdown).unwrap();
        });
        let futures: Vec<_> = (0..3)
            .filter_map(|n| executor.submit(move || n).ok())
            .collect();
        closer.join().unwrap();
        assert!(futures.iter().all(Future::done));
        // No worker is left, whichever call was the last.
        assert!(format!("{executor:?}").contains("workers: 0"));
    });
}

/// A cancel races with the worker: the call runs, or it is cancelled.
#[test]
fn cancel_and_the_worker_agree() {
    explore(&[Fault::TwoSteps], || {
        let executor = ThreadPoolExecutor::new(1);
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let call = move || counter.fetch_add(1, Relaxed);
        let future = Arc::new(executor.submit(call).unwrap());
        let canceller = spawn(&future, Future::cancel);
        let has_run = future.result().is_ok();
        assert_eq!(canceller.join().unwrap(), !has_run);
        drop(executor);
        assert_eq!(calls.load(Relaxed), usize::from(has_run));
    });
}

/// The initializer of the second of two workers fails during a submit: each task is done, failed or rejected, and the
/// shutdown returns.
#[test]
fn pool_that_breaks_completes_every_task() {
    explore(&[], || {
        let workers = AtomicUsize::new(0);
        let first_only = move || match workers.fetch_add(1, Relaxed) {
            0 => Ok(()),
            _ => Err("only the first worker is initialized"),
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
    });
}

/// The iterator of a `map` is dropped while its calls run: the cancelled calls do not run.
#[test]
fn map_dropped_during_its_calls_cancels_the_rest() {
    explore(&[], || {
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
    });
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
#[test]
fn cancel_wakes_waiters_before_it_drops_the_call() {
    explore(&[Fault::CallDroppedBeforeWakeup], || {
        let (executor, release) = busy();
        let (woken, is_woken) = Promise::new();
        let owned = OnDrop(move || assert!(is_woken.result().is_ok()));
        let future = Arc::new(executor.submit(move || drop(owned)).unwrap());
        let waiter = spawn(&future, move |future| {
            assert!(matches!(future.result(), Err(FutureError::Cancelled)));
            woken.set_result(()).unwrap();
        });
        assert!(future.cancel());
        waiter.join().unwrap();
        release.set_result(()).unwrap();
    });
}

/// A task is cancelled while the worker is busy, and two of three others while the worker takes them: none of them is
/// left in the queue, and the last task is done.
#[test]
fn cancel_removes_the_task_from_the_queue() {
    explore(&[Fault::CancelledStillWaits], || {
        let (executor, release) = busy();
        let first = executor.submit(|| ()).unwrap();
        let futures = Arc::new([0, 1, 2].map(|n| executor.submit(move || n).unwrap()));
        first.cancel();
        // Four tasks at most: the worker may not have taken its own.
        assert!(!format!("{executor:?}").contains("waiting_tasks: 5,"));
        let canceller = spawn(&futures, |futures| [0, 2].map(|n| futures[n].cancel()));
        release.set_result(()).unwrap();
        assert_eq!(*futures[1].result().unwrap(), 1);
        let cancelled = canceller.join().unwrap();
        executor.shutdown().unwrap();
        for (n, was_cancelled) in [(0, cancelled[0]), (2, cancelled[1])] {
            assert!(futures[n].done());
            assert_eq!(futures[n].cancelled(), was_cancelled);
        }
        assert!(format!("{executor:?}").contains("workers: 0, idle: 0, waiting_tasks: 0,"));
    });
}

/// The system refuses the worker of the second task, and none after that. The second and the third task wait for each
/// other, and the first task runs until both are done.
#[test]
fn submit_spawns_for_the_tasks_of_a_refused_worker() {
    explore(&[Fault::OneWorkerShort], || {
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
    });
}

/// Two threads submit tasks that wait for each other, while the workers of the round before become idle: each task gets
/// a worker of its own.
#[test]
fn tasks_that_wait_for_each_other_get_a_worker_each() {
    explore(&[Fault::LostWakeup, Fault::OthersNotWoken], || {
        let executor = Arc::new(ThreadPoolExecutor::new(2));
        for _ in 0..2 {
            let [(one, one_begun), (two, two_begun)] = [(); 2].map(|()| Promise::new());
            let meet = |executor: &ThreadPoolExecutor, begun: Promise<()>, other: Future<()>| {
                let task = move || begun.set_result(()).is_ok() && other.result().is_ok();
                executor.submit(task).unwrap()
            };
            let first = spawn(&executor, move |executor| meet(executor, one, two_begun));
            let second = meet(&executor, two, one_begun);
            assert!(*second.result().unwrap());
            assert!(*first.join().unwrap().result().unwrap());
        }
    });
}

/// The system refuses some of the workers of three threads that submit, one of which cancels its task. No worker is
/// left after the last submit and a shutdown.
#[test]
fn refused_spawn_leaves_no_worker_after_a_shutdown() {
    explore(&[Fault::SpawnedTooLate], || {
        REFUSE_SPAWN.set(true);
        let executor = Arc::new(ThreadPoolExecutor::new(2));
        let submit = |executor: &ThreadPoolExecutor| executor.submit(|| 1).ok();
        let submitter = spawn(&executor, submit);
        let canceller = spawn(&executor, move |executor| {
            REFUSE_SPAWN.set(thread_rng().gen_bool(0.5));
            submit(executor).inspect(|future| _ = future.cancel())
        });
        let closer = spawn(&executor, |executor| executor.shutdown().unwrap());
        REFUSE_SPAWN.set(thread_rng().gen_bool(0.5));
        let mine = submit(&executor);
        let futures = [submitter.join().unwrap(), canceller.join().unwrap(), mine];
        closer.join().unwrap();
        assert!(futures.iter().flatten().all(Future::done));
        assert!(format!("{executor:?}").contains("workers: 0, idle: 0, waiting_tasks: 0,"));
        REFUSE_SPAWN.set(false);
    });
}

/// A callback is added while the future is cancelled: the call is dropped when `cancel` returns.
#[test]
fn cancel_returns_after_the_call_is_dropped() {
    explore(&[], || {
        let (executor, release) = busy();
        let drops = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&drops);
        let owned = OnDrop(move || {
            counter.fetch_add(1, Relaxed);
        });
        let future = Arc::new(executor.submit(move || drop(owned)).unwrap());
        let other = spawn(&future, |future| future.add_done_callback(|_| ()));
        assert!(future.cancel());
        assert_eq!(drops.load(Relaxed), 1);
        other.join().unwrap();
        release.set_result(()).unwrap();
    });
}
