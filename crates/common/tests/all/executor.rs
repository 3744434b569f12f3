//! `futures::ThreadPoolExecutor`: its threads and its tasks.

use crate::support::{OnDrop, busy, submit_numbers, until_shows};
use common::futures::{FutureError, NoWorkersError, ThreadPoolExecutor};
use common::threading::{current_thread, get_ident};
use std::collections::HashSet;
use std::panic::panic_any;
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn submit_of_ten_thousand_tasks_uses_at_most_max_workers_threads() {
    let executor = ThreadPoolExecutor::new(4);
    let submit = |n: u32| executor.submit(move || (n, get_ident())).unwrap();
    let futures: Vec<_> = (0..10_000).map(submit).collect();
    let results: Vec<_> = futures
        .iter()
        .map(|future| *future.result().unwrap())
        .collect();
    assert!(results.iter().map(|(n, _)| *n).eq(0..10_000));
    let threads: HashSet<u64> = results.iter().map(|(_, thread)| *thread).collect();
    assert!(threads.len() <= 4, "{threads:?}");
}

#[test]
fn submit_one_after_the_other_uses_one_worker() {
    for repetition in 0..1000 {
        let executor = ThreadPoolExecutor::new(5);
        for _ in 0..3 {
            executor.submit(|| ()).unwrap().result().unwrap();
        }
        let shown = format!("{executor:?}");
        assert!(
            shown.contains("workers: 1,"),
            "{shown} in repetition {repetition}"
        );
    }
}

#[test]
fn submit_spawns_a_worker_only_when_none_is_idle() {
    let executor = ThreadPoolExecutor::new(3);
    until_shows(&executor, "workers: 0,");
    let mut all_busy = Vec::new();
    for count in 1..=3 {
        all_busy.push(busy(&executor));
        until_shows(&executor, &format!("workers: {count}, idle: 0,"));
    }
    let waiting = executor.submit(|| ()).unwrap();
    until_shows(&executor, "workers: 3, idle: 0, waiting_tasks: 1,");
    drop(all_busy);
    waiting.result().unwrap();
    until_shows(&executor, "workers: 3, idle: 3, waiting_tasks: 0,");
}

#[test]
fn workers_run_at_the_same_time() {
    let executor = ThreadPoolExecutor::new(4);
    for _ in 0..200 {
        // No task returns before all four run.
        let barrier = Arc::new(Barrier::new(4));
        let meet = || {
            let barrier = Arc::clone(&barrier);
            executor.submit(move || barrier.wait().is_leader()).unwrap()
        };
        let futures = [meet(), meet(), meet(), meet()];
        let led = futures.iter().filter(|future| *future.result().unwrap());
        assert_eq!(led.count(), 1);
    }
}

#[test]
fn workers_are_named_by_the_prefix_and_non_daemonic() {
    let builder = ThreadPoolExecutor::builder()
        .max_workers(2)
        .thread_name_prefix("fetch");
    let executor = builder.build().unwrap();
    let first = busy(&executor);
    let seen = executor
        .submit(|| (current_thread().name(), current_thread().daemon()))
        .unwrap();
    let (name, daemon) = seen.result().unwrap();
    assert_eq!((&**name, *daemon), ("fetch_1", false));
    first.release();
}

#[test]
fn worker_spawned_by_a_daemon_is_non_daemonic() {
    let is_daemon = thread::spawn(|| {
        // A thread started by std counts as a daemon.
        assert!(current_thread().daemon());
        let executor = ThreadPoolExecutor::new(1);
        *executor
            .submit(|| current_thread().daemon())
            .unwrap()
            .result()
            .unwrap()
    });
    assert!(!is_daemon.join().unwrap());
}

#[test]
fn executors_without_a_prefix_are_numbered() {
    let number = |executor: &ThreadPoolExecutor| -> usize {
        let name = executor.submit(|| current_thread().name()).unwrap();
        let name = name.result().unwrap();
        let rest = name.strip_prefix("ThreadPoolExecutor-").unwrap();
        rest.strip_suffix("_0").unwrap().parse().unwrap()
    };
    let [first, second] = [1, 1].map(ThreadPoolExecutor::new);
    assert!(number(&first) < number(&second));
}

#[test]
fn max_workers_defaults_to_processors_plus_four_and_at_most_32() {
    let processors = thread::available_parallelism().unwrap().get();
    let executor = ThreadPoolExecutor::builder().build().unwrap();
    until_shows(
        &executor,
        &format!("max_workers: {},", (processors + 4).min(32)),
    );
}

#[test]
fn build_without_workers_is_an_error() {
    let error = ThreadPoolExecutor::builder()
        .max_workers(0)
        .build()
        .unwrap_err();
    assert_eq!(error, NoWorkersError);
    assert_eq!(error.to_string(), "max_workers must be greater than 0");
    let panic = std::panic::catch_unwind(|| ThreadPoolExecutor::new(0)).unwrap_err();
    assert_eq!(
        panic.downcast_ref::<String>().unwrap(),
        "max_workers must be greater than 0"
    );
}

#[test]
fn panic_of_a_task_goes_into_its_future_and_the_worker_lives_on() {
    let executor = ThreadPoolExecutor::new(1);
    let worker = *executor.submit(get_ident).unwrap().result().unwrap();
    for _ in 0..100 {
        let future = executor.submit(|| -> () { panic!("oh") }).unwrap();
        assert!(matches!(future.result(), Err(FutureError::Panicked(_))));
    }
    assert_eq!(
        executor.submit(get_ident).unwrap().result().unwrap(),
        &worker
    );
}

#[test]
fn panic_payload_of_a_task_may_panic_when_dropped() {
    let executor = ThreadPoolExecutor::new(1);
    let future = executor
        .submit(|| -> () { panic_any(OnDrop(|| panic!("dropped"))) })
        .unwrap();
    assert!(matches!(future.result(), Err(FutureError::Panicked(_))));
    assert_eq!(executor.submit(|| 7).unwrap().result().unwrap(), &7);
}

#[test]
fn task_is_dropped_before_its_result_is_visible() {
    let executor = ThreadPoolExecutor::new(2);
    for panics in [false, true] {
        let held = Arc::new(());
        let captured = Arc::clone(&held);
        let task = move || assert!(Arc::strong_count(&captured) == 0 || !panics);
        assert_eq!(executor.submit(task).unwrap().result().is_err(), panics);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}

#[test]
fn result_without_a_holder_is_dropped_before_the_worker_waits() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let (dropped, drops) = mpsc::channel();
    let result = OnDrop(move || dropped.send(get_ident()).unwrap());
    drop(executor.submit(move || Mutex::new(result)).unwrap());
    first.release();
    let worker = *executor.submit(get_ident).unwrap().result().unwrap();
    assert_eq!(drops.try_recv().unwrap(), worker);
}

#[test]
fn result_without_a_holder_may_panic_when_dropped() {
    let executor = ThreadPoolExecutor::new(1);
    for _ in 0..10 {
        let first = busy(&executor);
        drop(executor.submit(|| OnDrop(|| panic!("dropped"))).unwrap());
        first.release();
        assert_eq!(executor.submit(|| 7).unwrap().result().unwrap(), &7);
    }
    until_shows(&executor, "workers: 1, idle: 1,");
}

#[test]
fn result_without_a_holder_may_block_when_dropped() {
    let executor = ThreadPoolExecutor::new(2);
    executor.submit(|| ()).unwrap().result().unwrap();
    let (release, released) = mpsc::channel();
    let (begun, has_begun) = mpsc::channel();
    let (unblock, blocked) = mpsc::channel();
    let result = Mutex::new(OnDrop(move || {
        begun.send(()).unwrap();
        blocked.recv().unwrap();
    }));
    let task = move || {
        released.recv().unwrap();
        result
    };
    drop(executor.submit(task).unwrap());
    release.send(()).unwrap();
    has_begun.recv().unwrap();
    executor.submit(move || unblock.send(()).unwrap()).unwrap();
}

#[test]
fn task_may_submit_another_and_wait_for_it() {
    let executor = Arc::new(ThreadPoolExecutor::new(2));
    let inner = Arc::clone(&executor);
    let outer = executor
        .submit(move || *inner.submit(|| 7).unwrap().result().unwrap())
        .unwrap();
    assert_eq!(outer.result().unwrap(), &7);
}

#[test]
fn tasks_run_in_the_order_of_their_submission() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let (ran, order) = mpsc::channel();
    for number in 0..100 {
        let ran = ran.clone();
        executor.submit(move || ran.send(number).unwrap()).unwrap();
    }
    first.release();
    drop((executor, ran));
    assert!(order.iter().eq(0..100));
}

#[test]
fn max_workers_returns_the_setting() {
    assert_eq!(ThreadPoolExecutor::new(3).max_workers(), 3);
}

#[test]
fn cancel_removes_the_task_from_the_waiting_ones() {
    let executor = ThreadPoolExecutor::new(1);
    let first = busy(&executor);
    let waiting = submit_numbers(&executor, 3);
    for left in [2, 1, 0] {
        assert!(waiting[left].cancel() && waiting[left].cancel());
        let shown = format!("{executor:?}");
        assert!(
            shown.contains(&format!("waiting_tasks: {left},")),
            "{shown}"
        );
    }
    first.release();
    executor.shutdown().unwrap();
}

#[test]
fn new_takes_the_same_time_with_many_executors() {
    const FEW: usize = 1_000;
    const TIMES: usize = 20;
    let time = |count| {
        let start = Instant::now();
        let executors: Vec<_> = (0..count).map(|_| ThreadPoolExecutor::new(1)).collect();
        let took = start.elapsed();
        drop(executors);
        took
    };
    // A search through all executors would take up to 400 times as long for 20 times as many.
    let (mut few, mut many) = (Duration::MAX, Duration::MAX);
    for _ in 0..50 {
        few = few.min(time(FEW));
        many = many.min(time(TIMES * FEW));
        if many.div_duration_f64(few) <= 3.0 * 20.0 {
            return;
        }
    }
    panic!("{FEW} executors: {few:?}, {TIMES} times as many: {many:?}");
}
