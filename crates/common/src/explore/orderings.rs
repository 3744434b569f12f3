//! Cases for loom, which explores every schedule and every value that the orderings allow: the orderings that the primitives
//! rely on.

use super::explore;
use crate::queue::Queue;
use crate::sync::fault::Fault;
use crate::sync::{Arc, Backoff, Deadline};
use crate::threading::{Event, Lock, Semaphore};
use crate::wait_queue::WaitQueue;
use loom::cell::UnsafeCell;
use loom::thread::{self, JoinHandle};

/// Runs all schedules.
pub(super) fn run(case: fn()) {
    loom::model(case);
}

/// Starts a thread of the model that calls `work` with `shared`.
fn spawn<T: 'static>(shared: &Arc<T>, work: impl FnOnce(&T) + 'static) -> JoinHandle<()> {
    let shared = Arc::clone(shared);
    thread::spawn(move || work(&shared))
}

/// Writes before a wake-up are visible after it, although the waiter locks no mutex after it.
#[test]
fn wakeup_shows_earlier_writes() {
    explore(&[Fault::WeakWakeup], || {
        let shared = Arc::new((WaitQueue::new(()), UnsafeCell::new(0)));
        let waiter = shared.0.lock().enqueue();
        let waker = spawn(&shared, |(queue, cell)| {
            let mut queue = queue.lock();
            cell.with_mut(|_| ());
            let wakeup = queue.pop_front();
            drop(queue);
            drop(wakeup);
        });
        let _ = waiter.park(|_| None::<()>, Deadline::NEVER, Backoff::None);
        shared.1.with(|_| ());
        waker.join().unwrap();
    });
}

/// Writes under a lock are visible to the next thread that acquires it.
#[test]
fn acquire_shows_writes_before_the_release_of_a_lock() {
    explore(&[Fault::WeakRelease], || {
        let lock = Lock::new();
        // Loom's objects must exist before they are shared, and a `Lock` makes its own at its first use.
        assert_eq!((lock.locked(), lock.waiting()), (false, 0));
        let shared = Arc::new((lock, UnsafeCell::new(0)));
        let write = |(lock, cell): &(Lock, UnsafeCell<i32>)| {
            lock.acquire();
            cell.with_mut(|_| ());
            lock.release().unwrap();
        };
        let other = spawn(&shared, write);
        write(&shared);
        other.join().unwrap();
    });
}

/// Writes before the release of a permit are visible to the thread that acquires it. That is not the main thread, which
/// joins the other one: loom takes a late wake-up for the end of the join.
#[test]
fn acquire_shows_writes_before_the_release_of_a_permit() {
    explore(&[Fault::WeakRelease], || {
        let semaphore = Semaphore::new(0);
        assert!(!semaphore.try_acquire() && semaphore.waiting() == 0);
        let shared = Arc::new((semaphore, UnsafeCell::new(0)));
        let waiter = spawn(&shared, |(semaphore, cell)| {
            semaphore.acquire();
            cell.with_mut(|_| ());
        });
        shared.1.with_mut(|_| ());
        shared.0.release();
        waiter.join().unwrap();
    });
}

/// Writes before an event is set are visible to the thread that waited for it.
#[test]
fn wait_shows_writes_before_the_set_of_an_event() {
    explore(&[Fault::WeakRelease], || {
        let event = Event::new();
        assert!(!event.is_set() && event.waiting() == 0);
        let shared = Arc::new((event, UnsafeCell::new(0)));
        let waiter = spawn(&shared, |(event, cell)| {
            event.wait();
            cell.with(|_| ());
        });
        shared.1.with_mut(|_| ());
        shared.0.set();
        waiter.join().unwrap();
    });
}

/// Work on the tasks of a queue is visible to the thread that joins the queue, although that thread locks no mutex that
/// the workers locked.
#[test]
fn join_shows_writes_before_task_done() {
    explore(&[Fault::WeakTaskDone], || {
        let queue = Queue::new();
        (0..2).for_each(|item| queue.put(item).unwrap());
        queue.get().unwrap();
        queue.task_done().unwrap();
        assert_eq!((queue.qsize(), queue.unfinished_tasks()), (1, 1));
        let shared = Arc::new((queue, UnsafeCell::new(0)));
        let worker = spawn(&shared, |(queue, cell)| {
            cell.with_mut(|_| ());
            queue.task_done().unwrap();
        });
        let (queue, cell) = &*shared;
        if queue.unfinished_tasks() == 0 {
            cell.with(|_| ());
        }
        queue.join();
        cell.with(|_| ());
        worker.join().unwrap();
    });
}

/// A task is unfinished, whatever other workers put and finish meanwhile.
#[test]
fn task_done_counts_the_items_of_other_workers() {
    explore(&[Fault::WeakTaskCount], || {
        let queue = Arc::new(Queue::new());
        (0..2).for_each(|item| queue.put(item).unwrap());
        (0..2).for_each(|item| assert_eq!(queue.get(), Ok(item)));
        queue.task_done().unwrap();
        assert_eq!((queue.qsize(), queue.unfinished_tasks()), (0, 1));
        let other = spawn(&queue, |queue| {
            queue.put(2).unwrap();
            queue.get().unwrap();
            queue.task_done().unwrap();
        });
        assert_eq!(queue.task_done(), Ok(()));
        other.join().unwrap();
    });
}
