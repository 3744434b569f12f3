use super::*;
use crate::sync::{Backoff, Deadline};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Parks in the queue; true when notified.
fn park<T>(queue: &WaitQueue<T>, waiter: &Waiter, deadline: Deadline) -> bool {
    let cancel = |waiter: &Waiter| queue.lock().cancel(waiter);
    matches!(
        waiter.park(cancel, deadline, Backoff::None),
        Parked::Notified(_)
    )
}

/// Enqueues and parks; true when notified.
fn wait(queue: &WaitQueue, deadline: Deadline) -> bool {
    let waiter = queue.lock().enqueue();
    park(queue, &waiter, deadline)
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_micros(50))
}

/// Returns once `count` threads are queued: they may not be blocked yet, but their order is decided.
fn until_queued<T>(queue: &WaitQueue<T>, count: usize) {
    while queue.waiting() != count {
        thread::yield_now();
    }
}

fn until(flag: &AtomicBool) {
    while !flag.load(SeqCst) {
        thread::yield_now();
    }
}

fn notify_front(queue: &WaitQueue) -> bool {
    let wakeup = queue.lock().pop_front();
    wakeup.map(drop).is_some()
}

#[test]
fn pop_front_notifies_the_oldest() {
    let queue = WaitQueue::new(());
    let (woken, order) = mpsc::channel();
    thread::scope(|scope| {
        for number in 0..8 {
            let (queue, woken) = (&queue, woken.clone());
            scope.spawn(move || {
                assert!(wait(queue, Deadline::NEVER));
                woken.send(number).unwrap();
            });
            until_queued(queue, number + 1);
        }
        for number in 0..8 {
            assert!(notify_front(&queue));
            assert_eq!(order.recv(), Ok(number));
        }
    });
}

#[test]
fn pop_front_notifies_one_waiter() {
    let queue = WaitQueue::new(());
    let woken = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                assert!(wait(&queue, Deadline::NEVER));
                woken.fetch_add(1, SeqCst);
            });
        }
        until_queued(&queue, 8);
        for _ in 0..3 {
            assert!(notify_front(&queue));
        }
        while woken.load(SeqCst) < 3 {
            thread::yield_now();
        }
        assert_eq!(queue.waiting(), 5);
        assert_eq!(woken.load(SeqCst), 3);
        let rest = queue.lock().drain();
        assert_eq!(queue.waiting(), 0);
        drop(rest);
    });
    assert_eq!(woken.into_inner(), 8);
}

#[test]
fn pop_front_of_an_empty_queue_is_not_remembered() {
    let queue = WaitQueue::new(());
    assert!(!notify_front(&queue));
    assert!(!wait(&queue, soon()));
}

#[test]
fn timeout_that_races_with_a_notification_is_one_or_the_other() {
    let queue = WaitQueue::new(());
    let done = AtomicBool::new(false);
    let (mut notified, mut timed_out) = (0, 0);
    let popped = thread::scope(|scope| {
        let notifier = scope.spawn(|| {
            let mut popped = 0;
            while !done.load(SeqCst) {
                popped += usize::from(notify_front(&queue));
                thread::yield_now();
            }
            popped
        });
        for round in 0..20_000 {
            let timeout = Duration::from_nanos(round % 40 * 250);
            if wait(&queue, Deadline::after(timeout)) {
                notified += 1;
            } else {
                timed_out += 1;
            }
        }
        done.store(true, SeqCst);
        notifier.join().unwrap()
    });
    assert_eq!(notified, popped);
    assert_eq!(notified + timed_out, 20_000);
    assert_eq!(queue.waiting(), 0);
}

#[test]
fn cancel_loses_no_notification() {
    for _ in 0..2_000 {
        let queue = WaitQueue::new(());
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            // The oldest waiter times out and requeues in a loop. When it is notified, it notifies the next waiter.
            scope.spawn(|| {
                let mut waiter = queue.lock().enqueue();
                while !done.load(SeqCst) {
                    if park(&queue, &waiter, soon()) {
                        notify_front(&queue);
                        return;
                    }
                    queue.lock().requeue(&mut waiter);
                }
                let _ = queue.lock().cancel(&waiter);
            });
            until_queued(&queue, 1);
            let (enqueued, is_queued) = mpsc::channel();
            let patient = scope.spawn({
                let queue = &queue;
                move || {
                    let waiter = queue.lock().enqueue();
                    enqueued.send(()).unwrap();
                    park(queue, &waiter, Deadline::NEVER)
                }
            });
            is_queued.recv().unwrap();
            // One notification in all: it reaches the patient waiter, directly or passed on.
            assert!(notify_front(&queue));
            assert!(patient.join().unwrap());
            done.store(true, SeqCst);
        });
    }
}

#[test]
fn drain_behind_leaves_the_oldest_waiters() {
    let queue = WaitQueue::new(());
    let (drained, numbers) = mpsc::channel();
    thread::scope(|scope| {
        for number in 0..4 {
            let (queue, drained) = (&queue, drained.clone());
            scope.spawn(move || {
                let parked = queue.lock().wait(Deadline::NEVER, Backoff::None);
                let is_drained = matches!(parked, Parked::Notified(UnparkToken(7)));
                drained.send((number, is_drained)).unwrap();
            });
            until_queued(queue, number + 1);
        }
        for (count, left) in [(4, 4), (2, 2), (3, 2)] {
            let wakeups = queue.lock().drain_behind(count, UnparkToken(7));
            drop(wakeups);
            assert_eq!(queue.waiting(), left);
        }
        let mut outcomes = [numbers.recv().unwrap(), numbers.recv().unwrap()];
        outcomes.sort_unstable();
        assert_eq!(outcomes, [(2, true), (3, true)]);
        while notify_front(&queue) {}
    });
}

#[test]
fn requeue_keeps_the_place() {
    let queue = WaitQueue::new(());
    let (woken, order) = mpsc::channel();
    thread::scope(|scope| {
        let (queue, first_woken, second_woken) = (&queue, woken.clone(), woken);
        scope.spawn(move || {
            let mut waiter = queue.lock().enqueue();
            assert!(park(queue, &waiter, Deadline::NEVER));
            queue.lock().requeue(&mut waiter);
            assert!(park(queue, &waiter, Deadline::NEVER));
            first_woken.send("first").unwrap();
        });
        until_queued(queue, 1);
        scope.spawn(move || {
            assert!(wait(queue, Deadline::NEVER));
            second_woken.send("second").unwrap();
        });
        until_queued(queue, 2);
        assert!(notify_front(queue));
        until_queued(queue, 2);
        assert!(notify_front(queue));
        assert_eq!(order.recv(), Ok("first"));
        assert!(notify_front(queue));
        assert_eq!(order.recv(), Ok("second"));
    });
}

#[test]
fn front_is_starving_half_a_millisecond_after_it_was_notified_in_vain() {
    let queue = WaitQueue::new(());
    let mut waiter = queue.lock().enqueue();
    thread::sleep(FAIRNESS_BOUND);
    assert!(!queue.lock().front_is_starving(), "it was not notified yet");
    let start = std::time::Instant::now();
    let starving = loop {
        assert!(notify_front(&queue));
        let mut queue = queue.lock();
        queue.requeue(&mut waiter);
        if queue.front_is_starving() {
            break start.elapsed();
        }
    };
    assert!(starving >= FAIRNESS_BOUND, "{starving:?}");
    assert!(queue.lock().cancel(&waiter).is_some());
    assert!(!queue.lock().front_is_starving(), "the queue is empty");
}

#[test]
fn late_wakeup_does_not_end_the_next_wait() {
    let queue = WaitQueue::new(());
    let (popped, next) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let waiter = queue.lock().enqueue();
            until(&popped);
            assert!(park(&queue, &waiter, Deadline::NEVER));
            assert!(wait(&queue, Deadline::NEVER));
            assert!(next.load(SeqCst));
        });
        until_queued(&queue, 1);
        let late = queue.lock().pop_front();
        popped.store(true, SeqCst);
        until_queued(&queue, 1);
        drop(late);
        next.store(true, SeqCst);
        assert!(notify_front(&queue));
    });
}

#[test]
fn unpark_of_the_application_wakes_no_waiter_and_is_kept() {
    let queue = WaitQueue::new(());
    let notified = AtomicBool::new(false);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            assert!(wait(&queue, Deadline::NEVER));
            assert!(notified.load(SeqCst));
            thread::park();
        });
        until_queued(&queue, 1);
        for _ in 0..1_000 {
            waiter.thread().unpark();
            thread::yield_now();
        }
        notified.store(true, SeqCst);
        assert!(notify_front(&queue));
    });
}

#[test]
fn wait_leaves_no_park_token_behind() {
    let queue = WaitQueue::new(());
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            assert!(wait(&queue, Deadline::NEVER));
            let start = std::time::Instant::now();
            thread::park_timeout(Duration::from_millis(20));
            start.elapsed()
        });
        until_queued(&queue, 1);
        thread::sleep(Duration::from_millis(5)); // so that it blocks, most likely
        assert!(notify_front(&queue));
        assert!(waiter.join().unwrap() >= Duration::from_millis(20));
    });
}

#[test]
fn polling_leaves_nothing_behind_while_others_wait() {
    let queue = WaitQueue::new(());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| wait(&queue, Deadline::NEVER));
        }
        until_queued(&queue, 2);
        for _ in 0..1_000 {
            assert!(!wait(&queue, Deadline::after(Duration::ZERO)));
        }
        assert_eq!(queue.waiting(), 2);
        drop(queue.lock().drain());
    });
}

#[test]
fn data_changes_in_one_step_with_the_queue() {
    let queue = WaitQueue::new(1);
    let mut guard = queue.lock();
    *guard += 1;
    assert_eq!((*guard, guard.waiting()), (2, 0));
}

#[test]
fn requeued_waiter_is_cancelled_in_its_new_queue_only() {
    let (first, second) = (WaitQueue::new(()), WaitQueue::new(()));
    let moved = AtomicBool::new(false);
    thread::scope(|scope| {
        let (cancelled, has_cancelled) = mpsc::channel();
        let (first, second, moved) = (&first, &second, &moved);
        scope.spawn(move || {
            let waiter = first.lock().enqueue();
            until(moved);
            assert!(
                first.lock().cancel(&waiter).is_none(),
                "it is in the second queue"
            );
            cancelled.send(()).unwrap();
            assert!(park(second, &waiter, Deadline::NEVER));
        });
        until_queued(first, 1);
        assert!(first.lock().requeue_to(&mut second.lock()));
        assert_eq!((first.waiting(), second.waiting()), (0, 1));
        // A waiter with the same ticket, to be mistaken for it.
        let other = first.lock().enqueue();
        moved.store(true, SeqCst);
        has_cancelled.recv().unwrap();
        assert_eq!((first.waiting(), second.waiting()), (1, 1));
        assert!(first.lock().cancel(&other).is_some());
        assert!(notify_front(second));
    });
}

#[test]
fn park_continues_without_a_deadline_when_the_waiter_was_requeued() {
    let (first, second) = (WaitQueue::new(()), WaitQueue::new(()));
    let notified = AtomicBool::new(false);
    thread::scope(|scope| {
        let (moved, has_moved) = mpsc::channel();
        let (first, second, notified) = (&first, &second, &notified);
        scope.spawn(move || {
            let waiter = first.lock().enqueue();
            let cancel = |waiter: &Waiter| {
                assert!(first.lock().requeue_to(&mut second.lock()));
                moved.send(()).unwrap();
                first.lock().cancel(waiter)
            };
            let parked = waiter.park(cancel, soon(), Backoff::None);
            assert!(matches!(parked, Parked::Notified(UnparkToken::DEFAULT)));
            assert!(notified.load(SeqCst), "it woke by itself");
        });
        has_moved.recv().unwrap();
        notified.store(true, SeqCst);
        assert!(notify_front(second));
    });
}

#[test]
fn requeue_to_keeps_the_order_behind_the_waiters_that_are_there() {
    let (first, second) = (WaitQueue::new(()), WaitQueue::new(()));
    let (woken, order) = mpsc::channel();
    thread::scope(|scope| {
        for (queue, number) in [(&second, 0), (&first, 1), (&first, 2)] {
            let (queue, woken) = (queue, woken.clone());
            let before = queue.waiting();
            scope.spawn(move || {
                assert!(wait(queue, Deadline::NEVER));
                woken.send(number).unwrap();
            });
            until_queued(queue, before + 1);
        }
        while first.lock().requeue_to(&mut second.lock()) {}
        for number in 0..3 {
            assert!(notify_front(&second));
            assert_eq!(order.recv(), Ok(number));
        }
    });
}

#[test]
fn token_comes_with_the_notification() {
    let queue = WaitQueue::new(());
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let waiter = queue.lock().enqueue();
            match waiter.park(|_| None::<()>, Deadline::NEVER, Backoff::Spin) {
                Parked::Notified(token) => token,
                Parked::TimedOut(()) => unreachable!("it has no deadline"),
            }
        });
        until_queued(&queue, 1);
        let wakeups = queue.lock().drain_with(UnparkToken(7));
        drop(wakeups);
        assert_eq!(waiter.join().unwrap(), UnparkToken(7));
    });
}
