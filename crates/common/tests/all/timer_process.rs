//! Timers at the end of `run`, their panics, and a host that refuses threads. Each test runs in its own process.

use crate::support::{LONG, SHORT, alone, running_timer, until_shows};
use common::threading::{
    JoinError, StartError, Thread, ThreadEntry, Timer, main_thread, run, set_excepthook,
    set_spawner,
};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

#[test]
fn run_waits_for_pending_timers_but_not_for_daemons() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    alone(|| {
        let daemon = run(|| {
            let daemon = Timer::new(LONG, || panic!("never"));
            daemon.set_daemon(true).unwrap();
            daemon.start().unwrap();
            for number in 0..100 {
                let timer = Timer::new(Duration::from_millis(10 + number), || {
                    // `run` waits for a thread that a timer starts, and for that thread's timer.
                    let thread = Thread::new(|| {
                        let timer = Timer::new(SHORT, || {
                            CALLS.fetch_add(1, Relaxed);
                        });
                        timer.start().unwrap();
                    });
                    thread.start().unwrap();
                });
                assert!(!timer.daemon());
                timer.start().unwrap();
            }
            daemon
        });
        assert_eq!(CALLS.load(Relaxed), 100);
        assert!(daemon.is_alive());
    });
}

#[test]
fn run_waits_for_a_function_that_runs() {
    static IS_OVER: AtomicBool = AtomicBool::new(false);
    alone(|| {
        run(|| {
            let (begun, has_begun) = mpsc::channel();
            let timer = Timer::new(Duration::ZERO, move || {
                begun.send(()).unwrap();
                main_thread().join().unwrap();
                IS_OVER.store(true, Relaxed);
            });
            timer.start().unwrap();
            has_begun.recv().unwrap();
        });
        assert!(IS_OVER.load(Relaxed));
    });
}

#[test]
fn program_without_run_does_not_wait_for_timers() {
    alone(|| {
        let timer = Timer::new(LONG, || panic!("never"));
        timer.set_daemon(false).unwrap();
        timer.start().unwrap();
    });
}

/// Whether the host's spawner starts the next thread; it refuses all others.
static ALLOWS: AtomicBool = AtomicBool::new(false);

fn one_thread(name: &str, main: ThreadEntry) -> io::Result<()> {
    assert_eq!(name, "Timer");
    if !ALLOWS.swap(false, Relaxed) {
        return Err(io::Error::other("enough"));
    }
    std::thread::Builder::new().spawn(main).map(drop)
}

#[test]
fn start_is_refused_when_no_worker_can_fire_and_may_be_retried() {
    alone(|| {
        set_spawner(one_thread);
        let timer = Timer::new(Duration::ZERO, || ());
        let error = timer.start().unwrap_err();
        assert!(matches!(error, StartError::Refused(_)));
        assert_eq!(error.to_string(), "can't start new thread: enough");
        assert!(!timer.is_alive());
        until_shows(&timer, r#"stage: "initial""#);
        ALLOWS.store(true, Relaxed);
        timer.start().unwrap();
        timer.join().unwrap();
    });
}

#[test]
fn single_worker_fires_all_timers_in_turn() {
    alone(|| {
        set_spawner(one_thread);
        ALLOWS.store(true, Relaxed);
        let (busy, hold) = running_timer();
        let queued = [(); 3].map(|()| Timer::new(Duration::ZERO, || ()));
        for timer in &queued {
            timer.start().unwrap();
        }
        assert!(queued.iter().all(|timer| timer.is_alive()));
        drop(hold);
        for timer in &queued {
            timer.join().unwrap();
        }
        busy.join().unwrap();
    });
}

#[test]
fn cancel_may_overtake_a_refusal() {
    alone(|| {
        static TIMER: Mutex<Option<Timer>> = Mutex::new(None);
        set_spawner(|_, _| {
            if let Some(timer) = TIMER.lock().unwrap().take() {
                timer.cancel();
            }
            Err(io::Error::other("enough"))
        });
        let timer = Timer::new(LONG, || panic!("never"));
        TIMER.lock().unwrap().replace(timer.clone());
        timer.start().unwrap();
        timer.join().unwrap();
        let other = Timer::new(LONG, || ());
        assert!(other.start().is_err());
        other.cancel();
        // A cancelled timer ends without a worker.
        other.start().unwrap();
        other.join().unwrap();
    });
}

#[test]
fn panic_reaches_the_excepthook_with_the_timers_name() {
    alone(|| {
        static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
        set_excepthook(|thread, panic| {
            let seen = format!("{}: {}", thread.name(), panic.message());
            SEEN.lock().unwrap().push(seen);
        });
        let timer = Timer::new(Duration::ZERO, || panic!("no"));
        timer.set_name("alarm");
        timer.start().unwrap();
        assert!(matches!(timer.join(), Err(JoinError::Panicked(_))));
        assert_eq!(*SEEN.lock().unwrap(), ["alarm: no"]);
    });
}
