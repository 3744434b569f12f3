//! `futures::ThreadPoolExecutor` when the system refuses threads.

use crate::support::{
    CANCEL, LIMIT, allow_threads, alone, busy, on_threads, refuse_threads, until_shows,
};
use common::futures::{FutureError, Rejected, ThreadPoolExecutor};
use common::threading::{Barrier, Event, StartError, current_thread, set_spawner};
use std::io;
use std::sync::{Arc, Mutex, mpsc};

#[test]
fn refused_first_worker_hands_the_task_back() {
    alone(|| {
        refuse_threads();
        let executor = ThreadPoolExecutor::new(2);
        for _ in 0..2 {
            let error = executor.submit(|| 7).unwrap_err();
            assert!(matches!(
                error.reason,
                Rejected::NoThread(StartError::Refused(_))
            ));
            assert_eq!((error.task)(), 7);
        }
        until_shows(&executor, "workers: 0, idle: 0, waiting_tasks: 0,");
        allow_threads();
        let name = executor.submit(|| current_thread().name()).unwrap();
        assert!(name.result().unwrap().ends_with("_0"));
    });
}

#[test]
fn refused_worker_leaves_the_task_to_the_running_workers() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(2);
        let first = busy(&executor);
        refuse_threads();
        let second = executor.submit(|| 7).unwrap();
        until_shows(&executor, "workers: 1, idle: 0, waiting_tasks: 1,");
        first.release();
        assert_eq!(second.result().unwrap(), &7);
        executor.shutdown().unwrap();
    });
}

/// From now on the spawner sends a message when it is called, and refuses when it receives one.
fn refuse_slowly() -> (mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (called, is_called) = mpsc::channel();
    let (refuse, may_refuse) = mpsc::channel::<()>();
    let channels = Mutex::new((called, may_refuse));
    set_spawner(move |_, _| {
        let (called, may_refuse) = &*channels.lock().unwrap();
        called.send(()).unwrap();
        let _ = may_refuse.recv();
        Err(io::Error::other("enough"))
    });
    (is_called, refuse)
}

#[test]
fn refused_worker_is_replaced_by_an_idle_one() {
    alone(|| {
        for _ in 0..20 {
            allow_threads();
            let executor = ThreadPoolExecutor::new(2);
            let first = busy(&executor);
            let (is_called, refuse) = refuse_slowly();
            std::thread::scope(|scope| {
                let second = scope.spawn(|| executor.submit(|| 1).unwrap());
                is_called.recv().unwrap();
                first.release();
                until_shows(&executor, "workers: 2, idle: 2, waiting_tasks: 0,");
                // Time for the worker to block, most likely: a blocked worker must be woken.
                (0..1_000).for_each(|_| std::thread::yield_now());
                let third = executor.submit(|| 2).unwrap();
                drop(refuse);
                assert_eq!(*second.join().unwrap().result().unwrap(), 1);
                assert_eq!(*third.result().unwrap(), 2);
            });
        }
    });
}

#[test]
fn refused_first_worker_fails_the_tasks_that_relied_on_it() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(1);
        let (is_called, refuse) = refuse_slowly();
        std::thread::scope(|scope| {
            let first = scope.spawn(|| executor.submit(|| 1).map_err(|error| (error.task)()));
            is_called.recv().unwrap();
            let second = executor.submit(|| 2).unwrap();
            let third = executor.submit(|| 3).unwrap();
            assert!(third.cancel());
            drop(refuse);
            assert_eq!(first.join().unwrap().unwrap_err(), 1);
            assert!(matches!(second.result(), Err(FutureError::Failed(_))));
            assert!(matches!(third.result(), Err(FutureError::Cancelled)));
        });
        until_shows(&executor, "workers: 0, idle: 0, waiting_tasks: 0,");
        executor.shutdown().unwrap();
    });
}

#[test]
fn refused_worker_of_a_cancelled_task_leaves_it_cancelled() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(1);
        let (is_called, refuse) = refuse_slowly();
        std::thread::scope(|scope| {
            let first = scope.spawn(|| executor.submit(|| ()));
            is_called.recv().unwrap();
            executor.shutdown_with(CANCEL).unwrap();
            drop(refuse);
            assert!(first.join().unwrap().is_ok_and(|future| future.cancelled()));
        });
        executor.shutdown().unwrap();
    });
}

#[test]
fn refused_workers_leave_no_task_without_an_outcome() {
    alone(|| {
        refuse_threads();
        let executor = ThreadPoolExecutor::new(1);
        for _ in 0..1_000 {
            on_threads(2, |_| match executor.submit(|| ()) {
                Ok(future) => assert!(matches!(future.result(), Err(FutureError::Failed(_)))),
                Err(error) => (error.task)(),
            });
        }
        executor.shutdown().unwrap();
    });
}

#[test]
fn submit_after_a_refusal_spawns_a_worker_for_each_waiting_task() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(6);
        let first = busy(&executor);
        refuse_threads();
        let barrier = Arc::new(Barrier::new(3));
        let meet = || {
            let barrier = Arc::clone(&barrier);
            executor
                .submit(move || barrier.wait_timeout(LIMIT).is_ok())
                .unwrap()
        };
        let refused = [meet(), meet()];
        until_shows(&executor, "workers: 1, idle: 0, waiting_tasks: 2,");
        allow_threads();
        let third = meet();
        let shown = format!("{executor:?}");
        assert!(shown.contains("workers: 4,"), "{shown}");
        assert!(
            refused
                .iter()
                .chain([&third])
                .all(|future| matches!(future.result(), Ok(true)))
        );
        first.release();
    });
}

#[test]
fn submit_after_a_refusal_spawns_no_worker_for_a_cancelled_task() {
    static HOLD: Event = Event::new();
    alone(|| {
        let executor = ThreadPoolExecutor::new(6);
        let _first = busy(&executor);
        refuse_threads();
        // These tasks block, so that no worker is idle when the next task is submitted.
        let refused = [(); 3].map(|()| executor.submit(|| HOLD.wait()).unwrap());
        assert!(refused[0].cancel() && refused[2].cancel());
        let shown = format!("{executor:?}");
        assert!(shown.contains("waiting_tasks: 1,"), "{shown}");
        allow_threads();
        executor.submit(|| HOLD.wait()).unwrap();
        let shown = format!("{executor:?}");
        assert!(shown.contains("workers: 3,"), "{shown}");
        HOLD.set();
    });
}
