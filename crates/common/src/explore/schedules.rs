//! Cases for shuttle, which samples schedules: whole primitives, without weak memory.

mod barrier;
mod condition;
mod event;
mod executor;
mod future;
mod lock;
mod queue;
mod rlock;
mod semaphore;
mod thread;
mod timer;
mod wait_queue;

use super::explore;
use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use crate::sync::{Arc, CHANCE};
use shuttle::thread::{JoinHandle, yield_now};

/// The number of schedules that find each fault; the search ends with the first schedule that fails.
const ENOUGH: usize = 20_000;

/// Runs the number of schedules that `SCHEDULES` says.
pub(super) fn run(case: fn()) {
    let schedules = std::env::var("SCHEDULES").ok();
    let schedules = schedules.and_then(|count| count.parse().ok());
    sample(case, schedules.unwrap_or(ENOUGH));
}

/// Runs schedules until one fails.
pub(super) fn search(case: fn()) {
    sample(case, ENOUGH);
}

/// Half of the schedules are chosen at random, half have few but ill-placed switches.
fn sample(case: fn(), schedules: usize) {
    shuttle::check_random(case, schedules / 2);
    shuttle::check_pct(case, schedules / 2, 3);
}

/// Starts a thread of the model that calls `work` with `shared`.
fn spawn<T: Send + Sync + 'static, R: Send + 'static>(
    shared: &Arc<T>,
    work: impl FnOnce(&T) -> R + Send + 'static,
) -> JoinHandle<R> {
    let shared = Arc::clone(shared);
    shuttle::thread::spawn(move || work(&shared))
}

fn join<R, const N: usize>(threads: [JoinHandle<R>; N]) -> [R; N] {
    threads.map(|thread| thread.join().unwrap())
}

fn until(condition: impl Fn() -> bool) {
    while !condition() {
        yield_now();
    }
}

/// One thread holds `lock` and acquires it again at once; another one waits, with each deadline passed. It may be
/// overtaken once, and is then handed the lock.
fn starving_waiter_is_served<L: Send + Sync + 'static>(
    lock: L,
    acquire: fn(&L),
    try_acquire: fn(&L) -> bool,
    release: fn(&L),
    waiting: fn(&L) -> usize,
) -> Arc<(L, AtomicBool)> {
    CHANCE.set(1.0);
    let shared = Arc::new((lock, AtomicBool::new(false)));
    let (lock, done) = &*shared;
    acquire(lock);
    let waiter = spawn(&shared, move |(lock, done)| {
        acquire(lock);
        done.store(true, Relaxed);
        release(lock);
    });
    let mut overtakes = 0;
    loop {
        until(|| waiting(lock) > 0 || done.load(Relaxed));
        release(lock);
        if !try_acquire(lock) {
            break;
        }
        if done.load(Relaxed) {
            release(lock);
            break;
        }
        overtakes += 1;
        assert!(overtakes <= 1);
    }
    waiter.join().unwrap();
    shared
}
