//! §1: what is certain about work in turn and at once, whatever the machine.

use crate::options::Options;
use crate::work::{Inside, LIMIT, on_threads, primes, wait_for_an_answer};
use common::demo::heading;
use common::println;
use common::threading::Lock;
use std::sync::Barrier;
use std::thread::yield_now;

pub(crate) fn sequential(&Options { threads, .. }: &Options) {
    heading("§1.1", "Sequential", "顺序");
    let begun = Inside::default();
    for task in 1..=threads {
        begun.enter();
        println!("task {task} of {threads} begins");
        wait_for_an_answer();
        println!("task {task} of {threads} ends");
        begun.leave();
    }
    println!("existed at once: {}\n", begun.most());
}

pub(crate) fn concurrent(&Options { threads, .. }: &Options) {
    heading("§1.1", "Concurrent", "并发");
    let (begun, all_have_begun) = (Inside::default(), Barrier::new(threads));
    on_threads(threads, |_| {
        begun.enter();
        all_have_begun.wait(); // no task ends before the last one begins
        wait_for_an_answer();
        begun.leave();
    });
    println!("tasks: {threads}, existed at once: {}\n", begun.most());
}

pub(crate) fn with_a_gil(&Options { threads, .. }: &Options) {
    heading("§1.2", "Taking turns", "全局解释器锁");
    // A GIL of our own: whoever computes holds it, and gives it back after each piece.
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
        let numbers: Vec<_> = (number..LIMIT).step_by(threads).collect();
        let found: usize = numbers.chunks(LIMIT / 100).map(piece).sum();
        waiting.enter(); // it waits for an answer, without the lock
        all_wait.wait();
        waiting.leave();
        found
    });
    let found: usize = found.iter().sum();
    println!("threads: {threads}, primes below {LIMIT}: {found}");
    let (computing, waiting) = (computing.most(), waiting.most());
    println!("computed at once: {computing}, waited at once: {waiting}\n");
}

pub(crate) fn without_a_gil(&Options { threads, .. }: &Options) {
    heading("§1.2", "No GIL", "没有全局解释器锁");
    let in_one = primes(0..LIMIT);
    let computing = Inside::default();
    let found = on_threads(threads, |number| {
        computing.enter();
        while computing.most() < threads {
            yield_now(); // in the middle of its work, with nothing that it waits in turn for
        }
        let found = primes((number..LIMIT).step_by(threads));
        computing.leave();
        found
    });
    let found: usize = found.iter().sum();
    println!("threads: 1, primes below {LIMIT}: {in_one}");
    println!("threads: {threads}, primes below {LIMIT}: {found}");
    println!("computed at once: {}\n", computing.most());
}
