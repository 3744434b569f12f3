//! Clocks and starts that several lines share.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The time that `operations` calls take. Each is given its number, from 0.
pub(crate) fn timed(operations: u64, operation: impl FnMut(u64)) -> Duration {
    let start = Instant::now();
    (0..operations).for_each(operation);
    start.elapsed()
}

/// The time from the first start to the last end of `threads` threads that share `operations`: each calls `work` with
/// its share. The only thread of a line is the calling one.
pub(crate) fn shared_out(threads: u64, operations: u64, work: impl Fn(u64) + Sync) -> Duration {
    if threads == 1 {
        let start = Instant::now();
        work(operations);
        return start.elapsed();
    }
    let missing = AtomicU64::new(threads);
    let times: Vec<_> = thread::scope(|scope| {
        let spawn = |thread| {
            let (missing, work) = (&missing, &work);
            scope.spawn(move || {
                start_running(missing);
                let start = Instant::now();
                work(share(operations, threads, thread));
                (start, Instant::now())
            })
        };
        let threads: Vec<_> = (0..threads).map(spawn).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    let first = times.iter().map(|&(start, _)| start).min();
    let last = times.iter().map(|&(_, end)| end).max();
    last.zip(first)
        .map_or(Duration::ZERO, |(last, first)| last - first)
}

/// The share of one of the threads, which are numbered from 0.
pub(crate) fn share(operations: u64, threads: u64, thread: u64) -> u64 {
    operations / threads + u64::from(thread < operations % threads)
}

/// Waits for the other threads without blocking. A barrier would wake them one by one, perhaps all on the waker's core,
/// so that each would find the others gone.
pub(crate) fn start_running(missing: &AtomicU64) {
    missing.fetch_sub(1, Ordering::AcqRel);
    spin_until(|| missing.load(Ordering::Acquire) == 0);
}

/// Spins, and yields now and then: there may be only one core.
pub(crate) fn spin_until(condition: impl Fn() -> bool) {
    loop {
        for _ in 0..100 {
            if condition() {
                return;
            }
            spin_loop();
        }
        thread::yield_now();
    }
}
