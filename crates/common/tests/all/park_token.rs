//! `std::thread::park` belongs to the application: an unpark of a thread that is
//! blocked in the library is not lost.

use crate::support::{LONG, until};
use common::threading::{Barrier, Condition, Event, Lock, RLock, Semaphore, Thread};
use std::thread;
use std::time::Instant;

/// A thread blocks in `wait`, is unparked, and then woken by `wake`: the token of the unpark is kept.
fn assert_unpark_is_kept(
    wait: impl FnOnce() + Send,
    waiting: impl Fn() -> bool,
    wake: impl FnOnce(),
) {
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            wait();
            let start = Instant::now();
            thread::park_timeout(LONG);
            start.elapsed() < LONG
        });
        until(waiting);
        // Time for the waiter to block, most likely: it is queued while it still spins.
        thread::sleep(std::time::Duration::from_millis(5));
        waiter.thread().unpark();
        thread::sleep(std::time::Duration::from_millis(5));
        wake();
        assert!(waiter.join().unwrap(), "the unpark is lost");
    });
}

#[test]
fn unpark_of_a_thread_in_acquire_is_kept() {
    let lock = Lock::new();
    lock.acquire();
    let wait = || drop(lock.guard());
    assert_unpark_is_kept(wait, || lock.waiting() == 1, || lock.release().unwrap());

    let lock = RLock::new();
    lock.acquire();
    let wait = || assert!(lock.guard_timeout(LONG).is_some());
    assert_unpark_is_kept(wait, || lock.waiting() == 1, || lock.release().unwrap());

    let semaphore = Semaphore::new(0);
    let wait = || semaphore.acquire();
    assert_unpark_is_kept(wait, || semaphore.waiting() == 1, || semaphore.release());
}

#[test]
fn unpark_of_a_thread_in_wait_is_kept() {
    let condition = Condition::new();
    let wait = || condition.guard().wait();
    let wake = || condition.guard().notify_all();
    assert_unpark_is_kept(wait, || condition.waiting() == 1, wake);

    let event = Event::new();
    assert_unpark_is_kept(|| event.wait(), || event.waiting() == 1, || event.set());

    let barrier = Barrier::new(2);
    let wait = || assert_eq!(barrier.wait(), Ok(0));
    let wake = || assert_eq!(barrier.wait(), Ok(1));
    assert_unpark_is_kept(wait, || barrier.n_waiting() == 1, wake);
}

#[test]
fn unpark_of_a_thread_in_join_is_kept() {
    for timeout in [None, Some(LONG)] {
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let thread = Thread::new(move || held.recv().unwrap_or_default());
        thread.start().unwrap();
        let wait = || match timeout {
            None => thread.join().unwrap(),
            Some(timeout) => assert!(thread.join_timeout(timeout).unwrap()),
        };
        assert_unpark_is_kept(wait, || thread.waiting() == 1, || drop(hold));
    }
}
