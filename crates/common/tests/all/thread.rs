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
    let (hold, let_go) = mpsc::channel::<()>();
    let thread = Thread::new(move || let_go.recv().unwrap_or_default());
    thread.start().unwrap();
    (thread, hold)
}

/// The text of an error that says why a thread cannot be joined.
fn refusal<T>(outcome: Result<T, JoinError>) -> String {
    match outcome {
        Err(JoinError::Panicked(panic)) => panic!("joined: {panic}"),
        Err(error) => error.to_string(),
        Ok(_) => panic!("joined"),
    }
}

#[test]
fn a_thread_can_be_started_once_only() {
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
fn of_many_who_start_a_thread_one_does_and_it_runs_once() {
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
fn a_thread_is_not_joined_before_its_start() {
    let thread = Thread::new(|| ());
    assert!(matches!(thread.join(), Err(JoinError::NotStarted)));
    assert_eq!(
        refusal(thread.join()),
        "cannot join thread before it is started"
    );
    assert!(!thread.is_alive());
}

#[test]
fn a_thread_cannot_join_itself() {
    let thread = Thread::new(|| {
        assert_eq!(
            refusal(current_thread().join()),
            "cannot join current thread"
        );
    });
    thread.start().unwrap();
    thread.join().unwrap();
}

#[test]
fn any_number_of_threads_join_any_number_of_times() {
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
fn a_join_that_times_out_leaves_nobody_in_line_and_may_be_repeated() {
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
fn timeouts_that_race_with_the_end_lose_neither_it_nor_a_waiter() {
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
fn the_number_is_known_at_once_and_never_that_of_another() {
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
fn from_its_start_to_its_end_it_is_alive_and_listed_and_then_neither() {
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
fn daemon_is_inherited_from_the_maker_and_not_from_the_starter() {
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
fn daemon_cannot_be_changed_once_it_was_started() {
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
fn a_panic_is_told_to_everybody_who_joins() {
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
fn a_panic_with_a_value_that_panics_when_dropped_ends_the_thread_all_the_same() {
    let thread = Thread::new(|| panic_any(OnDrop(|| panic!("dropped"))));
    thread.start().unwrap();
    assert!(matches!(thread.join(), Err(JoinError::Panicked(_))));
}

#[test]
fn what_the_target_used_is_dropped_before_anybody_hears_of_the_end() {
    for panics in [false, true] {
        let (sender, dropped) = mpsc::channel();
        let used = OnDrop(move || {
            let by = current_thread();
            let is_alive = by.is_alive();
            sender.send((by, is_alive)).unwrap();
        });
        let thread = Thread::new(move || {
            let _used = used;
            assert!(!panics);
        });
        thread.start().unwrap();
        assert_eq!(thread.join().is_err(), panics);
        // By itself, while it was alive: who joins it cannot have heard of the end.
        assert_eq!(dropped.try_recv(), Ok((thread, true)));
    }
}

#[test]
fn a_thread_started_elsewhere_is_a_listed_daemon_until_it_ends() {
    let (hold, let_go) = mpsc::channel::<()>();
    let (sender, made) = mpsc::channel();
    let foreign = std::thread::spawn(move || {
        sender.send(current_thread()).unwrap();
        assert_eq!(get_ident(), current_thread().ident());
        let _ = let_go.recv();
    });
    let dummy = made.recv().unwrap();
    assert!(dummy.is_alive() && dummy.daemon() && enumerate().contains(&dummy));
    assert!(dummy.name().starts_with("Dummy-"));
    assert_eq!(refusal(dummy.join()), "cannot join a dummy thread");
    assert_eq!(dummy.set_daemon(false), Err(DaemonError));
    drop(hold);
    foreign.join().unwrap();
    assert!(!dummy.is_alive() && !enumerate().contains(&dummy));
}
