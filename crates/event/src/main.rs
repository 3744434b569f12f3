//! §2.7 Event · 事件对象: one thread says that something has happened, others wait for it.
//!
//! `cargo run -p event` plays all ideas, `cargo run -p event -- steer` plays one, `--list` names them.

mod running;

use common::demo::{Args, Idea, spawn, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Condition, Event};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

struct Options {
    waiters: usize,
    timeout: Duration,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("set", "§2.7 set, clear, is_set · 发出信号与等待", "set wakes all waiters", set),
    Idea("set-clear", "§2.7 set, then clear · 设置后立即清除", "a waiter that was woken goes on", set_and_clear),
    Idea("timeout", "§2.7 wait(timeout) · 超时", "wait may give up", timeout),
    Idea("steer", "§2.7 is_set steers a running thread · 由标志决定做什么", "a server checks the flag", running::steer),
    Idea("stop", "§2.7 A sleep that can be ended · 可以提前结束的休眠", "wait(timeout) as a sleep", running::stop),
    Idea("condition", "§2.7 Why not a Condition · 为何不用条件对象", "an event remembers", why_not_a_condition),
    Idea("plain-rust", "§2.7 Plain Rust · Mutex 与 Condvar", "waiting for a value", plain_rust),
];

fn main() {
    let mut args = Args::new("§2.7 Event: one thread signals, others wait.");
    let waiters = args.number("--waiters", 3, 1..=1000, "threads that wait for the event");
    let timeout = args.number("--timeout", 20, 0..=60_000, "milliseconds to wait");
    let timeout = Duration::from_millis(timeout);
    args.play(IDEAS, &Options { waiters, timeout });
}

fn set(&Options { waiters, .. }: &Options) {
    let event = Event::new();
    thread::scope(|scope| {
        for _ in 0..waiters {
            spawn(scope, || event.wait());
        }
        until(|| event.waiting() == waiters);
        println!("{waiters} threads block: is_set returns {}", event.is_set());
        event.set();
    });
    println!("set wakes all threads: is_set returns {}", event.is_set());
    event.wait();
    println!("the event is set: wait returns at once");
    event.clear();
    println!("after clear: is_set returns {}", event.is_set());
}

fn set_and_clear(&Options { waiters, .. }: &Options) {
    let event = Event::new();
    thread::scope(|scope| {
        for _ in 0..waiters {
            spawn(scope, || event.wait());
        }
        until(|| event.waiting() == waiters);
        event.set();
        event.clear();
    });
    println!("set and clear at once: all {waiters} threads are woken");
    println!("is_set returns {}", event.is_set());
}

fn timeout(&Options { timeout, .. }: &Options) {
    let event = Event::new();
    let milliseconds = timeout.as_millis();
    let is_set = event.wait_timeout(timeout);
    println!("no thread sets the event:  wait_timeout({milliseconds} ms) returns {is_set}");
    thread::scope(|scope| {
        let waiter = spawn(scope, || event.wait_timeout(Duration::from_secs(600)));
        until(|| event.waiting() == 1);
        event.set();
        let is_set = waiter.join().expect("wait does not panic");
        println!("a thread sets the event:   wait_timeout(10 min) returns {is_set}");
    });
}

fn why_not_a_condition(&Options { timeout, .. }: &Options) {
    let condition = Condition::new();
    condition.guard().notify_all();
    let notified = condition.guard().wait_timeout(timeout);
    println!("Condition, notified before the wait: wait_timeout returns {notified}");
    let event = Event::new();
    event.set();
    let is_set = event.wait_timeout(timeout);
    println!("Event, set before the wait:          wait_timeout returns {is_set}");
}

fn plain_rust(&Options { waiters, .. }: &Options) {
    let (value, changed) = (Mutex::new(None), Condvar::new());
    let lock = || value.lock().expect("no thread panics under it");
    thread::scope(|scope| {
        for _ in 0..waiters {
            spawn(scope, || {
                let value = changed.wait_while(lock(), |value| value.is_none());
                assert_eq!(*value.expect("no thread panics under it"), Some(42));
            });
        }
        *lock() = Some(42);
        changed.notify_all();
    });
    println!("all {waiters} threads read the value that they waited for");
}
