//! Inside a condition: what `wait` does with the lock, and which threads `notify` wakes.

use crate::Options;
use common::demo::{or_fail, scope, spawn, until};
use common::println;
use common::threading::Condition;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

pub(crate) fn two_layers(_: &Options) {
    let condition = Condition::new();
    let print_queues = || {
        let (upper, lower) = (condition.waiting(), condition.underlying_lock().waiting());
        println!("  threads that wait for a notification: {upper}, for the lock: {lower}");
    };
    scope(|scope| {
        spawn(scope, || wait_at_level_3(&condition));
        until(|| condition.waiting() == 1);
        let guard = condition.guard(); // blocks until wait() has released the lock
        println!("the waiter blocks in wait(), main acquires the lock");
        print_queues();
        guard.notify(1);
        println!("main calls notify(1), and still holds the lock");
        print_queues();
        println!("main releases the lock");
    });
}

fn wait_at_level_3(condition: &Condition) {
    for _ in 0..3 {
        condition.acquire();
    }
    println!("the waiter acquires the lock 3 times and calls wait()");
    or_fail(condition.wait());
    for _ in 0..3 {
        or_fail(condition.release());
    }
    println!("wait() returns, the waiter releases the lock 3 times");
}

pub(crate) fn timeout(_: &Options) {
    let condition = Condition::new();
    scope(|scope| {
        let guard = condition.guard();
        let notified = guard.wait_timeout(Duration::from_millis(20));
        println!("no thread notifies: wait_timeout(20 ms) returns {notified}");
        spawn(scope, || condition.guard().notify(1)); // acquires the lock once main waits
        let notified = guard.wait_timeout(Duration::from_secs(60));
        println!("a thread notifies: wait_timeout(1 min) returns {notified}");
    });
}

pub(crate) fn notify(options: &Options) {
    let (condition, woken) = (Condition::new(), AtomicUsize::new(0));
    let wait = |number| {
        let guard = condition.guard();
        guard.wait();
        println!("  thread {number} wakes");
        woken.fetch_add(1, Relaxed);
    };
    scope(|scope| {
        for number in 1..=options.waiters {
            spawn(scope, move || wait(number));
            until(|| condition.waiting() == number); // the threads wait in the order of their numbers
        }
        let guard = condition.guard();
        guard.notify(options.notify);
        println!("main calls notify({}) and holds the lock", options.notify);
        println!("  threads that have woken: {}", woken.load(Relaxed));
        println!("main releases the lock");
        drop(guard);
        until(|| woken.load(Relaxed) == options.notify.min(options.waiters));
        println!("main calls notify_all() and releases the lock");
        condition.guard().notify_all();
    });
}

pub(crate) fn without_the_lock(_: &Options) {
    let condition = Condition::new();
    for result in [condition.wait(), condition.notify(1)] {
        let error = result.expect_err("no thread holds the lock");
        println!("RuntimeError: {error}");
    }
}
