//! Timers and their process: its end, its excepthook, and the host that refuses threads.

use crate::support::{LONG, SHORT, alone, until_shows};
use common::threading::{
    JoinError, StartError, Thread, ThreadEntry, Timer, main_thread, run, set_excepthook,
    set_spawner,
};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

#[test]
fn at_its_end_the_program_waits_for_those_that_have_not_fired_but_not_for_daemons() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    alone(|| {
        let daemon = run(|| {
            let daemon = Timer::new(LONG, || panic!("never"));
            daemon.set_daemon(true).unwrap();
            daemon.start().unwrap();
            for number in 0..100 {
                let timer = Timer::new(Duration::from_millis(10 + number), || {
                    // And for what they start: a thread, and its timer.
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
fn at_its_end_the_program_waits_for_a_function_that_runs() {
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
fn without_run_they_die_with_the_program() {
    alone(|| {
        let timer = Timer::new(LONG, || panic!("never"));
        timer.set_daemon(false).unwrap();
        timer.start().unwrap();
    });
}

/// A host that gives no thread until it is told to, and then one.
static GIVES: AtomicBool = AtomicBool::new(false);

fn one_thread(name: &str, main: ThreadEntry) -> io::Result<()> {
    assert_eq!(name, "Timer");
    if !GIVES.swap(false, Relaxed) {
        return Err(io::Error::other("enough"));
    }
    std::thread::Builder::new().spawn(main).map(drop)
}

#[test]
fn a_start_is_refused_when_nobody_could_ever_fire_it_and_may_be_tried_again() {
    alone(|| {
        set_spawner(one_thread);
        let timer = Timer::new(Duration::ZERO, || ());
        let error = timer.start().unwrap_err();
        assert!(matches!(error, StartError::Refused(_)));
        assert_eq!(error.to_string(), "can't start new thread: enough");
        assert!(!timer.is_alive());
        until_shows(&timer, r#"stage: "initial""#);
        GIVES.store(true, Relaxed);
        timer.start().unwrap();
        timer.join().unwrap();
    });
}

#[test]
fn one_thread_alone_fires_all_of_them_one_after_the_other() {
    alone(|| {
        set_spawner(one_thread);
        GIVES.store(true, Relaxed);
        let (begun, has_begun) = mpsc::channel();
        let (hold, let_go) = mpsc::channel::<()>();
        let busy = Timer::new(Duration::ZERO, move || {
            begun.send(()).unwrap();
            let _ = let_go.recv();
        });
        busy.start().unwrap();
        has_begun.recv().unwrap();
        let queued = [(); 3].map(|()| Timer::new(Duration::ZERO, || ()));
        for timer in &queued {
            timer.start().unwrap();
        }
        assert!(queued.iter().all(Timer::is_alive));
        drop(hold);
        for timer in &queued {
            timer.join().unwrap();
        }
        busy.join().unwrap();
    });
}

#[test]
fn a_refusal_may_be_overtaken_by_a_cancel() {
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
        // It needs no thread to end now.
        other.start().unwrap();
        other.join().unwrap();
    });
}

#[test]
fn the_excepthook_is_told_of_a_panic_with_the_timers_own_thread() {
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
