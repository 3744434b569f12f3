//! The reentrant lock.

use super::{explore, join, spawn};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::threading::RLock;
use shuttle::thread;
use std::time::Duration;

/// Three threads acquire and release an inner level and then add in two steps: no addition is lost, all threads end, and
/// the lock is free at the end.
#[test]
fn acquire_excludes_other_threads_until_the_last_release() {
    explore(&[Fault::ReleasedOuterLevel, Fault::LostWakeup], || {
        let shared = Arc::new((RLock::new(), AtomicUsize::new(0)));
        let threads = [(); 3].map(|()| {
            spawn(&shared, |(lock, sum)| {
                for _ in 0..2 {
                    let outer = lock.guard();
                    drop(lock.guard());
                    sum.store(sum.load(Relaxed) + 1, Relaxed);
                    drop(outer);
                }
            })
        });
        join(threads);
        let (lock, sum) = &*shared;
        assert_eq!(sum.load(Relaxed), 6);
        let free = "RLock { held: false, owner: None, level: 0, waiting: 0 }";
        assert_eq!(format!("{lock:?}"), free);
    });
}

/// One thread acquires and releases two levels. Another one may not release the lock unless it has acquired it itself,
/// and is never taken for the owner.
#[test]
fn release_by_another_thread_is_an_error() {
    explore(&[], || {
        let lock = Arc::new(RLock::new());
        let owner = spawn(&lock, |lock| {
            let _outer = lock.guard();
            let _inner = lock.guard();
            thread::yield_now();
        });
        assert!(lock.release().is_err());
        if lock.acquire_timeout(Duration::from_millis(1)) {
            assert!(format!("{lock:?}").contains("level: 1"));
            assert_eq!(lock.release(), Ok(()));
        }
        assert!(lock.release().is_err());
        owner.join().unwrap();
        assert!(!lock.locked());
    });
}
