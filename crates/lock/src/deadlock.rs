//! Threads that wait for each other, until a timeout ends the deadlock.

use crate::Options;
use common::demo::{scope, spawn};
use common::println;
use common::threading::Lock;
use common::trace;
use std::sync::Barrier;
use std::time::Duration;

pub(crate) fn alone(_: &Options) {
    let lock = Lock::new();
    lock.acquire();
    let acquired = lock.acquire_timeout(Duration::from_millis(20)); // `acquire` would block forever
    println!("the thread holds the lock and acquires it again before the timeout: {acquired}");
}

pub(crate) fn opposite(_: &Options) {
    let (a, b) = (Lock::new(), Lock::new());
    trace::name(&a, "A"); // on the timeline
    trace::name(&b, "B");
    let both = Barrier::new(2);
    let acquire = |first: &Lock, second: &Lock| {
        let _guard = first.guard();
        both.wait(); // each thread holds one lock
        let acquired = second.acquire_timeout(Duration::from_millis(50));
        both.wait(); // each thread holds its lock until both have timed out
        acquired
    };
    scope(|scope| {
        let one = spawn(scope, || acquire(&a, &b));
        let two = spawn(scope, || acquire(&b, &a));
        let one = one.join().expect("acquire does not panic");
        println!("thread 1 holds A and acquires B before the timeout: {one}");
        let two = two.join().expect("acquire does not panic");
        println!("thread 2 holds B and acquires A before the timeout: {two}");
    });
}

pub(crate) fn one_order(_: &Options) {
    let (a, b) = (Lock::new(), Lock::new());
    let acquire = || {
        let _a = a.guard();
        let _b = b.guard();
    };
    scope(|scope| {
        spawn(scope, acquire);
        spawn(scope, acquire);
    });
    println!("both threads acquire A before B: both threads end");
}
