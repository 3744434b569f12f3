//! `queue::Queue` and its kinds: how long a thread waits beside one that puts or gets all the time.

use common::queue::{BlockingQueue, Fifo, Lifo, Priority, Storage};
use std::thread;
use std::time::{Duration, Instant};

/// The longest of 200 waits of a thread that calls `now_and_then` once in a while, as `greedy` does all the time; 8
/// seconds of them at most. `greedy` and its `partner` are called until they return false.
fn longest_wait<S: Storage<u32>>(
    queue: &BlockingQueue<u32, S>,
    greedy: impl Fn() -> bool + Sync,
    partner: impl Fn() -> bool + Sync,
    now_and_then: impl Fn(),
) -> Duration {
    thread::scope(|scope| {
        scope.spawn(|| while greedy() {});
        scope.spawn(|| while partner() {});
        let (start, mut longest) = (Instant::now(), Duration::ZERO);
        for _ in 0..200 {
            thread::sleep(Duration::from_micros(100));
            let asked = Instant::now();
            now_and_then();
            longest = longest.max(asked.elapsed());
            if start.elapsed() > Duration::from_secs(8) {
                break;
            }
        }
        queue.shutdown_now();
        longest
    })
}

fn work() {
    thread::sleep(Duration::from_micros(100));
}

#[test]
fn get_beside_a_greedy_getter_waits_for_a_moment() {
    fn test<S: Storage<u32>>() {
        let queue = BlockingQueue::<u32, S>::new();
        let longest = longest_wait(
            &queue,
            || queue.get().is_ok(),
            || {
                work();
                queue.put(1).is_ok()
            },
            || _ = queue.get().unwrap(),
        );
        assert!(longest < Duration::from_millis(500), "{longest:?}");
    }
    test::<Fifo>();
    test::<Lifo>();
    test::<Priority>();
}

#[test]
fn put_beside_a_greedy_putter_waits_for_a_moment() {
    fn test<S: Storage<u32>>() {
        let queue = BlockingQueue::<u32, S>::new();
        queue.set_maxsize(1);
        let longest = longest_wait(
            &queue,
            || queue.put(1).is_ok(),
            || {
                work();
                queue.get().is_ok()
            },
            || queue.put(2).unwrap(),
        );
        assert!(longest < Duration::from_millis(500), "{longest:?}");
    }
    test::<Fifo>();
    test::<Lifo>();
    test::<Priority>();
}
