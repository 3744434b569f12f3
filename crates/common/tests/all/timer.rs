//! `threading::Timer`.

use crate::support::{LONG, OnDrop, SHORT, on_threads, running_timer, until, until_shows};
use common::threading::{
    DaemonError, JoinError, StartError, Thread, Timer, active_count, current_thread, enumerate,
    get_ident,
};
use std::panic::panic_any;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// A timer that does not fire during a test, and a value that its function owns.
fn pending() -> (Timer, Arc<()>) {
    let owned = Arc::new(());
    let inner = Arc::clone(&owned);
    let timer = Timer::new(LONG, move || panic!("called with {inner:?}"));
    (timer, owned)
}

#[test]
fn function_is_called_once_and_not_before_the_interval() {
    let (sender, called) = mpsc::channel();
    let interval = Duration::from_millis(20);
    let timer = Timer::new(interval, move || sender.send(Instant::now()).unwrap());
    let start = Instant::now();
    timer.start().unwrap();
    timer.join().unwrap();
    let calls: Vec<_> = called.iter().collect();
    assert_eq!(calls.len(), 1);
    assert!(calls[0] - start >= interval && timer.interval() == interval);
}

#[test]
fn start_is_needed_and_a_second_one_is_an_error() {
    let (timer, _) = pending();
    assert!(!timer.is_alive());
    until_shows(&timer, r#"stage: "initial""#);
    let error = timer.join().unwrap_err();
    assert_eq!(error.to_string(), "cannot join thread before it is started");
    timer.start().unwrap();
    assert!(timer.is_alive());
    until_shows(&timer, r#"stage: "started""#);
    assert!(!timer.join_timeout(SHORT).unwrap());
    for _ in 0..2 {
        let error = timer.start().unwrap_err();
        let twice = StartError::AlreadyStarted;
        assert_eq!(error.to_string(), twice.to_string());
        timer.cancel();
    }
}

#[test]
fn cancel_of_a_pending_timer_drops_its_function_at_once() {
    let (timer, owned) = pending();
    timer.start().unwrap();
    timer.cancel();
    assert_eq!(Arc::strong_count(&owned), 1);
    assert!(!timer.is_alive() && timer.finished().is_set());
    timer.join().unwrap();
    timer.cancel();
}

#[test]
fn cancel_before_start_ends_the_timer_at_its_start() {
    let (timer, owned) = pending();
    timer.cancel();
    assert!(timer.finished().is_set());
    assert!(timer.join().is_err(), "it is not started");
    timer.start().unwrap();
    assert_eq!(Arc::strong_count(&owned), 1);
    assert!(!timer.is_alive());
    timer.join().unwrap();
    assert!(timer.start().is_err());
}

#[test]
fn finished_decides_at_the_start_whether_the_function_is_called() {
    let (timer, _) = pending();
    timer.finished().set();
    timer.start().unwrap();
    timer.join().unwrap();
    let (sender, called) = mpsc::channel();
    let timer = Timer::new(Duration::ZERO, move || sender.send(()).unwrap());
    timer.cancel();
    timer.finished().clear();
    timer.start().unwrap();
    assert_eq!(called.recv(), Ok(()));
}

#[test]
fn cancel_after_firing_changes_nothing() {
    let (timer, hold) = running_timer();
    timer.cancel();
    assert!(timer.is_alive() && !timer.join_timeout(Duration::ZERO).unwrap());
    drop(hold);
    timer.join().unwrap();
    timer.cancel();
    until_shows(&timer, r#"stage: "stopped""#);
}

#[test]
fn finished_is_set_when_the_function_has_returned() {
    let (timer, hold) = running_timer();
    assert!(!timer.finished().is_set() && !timer.finished().wait_timeout(SHORT));
    drop(hold);
    timer.finished().wait();
    timer.join().unwrap();
}

#[test]
fn panic_is_returned_by_every_join_and_leaves_finished_unset() {
    let timer = Timer::new(Duration::ZERO, || panic!("number {}", 7));
    timer.start().unwrap();
    for _ in 0..2 {
        let Err(JoinError::Panicked(panic)) = timer.join() else {
            panic!("joined");
        };
        assert_eq!(panic.message(), "number 7");
    }
    assert!(!timer.finished().is_set() && !timer.is_alive());
    let next = Timer::new(Duration::ZERO, || ());
    next.start().unwrap();
    next.join().unwrap();
}

#[test]
fn cancel_ends_the_timer_when_the_drop_of_its_function_panics() {
    let guard = OnDrop(|| panic!("dropped"));
    let timer = Timer::new(LONG, move || drop(guard));
    timer.start().unwrap();
    timer.cancel();
    assert!(matches!(timer.join(), Err(JoinError::Panicked(_))));
}

#[test]
fn function_runs_as_a_thread_of_the_timers_name_and_ident() {
    let (sender, seen) = mpsc::channel();
    let timer = Timer::new(Duration::ZERO, move || {
        let current = current_thread();
        assert_eq!(current.ident(), get_ident());
        let error = current.join().unwrap_err().to_string();
        sender.send((current, error)).unwrap();
    });
    timer.set_name("alarm");
    timer.set_daemon(true).unwrap();
    timer.start().unwrap();
    let (current, error) = seen.recv().unwrap();
    assert_eq!(
        (current.ident(), &*current.name()),
        (timer.ident(), "alarm")
    );
    assert!(current.daemon() && timer.daemon());
    assert_eq!(error, "cannot join current thread");
    timer.join().unwrap();
    assert_eq!(timer.set_daemon(false), Err(DaemonError));
    assert_eq!(&*timer.name(), "alarm");
}

#[test]
fn enumerate_does_not_list_timers() {
    let (timer, hold) = running_timer();
    let (other, _) = pending();
    other.start().unwrap();
    let idents = [timer.ident(), other.ident()];
    assert!(
        enumerate()
            .iter()
            .all(|thread| !idents.contains(&thread.ident()))
    );
    assert_eq!(enumerate().len(), active_count());
    drop(hold);
    other.cancel();
    timer.join().unwrap();
}

#[test]
fn daemon_is_inherited_from_the_thread_that_makes_the_timer() {
    for daemon in [true, false] {
        let (sender, made) = mpsc::channel();
        let maker = Thread::new(move || sender.send(pending().0.daemon()).unwrap());
        maker.set_daemon(daemon).unwrap();
        maker.start().unwrap();
        assert_eq!(made.recv(), Ok(daemon));
        maker.join().unwrap();
    }
}

#[test]
fn function_may_start_a_thread() {
    let thread = Thread::new(|| ());
    let delayed = thread.clone();
    let timer = Timer::new(SHORT, move || delayed.start().unwrap());
    assert!(thread.join().is_err());
    timer.start().unwrap();
    timer.join().unwrap();
    thread.join().unwrap();
}

#[test]
fn drop_of_a_handle_does_not_cancel() {
    let (sender, called) = mpsc::channel();
    let timer = Timer::new(SHORT, move || sender.send(()).unwrap());
    timer.start().unwrap();
    drop(timer);
    assert_eq!(called.recv(), Ok(()));
}

#[test]
fn ended_timer_is_freed_with_its_last_handle() {
    for is_cancelled in [false, true] {
        let timer = Timer::new(if is_cancelled { LONG } else { Duration::ZERO }, || ());
        let name = timer.name();
        timer.start().unwrap();
        if is_cancelled {
            timer.cancel();
        }
        timer.join().unwrap();
        drop(timer);
        // The service drops its handle a moment after the timer's end.
        until(|| Arc::strong_count(&name) == 1);
    }
}

#[test]
fn interval_beyond_the_clock_never_passes() {
    let timer = Timer::new(Duration::MAX, || panic!("never"));
    timer.start().unwrap();
    assert!(!timer.join_timeout(SHORT).unwrap());
    let other = Timer::new(SHORT, || ());
    other.start().unwrap();
    other.join().unwrap();
    timer.cancel();
    timer.join().unwrap();
}

#[test]
fn end_wakes_all_joiners() {
    let (timer, hold) = running_timer();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| timer.join().unwrap());
        }
        until(|| timer.waiting() == 4);
        drop(hold);
    });
}

#[test]
fn concurrent_starts_start_the_timer_once() {
    for _ in 0..100 {
        let calls = Arc::new(Mutex::new(0));
        let counter = Arc::clone(&calls);
        let timer = Timer::new(Duration::ZERO, move || *counter.lock().unwrap() += 1);
        let started = Mutex::new(0);
        on_threads(3, |_| {
            *started.lock().unwrap() += i32::from(timer.start().is_ok());
        });
        timer.join().unwrap();
        assert_eq!(
            (started.into_inner().unwrap(), *calls.lock().unwrap()),
            (1, 1)
        );
    }
}

#[test]
fn panic_payload_may_start_and_join_a_timer_when_dropped() {
    let (fired, has_fired) = mpsc::channel();
    let start_another = OnDrop(move || {
        let fired = fired.clone();
        let another = Timer::new(Duration::ZERO, move || fired.send(()).unwrap());
        another.start().unwrap();
        another.join().unwrap();
    });
    let timer = Timer::new(Duration::ZERO, || panic_any(start_another));
    timer.start().unwrap();
    drop(timer);
    has_fired.recv_timeout(Duration::from_secs(20)).unwrap();
}
