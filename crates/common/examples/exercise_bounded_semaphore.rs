//! Exercise 1 of `docs/exercises.md`: a bounded semaphore, made of a condition and a number.

#![allow(clippy::print_stdout, reason = "an example needs no feature of common")]

use common::threading::Condition;
use std::sync::{Barrier, atomic::AtomicUsize, atomic::Ordering::Relaxed};
use std::thread;

fn main() {
    let semaphore = BoundedSemaphore::new(2);
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let two_are_inside = Barrier::new(2);
    let client = || {
        semaphore.acquire();
        most.fetch_max(inside.fetch_add(1, Relaxed) + 1, Relaxed);
        two_are_inside.wait();
        inside.fetch_sub(1, Relaxed);
        semaphore.release().expect("this client acquired");
    };
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(client);
        }
    });
    println!("6 clients, 2 permits, most at once: {most:?}");
    match semaphore.release() {
        Ok(()) => println!("one release more: released"),
        Err(error) => println!("one release more: ValueError: {error}"),
    }
}

struct BoundedSemaphore {
    condition: Condition,
    /// Changes under the lock of `condition` only. Invariant: `permits` ≤ `initial`.
    permits: AtomicUsize,
    initial: usize,
}

impl BoundedSemaphore {
    fn new(initial: usize) -> Self {
        Self {
            condition: Condition::new(),
            permits: AtomicUsize::new(initial),
            initial,
        }
    }

    fn acquire(&self) {
        let condition = self.condition.guard();
        condition.wait_for(|| self.permits.load(Relaxed) > 0);
        self.permits.fetch_sub(1, Relaxed);
    } // the guard is dropped: the lock is released

    fn release(&self) -> Result<(), &'static str> {
        let condition = self.condition.guard();
        if self.permits.load(Relaxed) == self.initial {
            return Err("Semaphore released too many times");
        }
        self.permits.fetch_add(1, Relaxed);
        condition.notify(1);
        Ok(())
    }
}
