//! The few orderings that the core stands on.

use super::{finds, run};
use crate::queue::Queue;
use crate::sync::fault::Fault;
use crate::sync::{Arc, Backoff, Deadline};
use crate::threading::{Event, Lock, Semaphore};
use crate::wait_queue::WaitQueue;
use loom::cell::UnsafeCell;
use loom::thread;

/// Loom wants its objects made before they are shared, and a `Lock` makes its own when it is first used.
fn shared_lock() -> Arc<(Lock, UnsafeCell<u32>)> {
    let lock = Lock::new();
    assert_eq!(format!("{lock:?}"), "Lock { held: false, waiting: 0 }");
    Arc::new((lock, UnsafeCell::new(0)))
}

/// What was written before a wake-up is seen after it, though no mutex is taken after it.
fn a_wake_up_shows_what_was_done_before() {
    let shared = Arc::new((WaitQueue::new(()), UnsafeCell::new(0)));
    let waiter = shared.0.lock().enqueue();
    let waker = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let mut queue = shared.0.lock();
            shared.1.with_mut(|_| ());
            let wakeup = queue.pop_front();
            drop(queue);
            drop(wakeup);
        }
    });
    let _ = waiter.park(|_| None::<()>, Deadline::NEVER, Backoff::None);
    shared.1.with(|_| ());
    waker.join().unwrap();
}

/// What was done under the lock is seen by who takes it next.
fn a_release_shows_what_was_done_under_the_lock() {
    let shared = shared_lock();
    let other = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.0.acquire();
            shared.1.with_mut(|_| ());
            shared.0.release().unwrap();
        }
    });
    shared.0.acquire();
    shared.1.with_mut(|_| ());
    shared.0.release().unwrap();
    other.join().unwrap();
}

/// What was done before a unit was given is seen by who takes it. Not main, which joins the other: loom
/// takes a late wake-up for the end of that wait.
fn a_unit_shows_what_was_done_before() {
    let semaphore = Semaphore::new(0);
    assert!(!semaphore.try_acquire());
    assert!(format!("{semaphore:?}").contains("waiting: 0"));
    let shared = Arc::new((semaphore, UnsafeCell::new(0)));
    let taker = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.0.acquire();
            shared.1.with_mut(|_| ());
        }
    });
    shared.1.with_mut(|_| ());
    shared.0.release();
    taker.join().unwrap();
}

/// What was done before an event was set is seen by who waited for it.
fn an_event_shows_what_was_done_before() {
    let event = Event::new();
    assert_eq!(format!("{event:?}"), "Event { set: false, waiting: 0 }");
    let shared = Arc::new((event, UnsafeCell::new(0)));
    let waiter = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.0.wait();
            shared.1.with(|_| ());
        }
    });
    shared.1.with_mut(|_| ());
    shared.0.set();
    waiter.join().unwrap();
}

/// A thread that joins a queue sees the work on its tasks, though it locks no mutex that the workers locked.
fn a_join_shows_what_was_done_for_the_tasks() {
    let queue = Queue::new();
    (0..2).for_each(|item| queue.put(item).unwrap());
    queue.get().unwrap();
    queue.task_done().unwrap();
    assert_eq!((queue.qsize(), queue.unfinished_tasks()), (1, 1));
    let shared = Arc::new((queue, UnsafeCell::new(0)));
    let worker = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.1.with_mut(|_| ());
            shared.0.task_done().unwrap();
        }
    });
    if shared.0.unfinished_tasks() == 0 {
        shared.1.with(|_| ());
    }
    shared.0.join();
    shared.1.with(|_| ());
    worker.join().unwrap();
}

#[test]
fn a_task_that_is_done_is_a_release_and_join_an_acquire() {
    run(a_join_shows_what_was_done_for_the_tasks);
}

#[test]
fn finds_a_task_of_a_wrong_ordering() {
    finds(
        Fault::WeakTaskDone,
        a_join_shows_what_was_done_for_the_tasks,
    );
}

#[test]
fn a_wake_up_is_a_release_and_an_acquire() {
    run(a_wake_up_shows_what_was_done_before);
}

#[test]
fn finds_a_wake_up_of_a_wrong_ordering() {
    finds(Fault::WeakWakeup, a_wake_up_shows_what_was_done_before);
}

#[test]
fn a_lock_is_a_release_and_an_acquire() {
    run(a_release_shows_what_was_done_under_the_lock);
}

#[test]
fn finds_a_release_of_a_wrong_ordering() {
    finds(
        Fault::WeakRelease,
        a_release_shows_what_was_done_under_the_lock,
    );
}

#[test]
fn a_semaphore_is_a_release_and_an_acquire() {
    run(a_unit_shows_what_was_done_before);
}

#[test]
fn finds_a_unit_given_with_a_wrong_ordering() {
    finds(Fault::WeakRelease, a_unit_shows_what_was_done_before);
}

#[test]
fn an_event_is_a_release_and_an_acquire() {
    run(an_event_shows_what_was_done_before);
}

#[test]
fn finds_an_event_set_with_a_wrong_ordering() {
    finds(Fault::WeakRelease, an_event_shows_what_was_done_before);
}
