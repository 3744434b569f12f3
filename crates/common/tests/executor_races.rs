//! `futures::ThreadPoolExecutor`: shutting down while others submit, work and cancel.

mod support;

use common::futures::{FutureError, Shutdown, ThreadPoolExecutor};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, Barrier};

const CANCEL: Shutdown = Shutdown {
    wait: false,
    cancel_futures: true,
};
const LEAVE: Shutdown = Shutdown {
    wait: false,
    cancel_futures: false,
};

#[test]
fn cancel_of_all_pending_under_way_leaves_every_future_with_exactly_one_end() {
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
        support::on_threads(2, |number| {
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
fn what_is_accepted_while_others_shut_down_is_done() {
    for round in 0..200 {
        let executor = ThreadPoolExecutor::new(2);
        let start = Barrier::new(3);
        support::on_threads(3, |number| {
            start.wait();
            if number == 0 {
                executor
                    .shutdown_with(if round % 2 == 0 { LEAVE } else { CANCEL })
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
fn nothing_is_done_after_a_waiting_shutdown() {
    for _ in 0..300 {
        let executor = ThreadPoolExecutor::new(2);
        let is_over = Arc::new(AtomicBool::new(false));
        let start = Barrier::new(2);
        support::on_threads(2, |number| {
            start.wait();
            if number == 0 {
                executor.shutdown().unwrap();
                is_over.store(true, SeqCst);
                return;
            }
            let is_over = Arc::clone(&is_over);
            // Taken or refused; but if it was taken, the shutdown has waited for it.
            if let Ok(future) = executor.submit(move || is_over.load(SeqCst)) {
                assert!(!future.result().unwrap());
            }
        });
    }
}
