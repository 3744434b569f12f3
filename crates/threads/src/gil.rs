//! §1.2: threads that compute in turns, as under a GIL, and threads that compute at once.

use crate::Options;
use crate::work::{Inside, LIMIT, on_threads, primes, share};
use common::println;
use common::threading::Lock;
use std::sync::Barrier;
use std::thread::yield_now;

/// A lock of the demo's own plays the GIL: a thread holds it while it computes one piece.
pub(crate) fn serial(&Options { threads, .. }: &Options) {
    let (gil, computing, waiting) = (Lock::new(), Inside::default(), Inside::default());
    let all_wait = Barrier::new(threads);
    let found = on_threads(threads, |number| {
        let piece = |numbers: &[usize]| {
            let _turn = gil.guard();
            computing.enter();
            let found = primes(numbers.iter().copied());
            computing.leave();
            found
        };
        let numbers: Vec<_> = share(number, threads).collect();
        let found: usize = numbers.chunks(LIMIT / 100).map(piece).sum();
        waiting.enter(); // the thread waits for an answer, without the lock
        all_wait.wait();
        waiting.leave();
        found
    });
    let found: usize = found.iter().sum();
    println!("{threads} threads find {found} primes below {LIMIT}");
    let most = computing.most();
    println!("serial: threads that computed at once: {most}");
    let waited = waiting.most();
    println!("concurrent: threads that waited at once: {waited}");
}

pub(crate) fn parallel(&Options { threads, .. }: &Options) {
    println!("1 thread finds {} primes below {LIMIT}", primes(0..LIMIT));
    let computing = Inside::default();
    let found = on_threads(threads, |number| {
        computing.enter();
        while computing.most() < threads {
            yield_now(); // all threads are in the middle of their work before one ends
        }
        let found = primes(share(number, threads));
        computing.leave();
        found
    });
    let found: usize = found.iter().sum();
    println!("{threads} threads find {found} primes below {LIMIT}");
    let most = computing.most();
    println!("parallel, with a core for each: threads that computed at once: {most}");
}
