//! The lock.

use super::{finds, run};
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::sync::{Arc, CHANCE};
use crate::threading::Lock;
use shuttle::thread;
use std::time::Duration;

/// Three add in two steps, twice each: nothing is lost, all end, and the lock is free at the end.
fn nothing_is_lost_under_the_lock() {
    let shared = Arc::new((Lock::new(), AtomicUsize::new(0)));
    let threads = [(); 3].map(|()| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || {
            let (lock, sum) = &*shared;
            for _ in 0..2 {
                lock.acquire();
                sum.store(sum.load(Relaxed) + 1, Relaxed);
                lock.release().unwrap();
            }
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(shared.1.load(Relaxed), 6);
    assert_eq!(
        format!("{:?}", shared.0),
        "Lock { held: false, waiting: 0 }"
    );
}

/// Two give up at some time, two wait for ever: those who wait for ever get it.
fn those_who_give_up_keep_nobody_from_it() {
    let lock = Arc::new(Lock::new());
    let threads = [true, false, true, false].map(|is_patient| {
        let lock = Arc::clone(&lock);
        thread::spawn(move || {
            let timeout = if is_patient {
                Duration::MAX
            } else {
                Duration::from_millis(1)
            };
            if lock.acquire_timeout(timeout) {
                thread::yield_now();
                lock.release().unwrap();
            } else {
                assert!(!is_patient);
            }
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(format!("{lock:?}"), "Lock { held: false, waiting: 0 }");
}

/// One thread holds the lock and acquires it again at once; another waits, with each deadline passed. It may be
/// overtaken once, and is handed the lock then.
fn overtaken_waiter_is_handed_the_lock() {
    CHANCE.set(1.0);
    let shared = Arc::new((Lock::new(), AtomicUsize::new(0)));
    let (lock, done) = &*shared;
    lock.acquire();
    let waiter = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.0.acquire();
            shared.1.store(1, Relaxed);
            shared.0.release().unwrap();
        }
    });
    let mut overtakes = 0;
    loop {
        while lock.waiting() == 0 && done.load(Relaxed) == 0 {
            thread::yield_now();
        }
        lock.release().unwrap();
        if !lock.try_acquire() {
            break;
        }
        if done.load(Relaxed) == 1 {
            lock.release().unwrap();
            break;
        }
        overtakes += 1;
        assert!(overtakes <= 1);
    }
    waiter.join().unwrap();
    CHANCE.set(0.3);
}

/// A thread that is blocked in acquire is unparked by the application: it finds the token afterwards.
fn park_token_is_left_alone() {
    let lock = Arc::new(Lock::new());
    lock.acquire();
    let waiter = thread::spawn({
        let lock = Arc::clone(&lock);
        move || {
            lock.acquire();
            lock.release().unwrap();
            thread::park();
        }
    });
    while lock.waiting() == 0 {
        thread::yield_now();
    }
    waiter.thread().unpark();
    lock.release().unwrap();
    waiter.join().unwrap();
}

#[test]
fn starving_waiter_is_handed_the_lock() {
    run(overtaken_waiter_is_handed_the_lock);
}

#[test]
fn finds_an_unfair_release() {
    finds(Fault::UnfairRelease, overtaken_waiter_is_handed_the_lock);
}

#[test]
fn acquire_leaves_the_park_token_alone() {
    run(park_token_is_left_alone);
}

#[test]
fn finds_a_stolen_park_token() {
    finds(Fault::StolenParkToken, park_token_is_left_alone);
}

#[test]
fn mutual_exclusion_holds() {
    run(nothing_is_lost_under_the_lock);
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeup, nothing_is_lost_under_the_lock);
}

#[test]
fn a_timeout_passes_its_wake_up_on() {
    run(those_who_give_up_keep_nobody_from_it);
}

#[test]
fn finds_a_woken_thread_that_gives_up_without_a_word() {
    finds(Fault::GaveUpUnmarked, those_who_give_up_keep_nobody_from_it);
}

#[test]
fn finds_a_wake_up_spent_on_a_waiter_that_timed_out() {
    finds(
        Fault::CancelledAfterNotify,
        those_who_give_up_keep_nobody_from_it,
    );
}
