//! The wait queue by itself.

use super::{explore, join, spawn, until};
use crate::sync::fault::Fault;
use crate::sync::{Arc, Backoff, Deadline};
use crate::wait_queue::{Parked, WaitQueue, Waiter};
use std::time::Duration;

type Counted = WaitQueue<usize>;

/// Acquires a permit, as a semaphore would; a notification that it cannot use, it passes on.
fn acquire(queue: &Counted, deadline: Deadline) -> bool {
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

fn release(queue: &Counted) {
    let mut guard = queue.lock();
    *guard += 1;
    let wakeup = guard.pop_front();
    drop(guard);
    drop(wakeup);
}

/// Two threads wait without a deadline, two permits come: both threads end.
#[test]
fn notification_is_not_lost() {
    explore(&[Fault::LostWakeup], || {
        let queue = Arc::new(Counted::new(0));
        let waiters = [(); 2].map(|()| spawn(&queue, |queue| acquire(queue, Deadline::NEVER)));
        release(&queue);
        release(&queue);
        assert_eq!(join(waiters), [true; 2]);
        assert_eq!(queue.waiting(), 0);
    });
}

/// One waiter times out at some moment, one has no deadline; with one permit for each that acquired one, both end, and
/// the count is exact.
#[test]
fn timeout_takes_no_notification_along() {
    explore(&[Fault::CancelledAfterNotify], || {
        let queue = Arc::new(Counted::new(0));
        let soon = Deadline::after(Duration::from_millis(1));
        let [patient, impatient] = [Deadline::NEVER, soon]
            .map(|deadline| spawn(&queue, move |queue| acquire(queue, deadline)));
        release(&queue);
        if impatient.join().unwrap() {
            release(&queue);
        }
        assert!(patient.join().unwrap());
        let guard = queue.lock();
        assert_eq!((*guard, guard.waiting()), (0, 0));
    });
}

/// One pop notifies one waiter; the other stays queued until it is popped.
#[test]
fn pop_front_notifies_one_waiter() {
    explore(&[Fault::TwoForOne], || {
        let queue = Arc::new(Counted::new(0));
        let waiters = [(); 2].map(|()| {
            spawn(&queue, |queue| {
                let waiter = {
                    let mut guard = queue.lock();
                    *guard += 1;
                    guard.enqueue()
                };
                let _ = waiter.park(|_| None::<()>, Deadline::NEVER, Backoff::None);
            })
        });
        until(|| *queue.lock() == 2);
        let wakeup = queue.lock().pop_front();
        assert_eq!(queue.waiting(), 1);
        drop(wakeup);
        let wakeup = queue.lock().pop_front();
        drop(wakeup);
        join(waiters);
    });
}
