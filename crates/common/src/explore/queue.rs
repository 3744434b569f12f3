//! The queues, each kind by itself.

use super::{finds, run};
use crate::queue::{
    BlockingQueue, Fifo, GetError, Lifo, Priority, PriorityQueue, PutError, Storage,
};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use crate::sync::fault::Fault;
use shuttle::thread;
use std::cmp::Ordering;
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
    let putters = [0, 1].map(|number| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || (0..2).for_each(|n| queue.put(2 * number + n).unwrap()))
    });
    let getters = [(); 2].map(|()| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || {
            let got = [(); 2].map(|()| {
                let item = queue.get().unwrap();
                assert!(queue.task_done().is_ok());
                item
            });
            got.into_iter().sum::<usize>()
        })
    });
    for putter in putters {
        putter.join().unwrap();
    }
    queue.join();
    assert_eq!(queue.unfinished_tasks(), 0);
    let sum: usize = getters.map(|getter| getter.join().unwrap()).iter().sum();
    assert_eq!(sum, 6);
    assert!(is_quiet(&queue));
}

/// One getter times out at some time, the other has no timeout: the item that the first does not take, the second gets.
fn timeout_of_a_getter_passes_its_item_on<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(0);
    let getters = [SHORT, Duration::MAX].map(|timeout| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || queue.get_timeout(timeout).is_ok())
    });
    queue.put(1).unwrap();
    let [impatient, patient] = getters;
    if impatient.join().unwrap() {
        queue.put(2).unwrap();
    }
    assert!(patient.join().unwrap());
    assert_eq!(queue.qsize(), 0);
}

/// One putter times out at some time, the other has no timeout: the place that the first does not take, the second gets.
fn timeout_of_a_putter_passes_its_place_on<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(1);
    queue.put(0).unwrap();
    let putters = [SHORT, Duration::MAX].map(|timeout| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || queue.put_timeout(1, timeout).is_ok())
    });
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
    let putters = [2, 3].map(|item| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || queue.put(item).unwrap())
    });
    for _ in 0..2 {
        queue.get().unwrap();
    }
    for putter in putters {
        putter.join().unwrap();
    }
    assert_eq!(queue.qsize(), 2);
}

/// Two producers put what they can where there is room for two, one consumer gets, one watches: at most two are in.
fn bound_is_never_exceeded<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(2);
    queue.put(0).unwrap();
    let putters = [1, 2].map(|item| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || (0..2).filter(|_| queue.put_nowait(item).is_ok()).count())
    });
    let getter = thread::spawn({
        let queue = Arc::clone(&queue);
        move || queue.get().unwrap()
    });
    (0..3).for_each(|_| assert!(queue.qsize() <= 2));
    let put: usize = putters.map(|putter| putter.join().unwrap()).iter().sum();
    getter.join().unwrap();
    assert_eq!(queue.qsize(), put);
    assert!(put <= 2);
}

/// A waiter may be overtaken this often: each time, chance says whether half a millisecond has passed.
const OVERTAKEN: usize = 60;

/// Returns when the given number of threads are blocked in put or get. The thread that polls is another one, for a scheduler gives
/// way to all others when a thread yields: and this one is to be quicker.
fn until_waiting<T: Send + 'static, S: Storage<T> + 'static>(
    queue: &Arc<BlockingQueue<T, S>>,
    count: usize,
) {
    let queue = Arc::clone(queue);
    let poll = move || {
        while queue.waiting() != count {
            thread::yield_now();
        }
    };
    thread::spawn(poll).join().unwrap();
}

/// A getter is overtaken again and again: in the end the item is left to it.
fn getter_does_not_starve<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(0);
    let getter = thread::spawn({
        let queue = Arc::clone(&queue);
        move || queue.get().unwrap()
    });
    let overtakes = |round| {
        until_waiting(&queue, 1);
        queue.put(round).unwrap();
        queue.get_nowait().is_ok()
    };
    assert!(!(0..OVERTAKEN).all(overtakes));
    getter.join().unwrap();
}

/// A putter is overtaken again and again: in the end the free place is left to it.
fn putter_does_not_starve<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(1);
    queue.put(0).unwrap();
    let putter = thread::spawn({
        let queue = Arc::clone(&queue);
        move || queue.put(0).unwrap()
    });
    let overtakes = |round| {
        until_waiting(&queue, 1);
        queue.get().unwrap();
        queue.put_nowait(round).is_ok()
    };
    assert!(!(0..OVERTAKEN).all(overtakes));
    putter.join().unwrap();
}

/// Two put, one gets, one shuts down and joins: each item is got or returned once, and every call ends.
fn shutdown_ends_every_call<S: Storage<usize> + 'static>(at_once: bool) {
    let queue = bounded::<S>(1);
    let putters = [(0, SHORT), (1, Duration::MAX)].map(|(number, timeout)| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || match queue.put_timeout(number, timeout) {
            Ok(()) => 1,
            Err(PutError::Full(_)) => {
                assert_eq!(timeout, SHORT);
                0
            }
            Err(PutError::ShutDown(_)) => 0,
        })
    });
    let getter = thread::spawn({
        let queue = Arc::clone(&queue);
        move || std::iter::from_fn(|| queue.get_task().ok()).count()
    });
    let closer = thread::spawn({
        let queue = Arc::clone(&queue);
        move || {
            let returned = if at_once {
                queue.shutdown_now().len()
            } else {
                queue.shutdown();
                0
            };
            queue.join();
            returned
        }
    });
    let put: usize = putters.map(|putter| putter.join().unwrap()).iter().sum();
    assert_eq!(getter.join().unwrap() + closer.join().unwrap(), put);
    assert_eq!(queue.get_nowait(), Err(GetError::ShutDown));
    assert!(is_quiet(&queue));
}

fn shutdown_ends_all<S: Storage<usize> + 'static>() {
    shutdown_ends_every_call::<S>(false);
}

fn shutdown_now_ends_all<S: Storage<usize> + 'static>() {
    shutdown_ends_every_call::<S>(true);
}

/// The cases and faults of every kind.
macro_rules! explored {
    ($kind_of_queue:ident, $kind:ty) => {
        mod $kind_of_queue {
            use super::*;

            #[test]
            fn every_item_is_got_and_done() {
                run(super::every_item_is_got_and_done::<$kind>);
            }

            #[test]
            fn finds_an_item_without_notification() {
                finds(
                    Fault::ItemNotNotified,
                    super::every_item_is_got_and_done::<$kind>,
                );
            }

            #[test]
            fn finds_a_place_without_notification() {
                finds(
                    Fault::RoomNotNotified,
                    super::every_item_is_got_and_done::<$kind>,
                );
            }

            #[test]
            fn finds_a_task_that_is_counted_too_late() {
                finds(
                    Fault::CountedTooLate,
                    super::every_item_is_got_and_done::<$kind>,
                );
            }

            #[test]
            fn finds_a_last_task_without_notification() {
                finds(
                    Fault::LastTaskNotNotified,
                    super::every_item_is_got_and_done::<$kind>,
                );
            }

            #[test]
            fn timeout_of_a_getter_passes_its_item_on() {
                run(super::timeout_of_a_getter_passes_its_item_on::<$kind>);
            }

            #[test]
            fn finds_an_item_spent_on_a_timeout() {
                finds(
                    Fault::CancelledAfterNotify,
                    super::timeout_of_a_getter_passes_its_item_on::<$kind>,
                );
            }

            #[test]
            fn timeout_of_a_putter_passes_its_place_on() {
                run(super::timeout_of_a_putter_passes_its_place_on::<$kind>);
            }

            #[test]
            fn finds_a_place_spent_on_a_timeout() {
                finds(
                    Fault::CancelledAfterNotify,
                    super::timeout_of_a_putter_passes_its_place_on::<$kind>,
                );
            }

            #[test]
            fn room_for_two_admits_two() {
                run(super::room_for_two_admits_two::<$kind>);
            }

            #[test]
            fn bound_is_never_exceeded() {
                run(super::bound_is_never_exceeded::<$kind>);
            }

            #[test]
            fn getter_does_not_starve() {
                run(super::getter_does_not_starve::<$kind>);
            }

            #[test]
            fn finds_a_getter_that_starves() {
                finds(Fault::UnfairNotify, super::getter_does_not_starve::<$kind>);
            }

            #[test]
            fn putter_does_not_starve() {
                run(super::putter_does_not_starve::<$kind>);
            }

            #[test]
            fn finds_a_putter_that_starves() {
                finds(Fault::UnfairNotify, super::putter_does_not_starve::<$kind>);
            }

            #[test]
            fn shutdown_ends_all() {
                run(super::shutdown_ends_all::<$kind>);
                run(super::shutdown_now_ends_all::<$kind>);
            }

            #[test]
            fn finds_a_shutdown_without_notification() {
                finds(
                    Fault::ShutdownNotNotified,
                    super::shutdown_ends_all::<$kind>,
                );
            }

            #[test]
            fn finds_a_shutdown_now_without_notification() {
                finds(
                    Fault::ShutdownNotNotified,
                    super::shutdown_now_ends_all::<$kind>,
                );
            }

            #[test]
            fn finds_a_removed_item_that_is_not_done() {
                finds(Fault::RemovedNotDone, super::shutdown_now_ends_all::<$kind>);
            }
        }
    };
}

/// Two consumers get while a producer puts: neither gets an item after a younger one.
fn get_returns_the_older_item_first() {
    let queue = bounded::<Fifo>(0);
    let putter = thread::spawn({
        let queue = Arc::clone(&queue);
        move || (0..3).for_each(|item| queue.put(item).unwrap())
    });
    let other = thread::spawn({
        let queue = Arc::clone(&queue);
        move || queue.get().unwrap()
    });
    let [first, second] = [(); 2].map(|()| queue.get().unwrap());
    assert!(first < second);
    putter.join().unwrap();
    assert_eq!(first + second + other.join().unwrap(), 3);
}

#[test]
fn fifo_get_returns_the_older_item_first() {
    run(get_returns_the_older_item_first);
}

#[test]
fn finds_an_item_that_was_overtaken() {
    finds(Fault::Overtaken, get_returns_the_older_item_first);
}

#[test]
fn finds_a_putter_that_does_not_notify_the_next() {
    finds(Fault::NotPassedOn, room_for_two_admits_two::<Fifo>);
}

#[test]
fn finds_a_bound_that_is_exceeded() {
    finds(Fault::OutboxNotCounted, bound_is_never_exceeded::<Fifo>);
}

explored!(fifo, Fifo);
explored!(lifo, Lifo);
explored!(priority, Priority);

crate::sync::thread_local! {
    /// This thread's next comparison panics.
    static IS_MOODY: AtomicUsize = AtomicUsize::new(0);
}

#[derive(PartialEq, Eq)]
struct Moody(usize);

impl Ord for Moody {
    fn cmp(&self, other: &Self) -> Ordering {
        if IS_MOODY.with(|moody| moody.swap(0, SeqCst)) == 1 {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Moody {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Three items for four getters; the oldest getter panics if it has to compare: the other three get one each.
fn item_left_by_a_panic_is_got_by_another() {
    let queue = Arc::new(PriorityQueue::new());
    let ended = Arc::new(AtomicUsize::new(0));
    let getters = [1, 2, 3, 4].map(|age| {
        let getter = thread::spawn({
            let (queue, ended) = (Arc::clone(&queue), Arc::clone(&ended));
            move || {
                IS_MOODY.with(|moody| moody.store(usize::from(age == 1), SeqCst));
                let got = catch_unwind(AssertUnwindSafe(|| queue.get().is_ok()));
                ended.fetch_add(1, SeqCst);
                got.is_ok()
            }
        });
        until_waiting(&queue, age);
        getter
    });
    let putter = thread::spawn({
        let queue = Arc::clone(&queue);
        move || (0..3).for_each(|n| queue.put(Moody(n)).unwrap())
    });
    while ended.load(SeqCst) < 3 {
        thread::yield_now();
    }
    // The fourth waits for another item or, when the oldest has panicked, was notified of the one that is left.
    putter.join().unwrap();
    if queue.qsize() == 0 {
        queue.put(Moody(3)).unwrap();
    }
    let got = getters.map(|getter| getter.join().unwrap());
    assert!(got.into_iter().filter(|has_got| *has_got).count() >= 3);
}

#[test]
fn get_whose_cmp_panics_wakes_the_next_getter() {
    run(item_left_by_a_panic_is_got_by_another);
}

#[test]
fn finds_an_item_lost_with_a_panic() {
    finds(Fault::NotPassedOn, item_left_by_a_panic_is_got_by_another);
}
