//! `futures::ThreadPoolExecutor` where the system has no threads to give.

use crate::support::{alone, busy, until_shows};
use common::futures::{FutureError, Rejected, Shutdown, ThreadPoolExecutor};
use common::threading::{Barrier, Event, StartError, current_thread, set_spawner};
use std::io;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

#[test]
fn refused_first_worker_hands_the_task_back() {
    alone(|| {
        set_spawner(|_, _| Err(io::Error::other("enough")));
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
        set_spawner(|_, main| std::thread::Builder::new().spawn(main).map(drop));
        let name = executor.submit(|| current_thread().name()).unwrap();
        assert!(name.result().unwrap().ends_with("_0"));
    });
}

#[test]
fn refused_worker_leaves_the_task_to_the_live_ones() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(2);
        let first = busy(&executor);
        set_spawner(|_, _| Err(io::Error::other("enough")));
        let second = executor.submit(|| 7).unwrap();
        until_shows(&executor, "workers: 1, idle: 0, waiting_tasks: 1,");
        first.let_go();
        assert_eq!(second.result().unwrap(), &7);
        executor.shutdown().unwrap();
    });
}

/// A spawner that says that it was asked, and refuses when it is told to.
fn refuse_slowly() -> (mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (asked, is_asked) = mpsc::channel();
    let (refuse, may_refuse) = mpsc::channel::<()>();
    let ends = Mutex::new((asked, may_refuse));
    set_spawner(move |_, _| {
        let (asked, may_refuse) = &*ends.lock().unwrap();
        asked.send(()).unwrap();
        let _ = may_refuse.recv();
        Err(io::Error::other("enough"))
    });
    (is_asked, refuse)
}

#[test]
fn refused_worker_is_replaced_by_an_idle_one() {
    alone(|| {
        for _ in 0..20 {
            set_spawner(|_, main| std::thread::Builder::new().spawn(main).map(drop));
            let executor = ThreadPoolExecutor::new(2);
            let first = busy(&executor);
            let (is_asked, refuse) = refuse_slowly();
            std::thread::scope(|scope| {
                let second = scope.spawn(|| executor.submit(|| 1).unwrap());
                is_asked.recv().unwrap();
                first.let_go();
                until_shows(&executor, "workers: 2, idle: 2, waiting_tasks: 0,");
                // Time to fall asleep, for then the worker must be woken; it need not have.
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
        let (is_asked, refuse) = refuse_slowly();
        std::thread::scope(|scope| {
            let first = scope.spawn(|| executor.submit(|| 1).map_err(|error| (error.task)()));
            is_asked.recv().unwrap();
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
        let (is_asked, refuse) = refuse_slowly();
        std::thread::scope(|scope| {
            let first = scope.spawn(|| executor.submit(|| ()));
            is_asked.recv().unwrap();
            let shutdown = Shutdown {
                wait: false,
                cancel_futures: true,
            };
            executor.shutdown_with(shutdown).unwrap();
            drop(refuse);
            assert!(first.join().unwrap().is_ok_and(|future| future.cancelled()));
        });
        executor.shutdown().unwrap();
    });
}

#[test]
fn refused_workers_leave_no_task_without_an_outcome() {
    alone(|| {
        set_spawner(|_, _| Err(io::Error::other("enough")));
        let executor = ThreadPoolExecutor::new(1);
        for _ in 0..1_000 {
            crate::support::on_threads(2, |_| match executor.submit(|| ()) {
                Ok(future) => assert!(matches!(future.result(), Err(FutureError::Failed(_)))),
                Err(error) => (error.task)(),
            });
        }
        executor.shutdown().unwrap();
    });
}

/// Only a test that fails waits as long.
const LIMIT: Duration = Duration::from_secs(10);

fn refuse() {
    set_spawner(|_, _| Err(io::Error::other("enough")));
}

fn allow() {
    set_spawner(|_, main| std::thread::Builder::new().spawn(main).map(drop));
}

#[test]
fn submit_after_a_refusal_spawns_a_worker_for_each_waiting_task() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(6);
        let first = busy(&executor);
        refuse();
        let barrier = Arc::new(Barrier::new(3));
        let meet = || {
            let barrier = Arc::clone(&barrier);
            executor
                .submit(move || barrier.wait_timeout(LIMIT).is_ok())
                .unwrap()
        };
        let refused = [meet(), meet()];
        until_shows(&executor, "workers: 1, idle: 0, waiting_tasks: 2,");
        allow();
        let third = meet();
        let shown = format!("{executor:?}");
        assert!(shown.contains("workers: 4,"), "{shown}");
        assert!(
            refused
                .iter()
                .chain([&third])
                .all(|future| matches!(future.result(), Ok(true)))
        );
        first.let_go();
    });
}

#[test]
fn submit_after_a_refusal_spawns_no_worker_for_a_cancelled_task() {
    static HOLD: Event = Event::new();
    alone(|| {
        let executor = ThreadPoolExecutor::new(6);
        let _first = busy(&executor);
        refuse();
        // They block, so that no worker is idle when the next one is submitted.
        let refused = [(); 3].map(|()| executor.submit(|| HOLD.wait()).unwrap());
        assert!(refused[0].cancel() && refused[2].cancel());
        let shown = format!("{executor:?}");
        assert!(shown.contains("waiting_tasks: 1,"), "{shown}");
        allow();
        executor.submit(|| HOLD.wait()).unwrap();
        let shown = format!("{executor:?}");
        assert!(shown.contains("workers: 3,"), "{shown}");
        HOLD.set();
    });
}
