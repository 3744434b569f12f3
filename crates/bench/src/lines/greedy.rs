//! Fairness: the longest wait of a thread for a resource that another thread holds nearly all the time.
//!
//! The greedy thread holds it for 0.1 ms at a time and acquires it again at once. The other thread acquires it 200
//! times, for a moment. The figure is the longest of its waits.

use crate::line::Line;
use common::threading::{BoundedSemaphore, Condition, Lock, RLock, Semaphore};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

const WAITS: u64 = 200;
const HELD: Duration = Duration::from_micros(100);

pub(super) fn lines() -> Vec<Line> {
    vec![
        line("Lock", |operations| {
            let lock = Lock::new();
            longest_wait(|| lock.guard(), operations)
        }),
        line("RLock", |operations| {
            let lock = RLock::new();
            longest_wait(|| lock.guard(), operations)
        }),
        line("Condition", |operations| {
            let condition = Condition::new();
            longest_wait(|| condition.guard(), operations)
        }),
        line("Semaphore", |operations| {
            let semaphore = Semaphore::new(1);
            longest_wait(|| semaphore.permit(), operations)
        }),
        line("BoundedSemaphore", |operations| {
            let semaphore = BoundedSemaphore::new(1);
            longest_wait(|| semaphore.permit(), operations)
        }),
    ]
}

fn line(name: &str, ours: fn(u64) -> Duration) -> Line {
    Line::new(format!("Longest wait beside a greedy thread, {name}"))
        .batch(WAITS)
        .ours(ours)
        .peer("std Mutex", |operations| {
            let mutex = Mutex::new(());
            longest_wait(|| mutex.lock().expect("no panic under it"), operations)
        })
        .reference("parking_lot Mutex", |operations| {
            let mutex = parking_lot::Mutex::new(());
            longest_wait(|| mutex.lock(), operations)
        })
        .python(include_str!("greedy.py"), &[name])
}

/// The longest of `WAITS` waits, times `operations`, by which the table divides.
fn longest_wait<G>(acquire: impl Fn() -> G + Sync, operations: u64) -> Duration {
    let is_over = AtomicBool::new(false);
    let longest = thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Relaxed) {
                let _guard = acquire();
                thread::sleep(HELD);
            }
        });
        let longest = (0..WAITS).map(|_| wait(&acquire)).max();
        is_over.store(true, Relaxed);
        longest.unwrap_or_default()
    });
    longest * u32::try_from(operations).unwrap_or(u32::MAX)
}

fn wait<G>(acquire: impl Fn() -> G) -> Duration {
    thread::sleep(HELD);
    let start = Instant::now();
    let guard = acquire();
    let took = start.elapsed();
    drop(guard);
    took
}
