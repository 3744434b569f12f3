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
    let shown = format!("{queue:?}");
    shown.contains("qsize: 0, unfinished: 0,") && shown.ends_with("waiting: 0, joining: 0 }")
}

/// Two put two each where there is room for one, two get and say that it is done, one joins: all end.
fn everything_put_is_got_and_done<S: Storage<usize> + 'static>() {
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

/// One gives up at some time, one waits for ever: what the one leaves behind the other gets.
fn those_who_give_up_keep_nobody_from_an_item<S: Storage<usize> + 'static>() {
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

/// The same for a free place.
fn those_who_give_up_keep_nobody_from_a_place<S: Storage<usize> + 'static>() {
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

/// Two wait where there is room for two, and both get in though only the first was called.
fn room_for_two_lets_two_in<S: Storage<usize> + 'static>() {
    let queue = bounded::<S>(2);
    (0..2).for_each(|item| queue.put(item).unwrap());
    let putters = [2, 3].map(|item| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || queue.put(item).unwrap())
    });
    (0..2).for_each(|_| drop(queue.get().unwrap()));
    for putter in putters {
        putter.join().unwrap();
    }
    assert_eq!(queue.qsize(), 2);
}

/// Two put what they can where there is room for two, one gets, one watches: there are never more than two.
fn the_bound_is_never_exceeded<S: Storage<usize> + 'static>() {
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

/// Some put, one gets, one joins, one shuts down: each item has one end, and everybody ends.
fn a_shutdown_ends_everything<S: Storage<usize> + 'static>(at_once: bool) {
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

fn a_shutdown_ends_all<S: Storage<usize> + 'static>() {
    a_shutdown_ends_everything::<S>(false);
}

fn a_shutdown_at_once_ends_all<S: Storage<usize> + 'static>() {
    a_shutdown_ends_everything::<S>(true);
}

/// The same cases and faults for each kind.
macro_rules! explored {
    ($kind_of_queue:ident, $kind:ty) => {
        mod $kind_of_queue {
            use super::*;

            #[test]
            fn everything_put_is_got_and_done() {
                run(super::everything_put_is_got_and_done::<$kind>);
            }

            #[test]
            fn finds_an_item_that_nobody_hears_of() {
                finds(
                    Fault::ItemNotNotified,
                    super::everything_put_is_got_and_done::<$kind>,
                );
            }

            #[test]
            fn finds_a_place_that_nobody_hears_of() {
                finds(
                    Fault::RoomNotNotified,
                    super::everything_put_is_got_and_done::<$kind>,
                );
            }

            #[test]
            fn finds_a_task_that_is_counted_too_late() {
                finds(
                    Fault::CountedTooLate,
                    super::everything_put_is_got_and_done::<$kind>,
                );
            }

            #[test]
            fn finds_a_last_task_that_nobody_hears_of() {
                finds(
                    Fault::LastTaskNotNotified,
                    super::everything_put_is_got_and_done::<$kind>,
                );
            }

            #[test]
            fn those_who_give_up_keep_nobody_from_an_item() {
                run(super::those_who_give_up_keep_nobody_from_an_item::<$kind>);
            }

            #[test]
            fn finds_an_item_spent_on_one_that_timed_out() {
                finds(
                    Fault::CancelledAfterNotify,
                    super::those_who_give_up_keep_nobody_from_an_item::<$kind>,
                );
            }

            #[test]
            fn those_who_give_up_keep_nobody_from_a_place() {
                run(super::those_who_give_up_keep_nobody_from_a_place::<$kind>);
            }

            #[test]
            fn finds_a_place_spent_on_one_that_timed_out() {
                finds(
                    Fault::CancelledAfterNotify,
                    super::those_who_give_up_keep_nobody_from_a_place::<$kind>,
                );
            }

            #[test]
            fn room_for_two_lets_two_in() {
                run(super::room_for_two_lets_two_in::<$kind>);
            }

            #[test]
            fn the_bound_is_never_exceeded() {
                run(super::the_bound_is_never_exceeded::<$kind>);
            }

            #[test]
            fn a_shutdown_ends_all() {
                run(super::a_shutdown_ends_all::<$kind>);
                run(super::a_shutdown_at_once_ends_all::<$kind>);
            }

            #[test]
            fn finds_a_shutdown_that_nobody_hears_of() {
                finds(
                    Fault::ShutdownNotNotified,
                    super::a_shutdown_ends_all::<$kind>,
                );
            }
        }
    };
}

/// Two get while a third puts: none gets an item after a younger one.
fn a_queue_gives_the_older_one_first() {
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
fn nobody_gets_an_item_after_a_younger_one() {
    run(a_queue_gives_the_older_one_first);
}

#[test]
fn finds_an_item_that_was_overtaken() {
    finds(Fault::Overtaken, a_queue_gives_the_older_one_first);
}

#[test]
fn finds_a_putter_that_does_not_call_the_next() {
    finds(Fault::NotPassedOn, room_for_two_lets_two_in::<Fifo>);
}

#[test]
fn finds_a_bound_that_is_exceeded() {
    finds(Fault::OutboxNotCounted, the_bound_is_never_exceeded::<Fifo>);
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

/// Three items for four, who wait; the oldest dies if it has to compare: the other three get one each.
fn an_item_that_a_panic_leaves_behind_is_got_by_another() {
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
        while !format!("{queue:?}").contains(&format!("waiting: {age},")) {
            thread::yield_now();
        }
        getter
    });
    let putter = thread::spawn({
        let queue = Arc::clone(&queue);
        move || (0..3).for_each(|n| queue.put(Moody(n)).unwrap())
    });
    while ended.load(SeqCst) < 3 {
        thread::yield_now();
    }
    // The fourth waits for another item or, when the oldest has died, has been told of the one that is left.
    putter.join().unwrap();
    if queue.qsize() == 0 {
        queue.put(Moody(3)).unwrap();
    }
    let got = getters.map(|getter| getter.join().unwrap());
    assert!(got.into_iter().filter(|has_got| *has_got).count() >= 3);
}

#[test]
fn an_item_is_not_lost_with_the_thread_that_was_to_get_it() {
    run(an_item_that_a_panic_leaves_behind_is_got_by_another);
}

#[test]
fn finds_an_item_lost_with_the_thread_that_was_to_get_it() {
    finds(
        Fault::NotPassedOn,
        an_item_that_a_panic_leaves_behind_is_got_by_another,
    );
}
