//! `futures::ThreadPoolExecutor`: shutdown that races with submit, the workers and cancel.

use crate::support::{CANCEL, CANCEL_AND_WAIT, NO_WAIT, on_threads};
use common::futures::{Future, FutureError, ThreadPoolExecutor};
use common::threading::{Thread, enumerate};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, Barrier, mpsc};

#[test]
fn cancel_of_all_while_shutting_down_completes_each_future_once() {
    for _ in 0..5 {
        let executor = ThreadPoolExecutor::new(3);
        let calls = Arc::new(AtomicUsize::new(0));
        let futures: Vec<_> = (0..2_000_usize)
            .map(|n| {
                let calls = Arc::clone(&calls);
                let task = move || {
                    calls.fetch_add(1, Relaxed);
                    assert!(n % 3 != 0, "every third fails");
                    n
                };
                executor.submit(task).unwrap()
            })
            .collect();
        on_threads(2, |number| {
            if number == 0 {
                executor.shutdown_with(CANCEL).unwrap();
            } else {
                futures.iter().rev().for_each(|future| {
                    future.cancel();
                });
            }
        });
        let mut called = 0;
        for (n, future) in futures.iter().enumerate() {
            match future.result() {
                Ok(result) => assert!(*result == n && n % 3 != 0),
                Err(FutureError::Panicked(_)) => assert_eq!(n % 3, 0),
                Err(error) => assert!(matches!(error, FutureError::Cancelled)),
            }
            assert_eq!(
                future.cancelled(),
                matches!(future.result(), Err(FutureError::Cancelled))
            );
            called += usize::from(!future.cancelled());
        }
        executor.shutdown().unwrap();
        assert_eq!(called, calls.load(Relaxed));
    }
}

#[test]
fn submit_during_a_shutdown_is_done_or_rejected() {
    for round in 0..200 {
        let executor = ThreadPoolExecutor::new(2);
        let start = Barrier::new(3);
        on_threads(3, |number| {
            start.wait();
            if number == 0 {
                executor
                    .shutdown_with(if round % 2 == 0 { NO_WAIT } else { CANCEL })
                    .unwrap();
                return;
            }
            while let Ok(future) = executor.submit(move || number) {
                let answer = future.result();
                assert!(answer.is_ok_and(|n| *n == number) || future.cancelled());
            }
        });
    }
}

#[test]
fn shutdown_with_wait_leaves_no_task_running() {
    for _ in 0..300 {
        let executor = ThreadPoolExecutor::new(2);
        let is_over = Arc::new(AtomicBool::new(false));
        let start = Barrier::new(2);
        on_threads(2, |number| {
            start.wait();
            if number == 0 {
                executor.shutdown().unwrap();
                is_over.store(true, SeqCst);
                return;
            }
            let is_over = Arc::clone(&is_over);
            // If the task is accepted, the shutdown waits for it.
            if let Ok(future) = executor.submit(move || is_over.load(SeqCst)) {
                assert!(!future.result().unwrap());
            }
        });
    }
}

/// Eight threads submit, each task with a callback, while a ninth shuts down and waits.
#[test]
fn submit_by_eight_threads_during_a_shutdown_completes_each_task_once() {
    for round in 0..1_000 {
        let prefix = format!("round-{round}");
        let builder = ThreadPoolExecutor::builder().max_workers(2);
        let executor = builder.thread_name_prefix(&prefix).build().unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let accepted = AtomicUsize::new(0);
        let (ended, ends) = mpsc::channel();
        let start = Barrier::new(9);
        on_threads(9, |number| {
            start.wait();
            if number == 8 {
                return executor.shutdown_with(CANCEL_AND_WAIT).unwrap();
            }
            let task = || {
                let calls = Arc::clone(&calls);
                move || calls.fetch_add(1, Relaxed)
            };
            for _ in 0..20 {
                let Ok(future) = executor.submit(task()) else {
                    return;
                };
                accepted.fetch_add(1, Relaxed);
                let ended = ended.clone();
                future.add_done_callback(move |future| ended.send(future).unwrap());
            }
        });
        // The workers have ended: no thread can complete a future any more.
        drop(ended);
        let prefix = format!("{prefix}_");
        let is_left = |thread: &Thread| thread.name().starts_with(&prefix);
        assert!(!enumerate().iter().any(is_left), "in round {round}");
        let ended: Vec<_> = ends.try_iter().collect();
        assert_eq!(ends.try_recv(), Err(mpsc::TryRecvError::Disconnected));
        let different: HashSet<_> = ended.iter().collect();
        assert_eq!(different.len(), ended.len(), "in round {round}");
        assert_eq!(ended.len(), accepted.into_inner(), "in round {round}");
        let finished = ended.iter().filter(|future| future.result().is_ok());
        assert_eq!(finished.count(), calls.load(Relaxed), "in round {round}");
        assert!(ended.iter().all(Future::done));
    }
}
