//! `threading::RLock`.

use crate::support::{LONG, SHORT, on_threads, order_of_waiters, panics, until};
use common::threading::{LockError, RLock, Thread, get_ident};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering::*};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

const FREE: &str = "RLock { held: false, owner: None, level: 0, waiting: 0 }";

/// Calls `f` on another thread.
fn elsewhere<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(f).join().unwrap())
}

#[test]
fn acquire_excludes_other_threads_at_every_level() {
    for threads in [1, 2, 4, 8] {
        let (lock, sum) = (RLock::new(), AtomicU64::new(0));
        on_threads(threads, |_| {
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
fn owner_acquires_again_in_every_form_and_releases_as_often() {
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
        assert!(
            !elsewhere(|| lock.try_acquire()),
            "the lock was free too early"
        );
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
fn owner_is_the_thread_and_not_the_guard() {
    let lock = RLock::new();
    let guard = lock.guard();
    // The owner releases the level of its guard by hand.
    assert_eq!(lock.release(), Ok(()));
    assert_eq!(format!("{lock:?}"), FREE);
    elsewhere(|| std::mem::forget(lock.guard()));
    drop(guard);
    assert!(lock.locked(), "a guard released what another thread holds");
}

#[test]
fn debug_shows_the_ident_of_the_owner() {
    let lock = Arc::new(RLock::new());
    let (held, is_held) = mpsc::channel();
    let (release, may_release) = mpsc::channel::<()>();
    let thread = Thread::new({
        let lock = Arc::clone(&lock);
        move || {
            let _guard = lock.guard();
            held.send(()).unwrap();
            let _ = may_release.recv();
        }
    });
    thread.start().unwrap();
    is_held.recv().unwrap();
    let owner = format!("owner: Some({})", thread.ident());
    assert!(format!("{lock:?}").contains(&owner));
    drop(release);
    thread.join().unwrap();
}

#[test]
fn owner_that_ends_leaves_the_lock_locked() {
    let lock = RLock::new();
    elsewhere(|| lock.acquire());
    // The system may reuse the id of a thread that has ended.
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
fn waiter_acquires_after_the_last_release_and_not_before() {
    let lock = RLock::new();
    let (acquired, has_acquired) = mpsc::channel();
    lock.acquire();
    lock.acquire();
    thread::scope(|scope| {
        scope.spawn(|| {
            let _guard = lock.guard();
            acquired.send(()).unwrap();
        });
        until(|| lock.waiting() == 1);
        lock.release().unwrap();
        assert!(format!("{lock:?}").contains("level: 1, waiting: 1"));
        assert!(has_acquired.try_recv().is_err());
        lock.release().unwrap();
        has_acquired.recv().unwrap();
    });
    assert_eq!(format!("{lock:?}"), FREE);
}

#[test]
fn timeout_expires_in_time_and_leaves_no_waiter_behind() {
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
fn acquire_serves_waiters_in_fifo_order() {
    let lock = RLock::new();
    lock.acquire();
    let release = || lock.release().unwrap();
    let order = order_of_waiters(|| lock.guard(), || lock.waiting(), release);
    assert_eq!(order, [0, 1, 2, 3, 4]);
}

#[test]
fn panic_releases_every_guarded_level_and_does_not_poison() {
    let lock = RLock::new();
    assert!(panics(|| {
        let _outer = lock.guard();
        let _inner = lock.guard();
        resume_unwind(Box::new("on purpose"));
    }));
    assert_eq!(format!("{lock:?}"), FREE);
    assert!(lock.try_acquire());
}
