//! `queue::Queue` and the other kinds: the longest wait beside a thread that takes the same item or place again and again.

use crate::support::{each_kind, until};
use common::queue::{BlockingQueue, PutError, Storage};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// The longest of 200 waits, in 8 seconds at most. `with` acquires a resource, calls the function and releases the
/// resource; another thread does so all the time.
fn longest_wait(with: impl Fn(&dyn Fn()) + Sync) -> Duration {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Relaxed) {
                with(&|| thread::sleep(Duration::from_micros(100)));
            }
        });
        let (start, mut longest) = (Instant::now(), Duration::ZERO);
        for _ in 0..200 {
            thread::sleep(Duration::from_micros(100));
            let start_of_wait = Instant::now();
            let waited = Cell::new(Duration::ZERO);
            with(&|| waited.set(start_of_wait.elapsed()));
            longest = longest.max(waited.get());
            if start.elapsed() > Duration::from_secs(8) {
                break;
            }
        }
        over.store(true, Relaxed);
        longest
    })
}

fn bounded<S: Storage<u32>>() -> BlockingQueue<u32, S> {
    let queue = BlockingQueue::new();
    queue.set_maxsize(1);
    queue
}

/// The queue holds the only resource: a thread gets it and puts it back.
#[test]
fn get_beside_a_greedy_getter_waits_for_a_moment() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>();
        queue.put(1).unwrap();
        let longest = longest_wait(|work| {
            let resource = queue.get().unwrap();
            work();
            queue.put(resource).unwrap();
        });
        assert!(longest < Duration::from_millis(500), "{longest:?}");
    }
    each_kind!(test);
}

/// The queue has the only place: a thread puts its item there and removes it.
#[test]
fn put_beside_a_greedy_putter_waits_for_a_moment() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>();
        let longest = longest_wait(|work| {
            queue.put(1).unwrap();
            work();
            queue.get().unwrap();
        });
        assert!(longest < Duration::from_millis(500), "{longest:?}");
    }
    each_kind!(test);
}

/// Longer than a waiter is overtaken before an item or a place is reserved for it.
const OVERTAKEN: Duration = Duration::from_millis(1);

#[test]
fn get_leaves_the_next_item_to_a_starving_getter() {
    fn test<S: Storage<u32>>() {
        let queue = BlockingQueue::<u32, S>::new();
        let overtakes = || {
            until(|| queue.waiting() == 1);
            queue.put(1).unwrap();
            queue.get_nowait().is_ok()
        };
        let mut starving = 0;
        while starving < 50 {
            let is_overtaken = thread::scope(|scope| {
                scope.spawn(|| queue.get().unwrap());
                if !overtakes() {
                    return false; // the getter was faster
                }
                starving += 1;
                until(|| queue.waiting() == 1);
                thread::sleep(OVERTAKEN);
                let is_overtaken = overtakes();
                if is_overtaken {
                    queue.put(1).unwrap();
                }
                is_overtaken
            });
            assert!(!is_overtaken);
        }
        assert!(queue.empty());
    }
    each_kind!(test);
}

#[test]
fn put_leaves_the_next_place_to_a_starving_putter() {
    fn test<S: Storage<u32>>() {
        let queue = bounded::<S>();
        for _ in 0..50 {
            queue.put(1).unwrap();
            let overtaking = thread::scope(|scope| {
                scope.spawn(|| queue.put(2).unwrap());
                until(|| queue.waiting() == 1);
                queue.set_maxsize(1); // wakes the putter in vain
                until(|| queue.waiting() == 1);
                thread::sleep(OVERTAKEN);
                queue.get().unwrap();
                let overtaking = queue.put_nowait(3);
                if overtaking.is_ok() {
                    queue.get().unwrap();
                }
                overtaking
            });
            assert_eq!(overtaking, Err(PutError::Full(3)));
            assert_eq!(queue.get_nowait(), Ok(2));
        }
    }
    each_kind!(test);
}
