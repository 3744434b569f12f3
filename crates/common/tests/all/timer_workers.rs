//! The workers that serve timers: their end with `run`, and a host that drops them. Each test runs in its
//! own process.

use crate::support::{
    DEPTH, LONG, SHORT, allow_threads, alone, at_thread_exit, nested, running_timer, until,
};
use common::threading::{JoinError, Thread, ThreadEntry, Timer, main_thread, run, set_spawner};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

/// Less time than idle workers wait before they exit.
const SOON: Duration = Duration::from_secs(2);

/// The number of system threads with a worker's name.
#[cfg(target_os = "linux")]
fn workers() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name == "Timer\n").count()
}

/// The system lists a thread a moment longer than it can be joined.
#[cfg(target_os = "linux")]
fn workers_become(count: usize) -> bool {
    let start = Instant::now();
    until(|| workers() == count || start.elapsed() > SOON);
    workers() == count
}

#[cfg(not(target_os = "linux"))]
fn workers_become(_: usize) -> bool {
    true
}

/// Timers whose functions run at the same time, each on a worker.
fn start_together(count: usize) {
    let (hold, held) = mpsc::channel::<()>();
    let held = std::sync::Arc::new(Mutex::new(held));
    let begun = std::sync::Arc::new(AtomicUsize::new(0));
    for _ in 0..count {
        let (held, begun) = (held.clone(), begun.clone());
        let timer = Timer::new(Duration::ZERO, move || {
            begun.fetch_add(1, Relaxed);
            let _ = held.lock().unwrap().recv();
        });
        timer.start().unwrap();
    }
    until(|| begun.load(Relaxed) == count);
    drop(hold);
}

fn daemon(interval: Duration, function: impl FnOnce() + Send + 'static) -> Timer {
    let timer = Timer::new(interval, function);
    timer.set_daemon(true).unwrap();
    timer.start().unwrap();
    timer
}

#[test]
fn run_ends_all_idle_workers_and_later_timers_work() {
    alone(|| {
        for _ in 0..3 {
            run(|| start_together(4));
            assert!(workers_become(0));
        }
        let timer = Timer::new(SHORT, || ());
        timer.start().unwrap();
        timer.join().unwrap();
    });
}

#[test]
fn run_in_a_callback_with_deferred_callbacks_ends_idle_workers() {
    alone(|| {
        static STEPS: AtomicUsize = AtomicUsize::new(0);
        nested(DEPTH, || {
            run(|| {
                let timer = Timer::new(Duration::ZERO, || ());
                timer.start().unwrap();
                until(|| !timer.is_alive());
                nested(1, || assert_eq!(STEPS.fetch_add(1, Relaxed), 1));
                assert_eq!(STEPS.fetch_add(1, Relaxed), 0);
            });
            assert_eq!(STEPS.fetch_add(1, Relaxed), 2);
        });
        assert_eq!(STEPS.load(Relaxed), 3);
        assert!(workers_become(0));
    });
}

#[test]
fn run_leaves_only_the_worker_that_waits_for_a_daemon_timer() {
    alone(|| {
        let (fired, has_fired) = mpsc::channel();
        let (near, far) = run(|| {
            let near = daemon(Duration::from_millis(300), move || fired.send(()).unwrap());
            let far = daemon(LONG, || panic!("never"));
            start_together(4);
            (near, far)
        });
        assert!(workers_become(1));
        assert!(far.is_alive());
        has_fired.recv().unwrap();
        near.join().unwrap();
        far.cancel();
        run(|| ());
        assert!(workers_become(0));
    });
}

#[test]
fn run_does_not_wait_for_a_daemon_timer_whose_function_blocks() {
    alone(|| {
        let (hold, held) = mpsc::channel::<()>();
        let blocked = run(|| {
            let (begun, has_begun) = mpsc::channel();
            let blocked = daemon(Duration::ZERO, move || {
                begun.send(()).unwrap();
                let _ = held.recv();
            });
            has_begun.recv().unwrap();
            start_together(2);
            blocked
        });
        assert!(blocked.is_alive() && workers_become(1));
        drop(hold);
        blocked.join().unwrap();
        run(|| ());
        assert!(workers_become(0));
    });
}

#[test]
fn run_waits_for_the_thread_locals_of_workers_and_their_timers() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    fn count_late() {
        // Time for `run` to return too early.
        std::thread::sleep(Duration::from_millis(50));
        DROPPED.fetch_add(1, Relaxed);
    }
    fn start_a_timer() {
        let timer = Timer::new(SHORT, || at_thread_exit(count_late));
        timer.set_daemon(false).unwrap();
        timer.start().unwrap();
    }
    alone(|| {
        run(|| {
            let timer = Timer::new(Duration::ZERO, || at_thread_exit(count_late));
            timer.start().unwrap();
        });
        assert_eq!(DROPPED.load(Relaxed), 1);
        run(|| {
            let timer = Timer::new(Duration::ZERO, || at_thread_exit(start_a_timer));
            timer.start().unwrap();
        });
        assert_eq!(DROPPED.load(Relaxed), 2);
    });
}

#[test]
fn run_waits_for_the_programs_first_timer_when_that_starts_late() {
    static CALLED: AtomicBool = AtomicBool::new(false);
    alone(|| {
        run(|| {
            let thread = Thread::new(|| {
                main_thread().join().unwrap();
                let timer = Timer::new(Duration::from_millis(50), || CALLED.store(true, Relaxed));
                timer.start().unwrap();
            });
            thread.start().unwrap();
        });
        assert!(CALLED.load(Relaxed));
    });
}

#[test]
fn run_ends_idle_workers_on_a_hosts_threads() {
    alone(|| {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        set_spawner(|_, entry| {
            RUNNING.fetch_add(1, Relaxed);
            let main = || {
                entry();
                RUNNING.fetch_sub(1, Relaxed);
            };
            std::thread::Builder::new().spawn(main).map(drop)
        });
        run(|| start_together(4));
        let end = Instant::now();
        until(|| RUNNING.load(Relaxed) == 0);
        assert!(end.elapsed() < SOON);
    });
}

/// The entries that a host keeps.
static KEPT: Mutex<Vec<ThreadEntry>> = Mutex::new(Vec::new());

#[test]
fn run_does_not_wait_for_a_worker_that_the_host_has_not_started() {
    alone(|| {
        set_spawner(|_, entry| {
            KEPT.lock().unwrap().push(entry);
            Ok(())
        });
        let timer = run(|| daemon(Duration::ZERO, || ()));
        assert!(timer.is_alive());
        let entries = std::mem::take(&mut *KEPT.lock().unwrap());
        std::thread::spawn(|| entries.into_iter().for_each(|entry| entry()));
        timer.join().unwrap();
    });
}

/// Joins a timer that cannot fire any more.
fn assert_failed(timer: &Timer) {
    let Err(JoinError::Panicked(panic)) = timer.join() else {
        panic!("joined");
    };
    assert!(panic.message().contains("dropped"), "{panic}");
    assert!(!timer.is_alive() && !timer.finished().is_set());
}

#[test]
fn join_is_an_error_when_the_spawner_drops_the_only_worker_at_once() {
    alone(|| {
        set_spawner(|_, entry| {
            drop(entry);
            Ok(())
        });
        for _ in 0..3 {
            let (owned, is_dropped) = mpsc::channel::<()>();
            let timer = Timer::new(Duration::ZERO, move || owned.send(()).unwrap());
            timer.start().unwrap();
            assert_failed(&timer);
            assert!(is_dropped.recv().is_err());
            timer.cancel();
            assert!(timer.join().is_err() && timer.start().is_err());
        }
    });
}

#[test]
fn join_is_an_error_for_all_timers_when_the_host_drops_the_last_worker() {
    alone(|| {
        set_spawner(|_, entry| {
            KEPT.lock().unwrap().push(entry);
            Ok(())
        });
        let intervals = [Duration::ZERO, SHORT, LONG];
        let timers = intervals.map(|interval| Timer::new(interval, || panic!("never")));
        let endless = Timer::new(Duration::MAX, || panic!("never"));
        endless.start().unwrap();
        for timer in &timers {
            timer.start().unwrap();
        }
        let joined = std::thread::scope(|scope| {
            let joiner = scope.spawn(|| timers[2].join());
            until(|| timers[2].waiting() == 1);
            let entries = std::mem::take(&mut *KEPT.lock().unwrap());
            assert_eq!(entries.len(), 1);
            drop(entries);
            joiner.join().unwrap()
        });
        assert!(joined.is_err());
        timers.iter().for_each(assert_failed);
        assert!(endless.is_alive());
        allow_threads();
        let next = Timer::new(SHORT, || ());
        next.start().unwrap();
        next.join().unwrap();
        endless.cancel();
        endless.join().unwrap();
    });
}

#[test]
fn busy_worker_fires_the_timers_of_a_worker_that_the_host_dropped() {
    alone(|| {
        static SPAWNED: AtomicUsize = AtomicUsize::new(0);
        fn first_only(_: &str, entry: ThreadEntry) -> io::Result<()> {
            if SPAWNED.fetch_add(1, Relaxed) > 0 {
                return Ok(());
            }
            std::thread::Builder::new().spawn(entry).map(drop)
        }
        set_spawner(first_only);
        let (busy, hold) = running_timer();
        let queued = [(); 3].map(|()| Timer::new(Duration::ZERO, || ()));
        for timer in &queued {
            timer.start().unwrap();
        }
        assert!(queued.iter().all(|timer| timer.is_alive()));
        assert_eq!(SPAWNED.load(Relaxed), 4);
        drop(hold);
        for timer in &queued {
            timer.join().unwrap();
        }
        busy.join().unwrap();
    });
}
