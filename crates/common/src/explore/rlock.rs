//! The reentrant lock.

use super::{finds, run};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::threading::RLock;
use shuttle::thread;
use std::time::Duration;

/// Three add in two steps after an inner level has come and gone: nothing is lost, all end, and the lock
/// is free at the end.
fn nothing_is_lost_while_a_level_is_left() {
    let shared = Arc::new((RLock::new(), AtomicUsize::new(0)));
    let threads = [(); 3].map(|()| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || {
            let (lock, sum) = &*shared;
            for _ in 0..2 {
                let outer = lock.guard();
                drop(lock.guard());
                sum.store(sum.load(Relaxed) + 1, Relaxed);
                drop(outer);
            }
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(shared.1.load(Relaxed), 6);
    let shown = format!("{:?}", shared.0);
    assert_eq!(
        shown,
        "RLock { held: false, owner: None, level: 0, waiting: 0 }"
    );
}

/// One comes and goes, in two levels; the other, as long as it has not got the lock itself, may not
/// release it, and is never taken for the owner.
fn only_the_owner_releases() {
    let lock = Arc::new(RLock::new());
    let owner = thread::spawn({
        let lock = Arc::clone(&lock);
        move || {
            let _outer = lock.guard();
            let _inner = lock.guard();
            thread::yield_now();
        }
    });
    assert_eq!(
        lock.release().unwrap_err().to_string(),
        "cannot release un-acquired lock"
    );
    if lock.acquire_timeout(Duration::from_millis(1)) {
        assert!(format!("{lock:?}").contains("level: 1"));
        assert_eq!(lock.release(), Ok(()));
    }
    assert_eq!(
        lock.release().unwrap_err().to_string(),
        "cannot release un-acquired lock"
    );
    owner.join().unwrap();
    assert!(!lock.locked());
}

#[test]
fn mutual_exclusion_holds_to_the_last_level() {
    run(nothing_is_lost_while_a_level_is_left);
}

#[test]
fn finds_an_outer_level_that_was_forgotten() {
    finds(
        Fault::ReleasedOuterLevel,
        nothing_is_lost_while_a_level_is_left,
    );
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeup, nothing_is_lost_while_a_level_is_left);
}

#[test]
fn nobody_is_taken_for_the_owner() {
    run(only_the_owner_releases);
}
