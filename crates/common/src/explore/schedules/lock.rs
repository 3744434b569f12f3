//! The lock.

use super::{explore, join, spawn, starving_waiter_is_served, until};
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::sync::{Arc, CHANCE};
use crate::threading::Lock;
use shuttle::thread;
use std::time::Duration;

/// Three threads add in two steps, twice each: no addition is lost, all threads end, and the lock is free at the end.
#[test]
fn acquire_excludes_other_threads() {
    explore(&[Fault::LostWakeup], || {
        let shared = Arc::new((Lock::new(), AtomicUsize::new(0)));
        let threads = [(); 3].map(|()| {
            spawn(&shared, |(lock, sum)| {
                for _ in 0..2 {
                    lock.acquire();
                    sum.store(sum.load(Relaxed) + 1, Relaxed);
                    lock.release().unwrap();
                }
            })
        });
        join(threads);
        let (lock, sum) = &*shared;
        assert_eq!(sum.load(Relaxed), 6);
        assert_eq!((lock.locked(), lock.waiting()), (false, 0));
    });
}

/// Two threads time out at some moment, two have no timeout: those acquire the lock.
#[test]
fn timeout_takes_no_wakeup_along() {
    let faults = [Fault::GaveUpUnmarked, Fault::CancelledAfterNotify];
    explore(&faults, || {
        let lock = Arc::new(Lock::new());
        let timeouts = [Duration::MAX, Duration::from_millis(1)];
        let threads = [0, 1, 0, 1].map(|number| {
            spawn(&lock, move |lock| {
                if lock.acquire_timeout(timeouts[number]) {
                    thread::yield_now();
                    lock.release().unwrap();
                } else {
                    assert_eq!(number, 1);
                }
            })
        });
        join(threads);
        assert_eq!((lock.locked(), lock.waiting()), (false, 0));
    });
}

/// One thread holds the lock and acquires it again at once, while another one waits.
#[test]
fn starving_waiter_is_handed_the_lock() {
    explore(&[Fault::UnfairRelease], || {
        let release = |lock: &Lock| lock.release().unwrap();
        starving_waiter_is_served(
            Lock::new(),
            Lock::acquire,
            Lock::try_acquire,
            release,
            Lock::waiting,
        );
    });
}

/// Any thread may release, and two threads do at any time, while a starving waiter is handed the lock: each release that
/// succeeds ends one acquire.
#[test]
fn release_ends_one_acquire() {
    explore(&[Fault::LostWakeup], || {
        CHANCE.set(1.0);
        let shared = Arc::new((Lock::new(), AtomicUsize::new(0), AtomicUsize::new(0)));
        let count =
            |counter: &AtomicUsize, is_done| counter.fetch_add(usize::from(is_done), Relaxed);
        let threads = [true, true, false].map(|is_greedy| {
            spawn(&shared, move |(lock, acquired, released)| {
                for _ in 0..2 * usize::from(is_greedy) {
                    count(acquired, lock.try_acquire());
                    thread::yield_now();
                    count(released, lock.release().is_ok());
                }
                if !is_greedy {
                    lock.acquire();
                    count(acquired, true);
                }
            })
        });
        join(threads);
        let (lock, acquired, released) = &*shared;
        let left = acquired.load(Relaxed) - released.load(Relaxed);
        assert_eq!((left, lock.waiting()), (usize::from(lock.locked()), 0));
    });
}

/// A thread that has released the lock acquires it again, unless a waiter has acquired it: a release holds it for no thread.
#[test]
fn try_acquire_fails_only_if_a_thread_holds_the_lock() {
    explore(&[], || {
        let lock = Arc::new(Lock::new());
        lock.acquire();
        let waiter = spawn(&lock, |lock| {
            let is_acquired = lock.acquire_timeout(Duration::from_millis(1));
            if is_acquired {
                lock.release().unwrap();
            }
            is_acquired
        });
        let tries = spawn(&lock, |lock| {
            until(|| lock.try_acquire());
            lock.release().unwrap();
            !lock.try_acquire()
        });
        lock.release().unwrap();
        let has_failed = tries.join().unwrap();
        assert!(waiter.join().unwrap() || !has_failed);
    });
}

/// A thread that is blocked in acquire is unparked by the application: it finds the token afterwards.
#[test]
fn acquire_leaves_the_park_token_alone() {
    explore(&[Fault::StolenParkToken], || {
        let lock = Arc::new(Lock::new());
        lock.acquire();
        let waiter = spawn(&lock, |lock| {
            lock.acquire();
            lock.release().unwrap();
            thread::park();
        });
        until(|| lock.waiting() == 1);
        waiter.thread().unpark();
        lock.release().unwrap();
        waiter.join().unwrap();
    });
}
