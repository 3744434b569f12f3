//! The queues, each kind by itself.

use super::{explore, join, spawn, until};
use crate::queue::{
    BlockingQueue, Fifo, GetError, Lifo, Priority, PriorityQueue, PutError, Storage,
};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use crate::sync::fault::Fault;
use std::cmp::Ordering;
use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(1);

fn bounded<S: Storage<usize>>(maxsize: usize) -> Arc<BlockingQueue<usize, S>> {
    let queue = BlockingQueue::default();
    queue.set_maxsize(maxsize);
    Arc::new(queue)
}

fn is_quiet<S: Storage<usize>>(queue: &BlockingQueue<usize, S>) -> bool {
    [
        queue.qsize(),
        queue.unfinished_tasks(),
        queue.waiting(),
        queue.joining(),
    ] == [0; 4]
}

/// Two producers put two items each where there is room for one, two workers get them, and a joiner waits: all end.
fn every_item_is_got_and_done<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(1);
    let putters = [0, 2].map(|first| {
        spawn(&queue, move |queue| {
            (first..first + 2).for_each(|item| queue.put(item).unwrap());
        })
    });
    let getters = [(); 2].map(|()| {
        spawn(&queue, |queue| {
            let got = [(); 2].map(|()| {
                let item = queue.get().unwrap();
                assert!(queue.task_done().is_ok());
                item
            });
            got.into_iter().sum::<usize>()
        })
    });
    join(putters);
    queue.join();
    assert_eq!(queue.unfinished_tasks(), 0);
    assert_eq!(join(getters).iter().sum::<usize>(), 6);
    assert!(is_quiet(&queue));
}

/// One getter times out at some moment, the other has no timeout: it gets the item that the first does not take.
fn timeout_of_a_getter_passes_its_item_on<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(0);
    let getters = [SHORT, Duration::MAX]
        .map(|timeout| spawn(&queue, move |queue| queue.get_timeout(timeout).is_ok()));
    queue.put(1).unwrap();
    let [impatient, patient] = getters;
    if impatient.join().unwrap() {
        queue.put(2).unwrap();
    }
    assert!(patient.join().unwrap());
    assert_eq!(queue.qsize(), 0);
}

/// One putter times out at some moment, the other has no timeout: it gets the place that the first does not take.
fn timeout_of_a_putter_passes_its_place_on<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(1);
    queue.put(0).unwrap();
    let putters = [SHORT, Duration::MAX]
        .map(|timeout| spawn(&queue, move |queue| queue.put_timeout(1, timeout).is_ok()));
    queue.get().unwrap();
    let [impatient, patient] = putters;
    if impatient.join().unwrap() {
        queue.get().unwrap();
    }
    assert!(patient.join().unwrap());
    assert_eq!(queue.qsize(), 1);
}

/// Two putters wait until there is room for two, and both put, though only the first was notified.
fn room_for_two_admits_two<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(2);
    (0..2).for_each(|item| queue.put(item).unwrap());
    let putters = [2, 3].map(|item| spawn(&queue, move |queue| queue.put(item).unwrap()));
    for _ in 0..2 {
        queue.get().unwrap();
    }
    join(putters);
    assert_eq!(queue.qsize(), 2);
}

/// Two putters wait until the bound is raised, one of them with a timeout, and a getter gets an item meanwhile.
fn raised_bound_admits_every_putter<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(1);
    queue.put(0).unwrap();
    let putters = [SHORT, Duration::MAX]
        .map(|timeout| spawn(&queue, move |queue| queue.put_timeout(1, timeout).is_ok()));
    let getter = spawn(&queue, |queue| queue.get_nowait().is_ok());
    queue.set_maxsize(3);
    let [has_put, patient] = join(putters);
    assert!(patient && getter.join().unwrap());
    assert_eq!(queue.qsize(), 1 + usize::from(has_put));
}

/// Two producers put what they can where there is room for two, and a consumer gets: the queue holds at most two items.
fn bound_is_never_exceeded<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(2);
    queue.put(0).unwrap();
    let putters = [1, 2].map(|item| {
        spawn(&queue, move |queue| {
            (0..2).filter(|_| queue.put_nowait(item).is_ok()).count()
        })
    });
    let getter = spawn(&queue, |queue| queue.get().unwrap());
    (0..3).for_each(|_| assert!(queue.qsize() <= 2));
    let put: usize = join(putters).iter().sum();
    getter.join().unwrap();
    assert_eq!(queue.qsize(), put);
    assert!(put <= 2);
}

/// The number of times that a waiter may be overtaken: each time, chance says whether half a millisecond has passed.
const OVERTAKEN: usize = 60;

/// Returns when the given number of threads are blocked in put or get. Another thread polls: the scheduler runs all
/// others when a thread yields, and the calling thread must be faster than the waiters.
fn until_waiting<T: Send + 'static, S: Storage<T> + 'static>(
    queue: &Arc<BlockingQueue<T, S>>,
    count: usize,
) {
    let poll = spawn(queue, move |queue| until(|| queue.waiting() == count));
    poll.join().unwrap();
}

/// A getter is overtaken again and again: in the end an item is reserved for it.
fn getter_does_not_starve<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(0);
    let getter = spawn(&queue, |queue| queue.get().unwrap());
    let overtakes = |round| {
        until_waiting(&queue, 1);
        queue.put(round).unwrap();
        queue.get_nowait().is_ok()
    };
    assert!(!(0..OVERTAKEN).all(overtakes));
    getter.join().unwrap();
}

/// A putter is overtaken again and again: in the end a place is reserved for it.
fn putter_does_not_starve<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(1);
    queue.put(0).unwrap();
    let putter = spawn(&queue, |queue| queue.put(0).unwrap());
    let overtakes = |round| {
        until_waiting(&queue, 1);
        queue.get().unwrap();
        queue.put_nowait(round).is_ok()
    };
    assert!(!(0..OVERTAKEN).all(overtakes));
    putter.join().unwrap();
}

/// Two threads put, one gets, one calls `shutdown` and joins: each item is got or returned once, and every call ends.
fn ends_every_call<S: Storage<usize> + 'static>(
    shutdown: fn(&BlockingQueue<usize, S>) -> Vec<usize>,
) {
    let queue = bounded::<S>(1);
    let putters = [(0, SHORT), (1, Duration::MAX)].map(|(item, timeout)| {
        spawn(&queue, move |queue| {
            match queue.put_timeout(item, timeout) {
                Ok(()) => 1,
                Err(PutError::Full(_)) => {
                    assert_eq!(timeout, SHORT);
                    0
                }
                Err(PutError::ShutDown(_)) => 0,
            }
        })
    });
    let getter = spawn(&queue, |queue| {
        iter::from_fn(|| queue.get_task().ok()).count()
    });
    let closer = spawn(&queue, move |queue| {
        let returned = shutdown(queue).len();
        queue.join();
        returned
    });
    let put: usize = join(putters).iter().sum();
    assert_eq!(join([getter, closer]).iter().sum::<usize>(), put);
    assert_eq!(queue.get_nowait(), Err(GetError::ShutDown));
    assert!(is_quiet(&queue));
}

fn shutdown_ends_every_call<S: Storage<usize> + 'static>() {
    ends_every_call::<S>(|queue| {
        queue.shutdown();
        Vec::new()
    });
}

fn shutdown_now_ends_every_call<S: Storage<usize> + 'static>() {
    ends_every_call::<S>(BlockingQueue::shutdown_now);
}

/// Explores a case with each kind of queue.
macro_rules! each_kind {
    ($case:ident, $($fault:ident),*) => {
        mod $case {
            use super::*;

            #[test]
            fn fifo() {
                explore(&[$(Fault::$fault),*], super::$case::<Fifo>);
            }

            #[test]
            fn lifo() {
                explore(&[$(Fault::$fault),*], super::$case::<Lifo>);
            }

            #[test]
            fn priority() {
                explore(&[$(Fault::$fault),*], super::$case::<Priority>);
            }
        }
    };
}

each_kind!(
    every_item_is_got_and_done,
    ItemNotNotified,
    RoomNotNotified,
    CountedTooLate,
    LastTaskNotNotified
);
each_kind!(timeout_of_a_getter_passes_its_item_on, CancelledAfterNotify);
each_kind!(
    timeout_of_a_putter_passes_its_place_on,
    CancelledAfterNotify
);
each_kind!(room_for_two_admits_two, NotPassedOn);
each_kind!(raised_bound_admits_every_putter, RoomNotNotified);
each_kind!(bound_is_never_exceeded,);
each_kind!(getter_does_not_starve, UnfairNotify);
each_kind!(putter_does_not_starve, UnfairNotify);
each_kind!(shutdown_ends_every_call, ShutdownNotNotified);
each_kind!(
    shutdown_now_ends_every_call,
    ShutdownNotNotified,
    RemovedNotDone
);

#[test]
fn items_of_the_outbox_count_against_the_bound() {
    explore(&[Fault::OutboxNotCounted], bound_is_never_exceeded::<Fifo>);
}

/// Two consumers get while a producer puts: neither gets an item after a younger one.
#[test]
fn get_returns_the_older_item_first() {
    explore(&[Fault::Overtaken], || {
        let queue = bounded::<Fifo>(0);
        let putter = spawn(&queue, |queue| {
            (0..3).for_each(|item| queue.put(item).unwrap());
        });
        let other = spawn(&queue, |queue| queue.get().unwrap());
        let [first, second] = [(); 2].map(|()| queue.get().unwrap());
        assert!(first < second);
        putter.join().unwrap();
        assert_eq!(first + second + other.join().unwrap(), 3);
    });
}

crate::sync::thread_local! {
    /// Whether this thread's next comparison panics.
    static PANICS: AtomicUsize = AtomicUsize::new(0);
}

#[derive(PartialEq, Eq)]
struct Panicky(usize);

impl Ord for Panicky {
    fn cmp(&self, other: &Self) -> Ordering {
        if PANICS.with(|panics| panics.swap(0, SeqCst)) == 1 {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Panicky {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Three items for four getters; the oldest getter panics if it has to compare: the other three get an item each.
#[test]
fn get_whose_cmp_panics_wakes_the_next_getter() {
    explore(&[Fault::NotPassedOn], || {
        let queue = Arc::new(PriorityQueue::new());
        let ended = Arc::new(AtomicUsize::new(0));
        let getters = [1, 2, 3, 4].map(|age| {
            let ended = Arc::clone(&ended);
            let getter = spawn(&queue, move |queue: &PriorityQueue<Panicky>| {
                PANICS.with(|panics| panics.store(usize::from(age == 1), SeqCst));
                let got = catch_unwind(AssertUnwindSafe(|| queue.get().is_ok()));
                ended.fetch_add(1, SeqCst);
                got.is_ok()
            });
            until_waiting(&queue, age);
            getter
        });
        let putter = spawn(&queue, |queue| {
            (0..3).for_each(|n| queue.put(Panicky(n)).unwrap());
        });
        until(|| ended.load(SeqCst) >= 3);
        // The fourth getter waits for another item or, if the oldest has panicked, was notified of the remaining one.
        putter.join().unwrap();
        if queue.qsize() == 0 {
            queue.put(Panicky(3)).unwrap();
        }
        let got = join(getters);
        assert!(got.into_iter().filter(|has_got| *has_got).count() >= 3);
    });
}
