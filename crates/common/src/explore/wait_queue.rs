//! The wait queue by itself.

use super::{finds, run};
use crate::sync::fault::Fault;
use crate::sync::{Arc, Backoff, Deadline};
use crate::wait_queue::{Parked, WaitQueue, Waiter};
use shuttle::thread;
use std::time::Duration;

type Counted = WaitQueue<usize>;

/// Waits for a permit, as a semaphore would; a notification that it cannot use it passes on.
fn take_permit(queue: &Counted, deadline: Deadline) -> bool {
    let mut guard = queue.lock();
    while *guard == 0 {
        let waiter = guard.enqueue();
        drop(guard);
        let cancel = |waiter: &Waiter| queue.lock().cancel(waiter);
        guard = match waiter.park(cancel, deadline, Backoff::None) {
            Parked::Notified(_) => queue.lock(),
            Parked::TimedOut(_) => return false,
        };
    }
    *guard -= 1;
    true
}

fn give_permit(queue: &Counted) {
    let mut guard = queue.lock();
    *guard += 1;
    let wakeup = guard.pop_front();
    drop(guard);
    drop(wakeup);
}

/// Two threads wait without a deadline, two permits come: both threads end.
fn permits_reach_the_waiters() {
    let queue = Arc::new(Counted::new(0));
    let waiters = [(); 2].map(|()| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || assert!(take_permit(&queue, Deadline::NEVER)))
    });
    give_permit(&queue);
    give_permit(&queue);
    for waiter in waiters {
        waiter.join().unwrap();
    }
    assert_eq!(queue.len(), 0);
}

/// One waiter times out at some moment, one has no deadline; with one permit for each that took one, both end, and the
/// count is exact.
fn timeout_and_notification_exclude_each_other() {
    let queue = Arc::new(Counted::new(0));
    let [patient, impatient] =
        [Deadline::NEVER, Deadline::after(Duration::from_millis(1))].map(|deadline| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || take_permit(&queue, deadline))
        });
    give_permit(&queue);
    let taken_in_time = impatient.join().unwrap();
    if taken_in_time {
        give_permit(&queue);
    }
    assert!(patient.join().unwrap());
    let guard = queue.lock();
    assert_eq!((*guard, guard.len()), (0, 0));
}

/// One pop notifies one waiter; the other stays queued until it is popped.
fn pop_front_notifies_one() {
    let queue = Arc::new(WaitQueue::new(0));
    let waiters = [(); 2].map(|()| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || {
            let waiter = {
                let mut guard = queue.lock();
                *guard += 1;
                guard.enqueue()
            };
            let _ = waiter.park(|_| None::<()>, Deadline::NEVER, Backoff::None);
        })
    });
    while *queue.lock() < 2 {
        thread::yield_now();
    }
    let wakeup = queue.lock().pop_front();
    assert_eq!(queue.len(), 1);
    drop(wakeup);
    let wakeup = queue.lock().pop_front();
    drop(wakeup);
    for waiter in waiters {
        waiter.join().unwrap();
    }
}

#[test]
fn notification_is_not_lost() {
    run(permits_reach_the_waiters);
}

#[test]
fn finds_a_lost_wakeup() {
    finds(Fault::LostWakeup, permits_reach_the_waiters);
}

#[test]
fn timeout_takes_no_notification_along() {
    run(timeout_and_notification_exclude_each_other);
}

#[test]
fn finds_a_notification_of_a_cancelled_waiter() {
    finds(
        Fault::CancelledAfterNotify,
        timeout_and_notification_exclude_each_other,
    );
}

#[test]
fn one_waiter_is_notified_for_one_pop() {
    run(pop_front_notifies_one);
}

#[test]
fn finds_two_woken_for_one() {
    finds(Fault::TwoForOne, pop_front_notifies_one);
}
