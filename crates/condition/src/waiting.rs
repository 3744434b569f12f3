//! What `wait` does with the lock, which threads `notify` wakes, and `wait_for`.

use crate::Options;
use common::demo::{spawn, until};
use common::println;
use common::threading::{Condition, LockError};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(60);

pub(crate) fn two_layers(_: &Options) {
    let condition = Condition::new();
    thread::scope(|scope| {
        spawn(scope, || wait_at_level_3(&condition));
        until(|| condition.waiting() == 1);
        let guard = condition.guard(); // blocks until wait() has released the lock
        println!("the waiter blocks in wait(), main acquires the lock");
        print_queues(&condition);
        guard.notify(1);
        println!("main calls notify(1), and still holds the lock");
        print_queues(&condition);
        println!("main releases the lock");
    });
}

fn wait_at_level_3(condition: &Condition) {
    for _ in 0..3 {
        condition.acquire();
    }
    println!("the waiter acquires the lock 3 times and calls wait()");
    condition.wait().expect("the waiter holds the lock");
    let mut released = 0;
    while condition.release().is_ok() {
        released += 1;
    }
    println!("wait() returns, the waiter can release the lock {released} times");
}

/// The upper layer is the queue of the condition, the lower layer the lock with its own queue.
fn print_queues(condition: &Condition) {
    let (upper, lower) = (condition.waiting(), condition.underlying_lock().waiting());
    println!("  threads that wait for a notification: {upper}, for the lock: {lower}");
}

pub(crate) fn timeout(_: &Options) {
    let condition = Condition::new();
    thread::scope(|scope| {
        let guard = condition.guard();
        let notified = guard.wait_timeout(SHORT);
        println!("no thread notifies: wait_timeout(20 ms) returns {notified}");
        spawn(scope, || condition.guard().notify(1)); // acquires the lock once main waits
        let notified = guard.wait_timeout(LONG);
        println!("a thread notifies: wait_timeout(1 min) returns {notified}");
    });
}

pub(crate) fn notify(options: &Options) {
    let (waiters, notify) = (options.waiters, options.notify);
    let condition = Condition::new();
    let (woken, numbers) = mpsc::channel();
    thread::scope(|scope| {
        for number in 1..=waiters {
            let (condition, woken) = (&condition, woken.clone());
            spawn(scope, move || {
                let guard = condition.guard();
                guard.wait();
                woken.send(number).expect("main receives");
            });
            until(|| condition.waiting() == number); // the threads wait in the order of their numbers
        }
        let wake = |count| {
            for number in numbers.iter().take(count) {
                println!("  thread {number} wakes");
            }
        };
        let guard = condition.guard();
        guard.notify(notify);
        let awake = numbers.try_iter().count();
        println!("main calls notify({notify}) and holds the lock, threads that wake: {awake}");
        drop(guard);
        println!("main releases the lock");
        wake(notify.min(waiters));
        condition.guard().notify_all();
        println!("main calls notify_all() and releases the lock");
        wake(waiters.saturating_sub(notify));
    });
}

pub(crate) fn without_the_lock(_: &Options) {
    let condition = Condition::new();
    let error = |outcome: Result<(), LockError>| outcome.expect_err("no thread holds the lock");
    println!("wait(): RuntimeError: {}", error(condition.wait()));
    println!("notify(1): RuntimeError: {}", error(condition.notify(1)));
    println!(
        "notify_all(): RuntimeError: {}",
        error(condition.notify_all())
    );
}

pub(crate) fn predicate(_: &Options) {
    let (condition, pages) = (Condition::new(), AtomicUsize::new(0));
    let three_pages = || Some(pages.load(Relaxed)).filter(|&pages| pages >= 3);
    let add_page = || {
        let guard = condition.guard();
        pages.fetch_add(1, Relaxed);
        guard.notify(1);
    };
    thread::scope(|scope| {
        let guard = condition.guard();
        let got = guard.wait_for_timeout(three_pages, SHORT);
        println!("no page is added: wait_for_timeout(three_pages, 20 ms) returns {got:?}");
        for _ in 0..3 {
            spawn(scope, add_page);
        }
        let got = guard.wait_for(three_pages);
        println!("3 threads add a page each: wait_for(three_pages) returns {got:?}");
    });
}
