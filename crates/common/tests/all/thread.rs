//! `threading::Thread`, and the list of threads.

use crate::support::{LONG, OnDrop, SHORT, on_threads, until};
use common::threading::{
    DaemonError, JoinError, StartError, Thread, active_count, current_thread, enumerate, get_ident,
    main_thread,
};
use std::collections::HashSet;
use std::panic::panic_any;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// A started thread that ends when the sender is dropped.
fn held() -> (Thread, mpsc::Sender<()>) {
    let (hold, held) = mpsc::channel::<()>();
    let thread = Thread::new(move || held.recv().unwrap_or_default());
    thread.start().unwrap();
    (thread, hold)
}

/// The text of a join error that is no panic.
fn join_error<T>(outcome: Result<T, JoinError>) -> String {
    match outcome {
        Err(JoinError::Panicked(panic)) => panic!("joined: {panic}"),
        Err(error) => error.to_string(),
        Ok(_) => panic!("joined"),
    }
}

#[test]
fn second_start_is_an_error() {
    let (thread, hold) = held();
    let assert_is_refused = || {
        let error = thread.start().unwrap_err();
        assert!(matches!(error, StartError::AlreadyStarted));
        assert_eq!(error.to_string(), "threads can only be started once");
    };
    assert_is_refused();
    drop(hold);
    thread.join().unwrap();
    assert_is_refused();
}

#[test]
fn concurrent_starts_run_the_target_once() {
    for _ in 0..50 {
        let runs = Arc::new(Mutex::new(0));
        let counter = Arc::clone(&runs);
        let thread = Thread::new(move || *counter.lock().unwrap() += 1);
        let started = Mutex::new(0);
        on_threads(3, |_| {
            *started.lock().unwrap() += i32::from(thread.start().is_ok());
        });
        thread.join().unwrap();
        assert_eq!(
            (started.into_inner().unwrap(), *runs.lock().unwrap()),
            (1, 1)
        );
    }
}

#[test]
fn join_before_start_is_an_error() {
    let thread = Thread::new(|| ());
    assert!(matches!(thread.join(), Err(JoinError::NotStarted)));
    assert_eq!(
        join_error(thread.join()),
        "cannot join thread before it is started"
    );
    assert!(!thread.is_alive());
}

#[test]
fn join_of_the_current_thread_is_an_error() {
    let thread = Thread::new(|| {
        assert_eq!(
            join_error(current_thread().join()),
            "cannot join current thread"
        );
    });
    thread.start().unwrap();
    thread.join().unwrap();
}

#[test]
fn join_may_be_repeated_by_many_threads() {
    let (thread, hold) = held();
    std::thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| (0..3).for_each(|_| thread.join().unwrap()));
        }
        until(|| thread.waiting() == 5);
        drop(hold);
    });
    thread.join().unwrap();
    assert!(thread.join_timeout(Duration::ZERO).unwrap());
}

#[test]
fn join_timeout_leaves_no_waiter_behind_and_may_be_repeated() {
    let (thread, hold) = held();
    let start = Instant::now();
    assert!(!thread.join_timeout(SHORT).unwrap());
    assert!(start.elapsed() >= SHORT);
    assert!(!thread.join_timeout(Duration::ZERO).unwrap());
    let shown = format!("{thread:?}");
    assert!(
        shown.contains(r#"stage: "started""#) && shown.contains("waiting: 0"),
        "{shown}"
    );
    drop(hold);
    assert!(thread.join_timeout(LONG).unwrap());
    assert!(thread.join_timeout(Duration::MAX).unwrap());
    assert!(format!("{thread:?}").contains(r#"stage: "stopped""#));
}

#[test]
fn join_timeouts_racing_with_the_end_lose_no_waiter() {
    for round in 0..300 {
        let (thread, hold) = held();
        let hold = Mutex::new(Some(hold));
        on_threads(3, |number| {
            if number == 0 {
                drop(hold.lock().unwrap().take());
                return;
            }
            while !thread
                .join_timeout(Duration::from_micros(round % 60))
                .unwrap()
            {}
            assert!(!thread.is_alive());
        });
        assert!(format!("{thread:?}").contains("waiting: 0"));
    }
}

#[test]
fn ident_is_known_before_the_start_and_never_reused() {
    let before = Thread::new(|| ());
    let (sender, seen) = mpsc::channel();
    let thread = Thread::new(move || sender.send((get_ident(), current_thread())).unwrap());
    let ident = thread.ident();
    thread.start().unwrap();
    assert_eq!(seen.recv().unwrap(), (ident, thread.clone()));
    thread.join().unwrap();
    let later = (0..100).map(|_| Thread::new(|| ()).ident());
    let all: HashSet<u64> = later.chain([before.ident(), ident, get_ident()]).collect();
    assert_eq!(all.len(), 103);
}

#[test]
fn thread_is_alive_and_listed_from_its_start_to_its_end() {
    let is_listed = |thread: &Thread| enumerate().contains(thread);
    let thread = Thread::new(|| assert!(enumerate().contains(&current_thread())));
    assert!(!thread.is_alive() && !is_listed(&thread));
    thread.start().unwrap();
    thread.join().unwrap();
    for _ in 0..20 {
        let (thread, hold) = held();
        assert!(thread.is_alive() && is_listed(&thread));
        assert!(is_listed(&main_thread()) && is_listed(&current_thread()));
        assert!(active_count() >= 3);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    thread.join().unwrap();
                    assert!(!thread.is_alive() && !is_listed(&thread));
                });
            }
            until(|| thread.waiting() == 4);
            drop(hold);
        });
    }
}

#[test]
fn daemon_is_inherited_from_the_creator_and_not_from_the_starter() {
    for daemon in [true, false] {
        let (sender, made) = mpsc::channel();
        let maker = Thread::new(move || sender.send(Thread::new(|| ())).unwrap());
        maker.set_daemon(daemon).unwrap();
        maker.start().unwrap();
        let thread = made.recv().unwrap();
        assert_eq!(thread.daemon(), daemon);
        thread.start().unwrap();
        assert_eq!(thread.daemon(), daemon);
        thread.join().unwrap();
    }
}

#[test]
fn set_daemon_after_start_is_an_error() {
    let (thread, hold) = held();
    let daemon = thread.daemon();
    let error = thread.set_daemon(!daemon).unwrap_err();
    assert_eq!(error, DaemonError);
    assert_eq!(
        error.to_string(),
        "cannot set daemon status of active thread"
    );
    drop(hold);
    thread.join().unwrap();
    assert_eq!(thread.set_daemon(!daemon), Err(DaemonError));
    assert_eq!(thread.daemon(), daemon);
}

#[test]
fn panic_is_returned_by_every_join() {
    let thread = Thread::named("broken", || panic!("number {}", 7));
    thread.start().unwrap();
    for _ in 0..2 {
        let Err(JoinError::Panicked(panic)) = thread.join() else {
            panic!("joined");
        };
        assert_eq!(panic.message(), "number 7");
        assert!(panic.location().unwrap().contains("thread.rs:"));
    }
    assert!(thread.join_timeout(LONG).is_err());
    assert!(!thread.is_alive() && !enumerate().contains(&thread));
}

#[test]
fn panic_whose_payload_panics_when_dropped_ends_the_thread() {
    let thread = Thread::new(|| panic_any(OnDrop(|| panic!("dropped"))));
    thread.start().unwrap();
    assert!(matches!(thread.join(), Err(JoinError::Panicked(_))));
}

#[test]
fn captures_of_the_target_are_dropped_before_join_returns() {
    for panics in [false, true] {
        let (sender, dropped) = mpsc::channel();
        let captured = OnDrop(move || {
            let current = current_thread();
            let is_alive = current.is_alive();
            sender.send((current, is_alive)).unwrap();
        });
        let thread = Thread::new(move || {
            let _captured = captured;
            assert!(!panics);
        });
        thread.start().unwrap();
        assert_eq!(thread.join().is_err(), panics);
        // The thread drops it while it is alive, which is before `join` returns.
        assert_eq!(dropped.try_recv(), Ok((thread, true)));
    }
}

#[test]
fn thread_started_by_std_is_a_listed_daemon_until_it_ends() {
    let (hold, held) = mpsc::channel::<()>();
    let (sender, made) = mpsc::channel();
    let foreign = std::thread::spawn(move || {
        sender.send(current_thread()).unwrap();
        assert_eq!(get_ident(), current_thread().ident());
        let _ = held.recv();
    });
    let dummy = made.recv().unwrap();
    assert!(dummy.is_alive() && dummy.daemon() && enumerate().contains(&dummy));
    assert!(dummy.name().starts_with("Dummy-"));
    assert_eq!(join_error(dummy.join()), "cannot join a dummy thread");
    assert_eq!(dummy.set_daemon(false), Err(DaemonError));
    drop(hold);
    foreign.join().unwrap();
    assert!(!dummy.is_alive() && !enumerate().contains(&dummy));
}
