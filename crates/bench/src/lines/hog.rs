//! Fairness: how long a thread waits at most for what another holds nearly all the time.
//!
//! The hog holds it for 0.1 ms at a time and acquires it again at once. The other thread wants it 200 times, for a
//! moment. The figure is the longest of its waits.

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
        beside_std("Lock", |operations| {
            let lock = Lock::new();
            longest_wait(|| lock.guard(), operations)
        })
        .python(include_str!("hog.py"), &["Lock()"]),
        beside_std("RLock", |operations| {
            let lock = RLock::new();
            longest_wait(|| lock.guard(), operations)
        })
        .python(include_str!("hog.py"), &["RLock()"]),
        beside_std("Condition", |operations| {
            let condition = Condition::new();
            longest_wait(|| condition.guard(), operations)
        })
        .python(include_str!("hog.py"), &["Condition()"]),
        beside_std("Semaphore", |operations| {
            let semaphore = Semaphore::new(1);
            longest_wait(|| semaphore.permit(), operations)
        })
        .python(include_str!("hog.py"), &["Semaphore()"]),
        beside_std("BoundedSemaphore", |operations| {
            let semaphore = BoundedSemaphore::new(1);
            longest_wait(|| semaphore.permit(), operations)
        })
        .python(include_str!("hog.py"), &["BoundedSemaphore()"]),
    ]
}

fn beside_std(name: &str, ours: fn(u64) -> Duration) -> Line {
    Line::new(format!("Longest wait beside a hog, {name}"))
        .batch(WAITS)
        .ours(ours)
        .peer("std Mutex", |operations| {
            let mutex = Mutex::new(());
            longest_wait(|| mutex.lock().expect("no panic under it"), operations)
        })
        .beside("parking_lot Mutex", |operations| {
            let mutex = parking_lot::Mutex::new(());
            longest_wait(|| mutex.lock(), operations)
        })
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
