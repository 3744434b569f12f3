//! `threading::RLock`, as a user sees it.

use crate::support::{LONG, SHORT, until};
use common::threading::{LockError, RLock, Thread, get_ident};
use std::sync::atomic::{AtomicU64, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

const FREE: &str = "RLock { held: false, owner: None, level: 0, waiting: 0 }";

/// What `f` returns on a thread of its own.
fn elsewhere<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(f).join().unwrap())
}

#[test]
fn what_is_added_under_the_lock_is_never_lost_whatever_the_level() {
    for threads in [1, 2, 4, 8] {
        let (lock, sum) = (RLock::new(), AtomicU64::new(0));
        crate::support::on_threads(threads, |_| {
            for _ in 0..20_000 {
                let outer = lock.guard();
                drop(lock.guard());
                // In two steps: two threads inside at once lose an addition.
                sum.store(sum.load(Relaxed) + 1, Relaxed);
                drop(outer);
            }
        });
        assert_eq!(sum.into_inner(), threads as u64 * 20_000);
        assert_eq!(format!("{lock:?}"), FREE);
    }
}

#[test]
fn its_owner_enters_in_every_form_and_leaves_as_often() {
    let lock = RLock::new();
    lock.acquire();
    assert!(lock.try_acquire());
    assert!(lock.acquire_timeout(Duration::ZERO));
    let guards = (lock.guard(), lock.try_guard(), lock.guard_timeout(LONG));
    let shown = format!(
        "RLock {{ held: true, owner: Some({}), level: 6, waiting: 0 }}",
        get_ident()
    );
    assert_eq!(format!("{lock:?}"), shown);
    drop(guards);
    for _ in 0..3 {
        assert!(!elsewhere(|| lock.try_acquire()), "it was free too early");
        assert_eq!(lock.release(), Ok(()));
    }
    assert_eq!(format!("{lock:?}"), FREE);
    elsewhere(|| assert!(lock.try_guard().is_some()));
}

#[test]
fn release_by_another_thread_is_an_error_and_changes_nothing() {
    let lock = RLock::new();
    let _outer = lock.guard();
    let _inner = lock.guard();
    let error = elsewhere(|| lock.release()).unwrap_err();
    let _: LockError = error;
    assert_eq!(error.to_string(), "cannot release un-acquired lock");
    assert!(format!("{lock:?}").contains("level: 2"));
}

#[test]
fn release_of_a_free_lock_is_an_error_and_changes_nothing() {
    let lock = RLock::new();
    assert_eq!(
        lock.release().unwrap_err().to_string(),
        "cannot release un-acquired lock"
    );
    lock.acquire();
    assert_eq!(lock.release(), Ok(()));
    assert_eq!(
        lock.release().unwrap_err().to_string(),
        "cannot release un-acquired lock"
    );
    assert_eq!(format!("{lock:?}"), FREE);
}

#[test]
fn the_owner_is_the_thread_and_not_the_guard() {
    let lock = RLock::new();
    let guard = lock.guard();
    // Not by the guard, yet by the owner.
    assert_eq!(lock.release(), Ok(()));
    assert_eq!(format!("{lock:?}"), FREE);
    elsewhere(|| std::mem::forget(lock.guard()));
    drop(guard);
    assert!(lock.locked(), "a guard released what another thread holds");
}

#[test]
fn the_owner_is_known_by_its_ident() {
    let lock = Arc::new(RLock::new());
    let (held, is_held) = mpsc::channel();
    let (let_go, may_go) = mpsc::channel::<()>();
    let thread = Thread::new({
        let lock = Arc::clone(&lock);
        move || {
            let _guard = lock.guard();
            held.send(()).unwrap();
            let _ = may_go.recv();
        }
    });
    thread.start().unwrap();
    is_held.recv().unwrap();
    let owner = format!("owner: Some({})", thread.ident());
    assert!(format!("{lock:?}").contains(&owner));
    drop(let_go);
    thread.join().unwrap();
}

#[test]
fn a_thread_that_ends_as_the_owner_leaves_it_locked_for_ever() {
    let lock = RLock::new();
    elsewhere(|| lock.acquire());
    // The system may give a later thread the id of the one that has ended.
    for _ in 0..20 {
        elsewhere(|| {
            assert!(lock.locked());
            assert!(!lock.try_acquire());
            assert_eq!(
                lock.release().unwrap_err().to_string(),
                "cannot release un-acquired lock"
            );
        });
    }
    assert!(lock.locked());
    assert!(!lock.acquire_timeout(SHORT));
}

#[test]
fn another_thread_gets_it_after_the_last_release_and_not_before() {
    let lock = RLock::new();
    let (got, has_got) = mpsc::channel();
    lock.acquire();
    lock.acquire();
    thread::scope(|scope| {
        scope.spawn(|| {
            let _guard = lock.guard();
            got.send(()).unwrap();
        });
        until(|| lock.waiting() == 1);
        lock.release().unwrap();
        assert!(format!("{lock:?}").contains("level: 1, waiting: 1"));
        assert!(has_got.try_recv().is_err());
        lock.release().unwrap();
        has_got.recv().unwrap();
    });
    assert_eq!(format!("{lock:?}"), FREE);
}

#[test]
fn a_timeout_is_waited_for_and_leaves_nobody_in_line() {
    let lock = RLock::new();
    let _guard = lock.guard();
    elsewhere(|| {
        let start = Instant::now();
        assert!(lock.guard_timeout(SHORT).is_none());
        assert!(start.elapsed() >= SHORT);
        assert!(!lock.acquire_timeout(Duration::ZERO));
    });
    assert!(format!("{lock:?}").contains("level: 1, waiting: 0"));
}

#[test]
fn those_who_wait_get_it_in_the_order_in_which_they_came() {
    let lock = RLock::new();
    let (got, order) = mpsc::channel();
    lock.acquire();
    thread::scope(|scope| {
        for number in 0..5 {
            let (lock, got) = (&lock, got.clone());
            scope.spawn(move || {
                let _guard = lock.guard();
                got.send(number).unwrap();
            });
            until(|| lock.waiting() == number + 1);
        }
        lock.release().unwrap();
    });
    drop(got);
    assert_eq!(order.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn a_panic_gives_back_every_guarded_level_and_poisons_nothing() {
    let lock = RLock::new();
    let panicked = thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let _outer = lock.guard();
            let _inner = lock.guard();
            std::panic::resume_unwind(Box::new("on purpose"));
        });
        thread.join().is_err()
    });
    assert!(panicked);
    assert_eq!(format!("{lock:?}"), FREE);
    assert!(lock.try_acquire());
}
