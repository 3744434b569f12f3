//! §2.7 Event · 事件对象: one thread says that something has happened, others wait for it.
//!
//! `cargo run -p event`; with other figures: `cargo run -p event -- --waiters 10 --timeout 500`

mod options;
mod running;

use common::demo::{fail, heading, until};
use common::println;
use common::threading::{Condition, Event};
use options::Options;
use std::sync::{Condvar, Mutex};
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::Duration;

fn main() {
    let options = options::read();
    one_signals_and_others_wait(&options);
    set_and_cleared_at_once(&options);
    wait_with_a_timeout(&options);
    running::what_a_thread_does();
    running::a_sleep_that_can_be_ended();
    why_not_a_condition(&options);
    in_plain_rust(&options);
}

fn one_signals_and_others_wait(options: &Options) {
    heading("§2.7", "set, clear, is_set", "发出信号与等待");
    let event = Event::new();
    thread::scope(|scope| {
        let waiters = spawn(scope, options, || event.wait());
        until(|| event.waiting() == options.waiters);
        println!("before set: {event:?}");
        event.set();
        waiters.into_iter().for_each(join);
    });
    println!("after set:  {event:?}, all went on");
    event.wait();
    println!("whoever comes now does not wait");
    event.clear();
    println!("after clear: is_set {}\n", event.is_set());
}

fn set_and_cleared_at_once(options: &Options) {
    heading("§2.7", "set, then clear", "设置后立即清除");
    let event = Event::new();
    thread::scope(|scope| {
        let waiters = spawn(scope, options, || event.wait());
        until(|| event.waiting() == options.waiters);
        event.set();
        event.clear();
        waiters.into_iter().for_each(join);
    });
    println!("those who waited were woken all the same: {event:?}\n");
}

fn wait_with_a_timeout(options: &Options) {
    heading("§2.7", "wait(timeout)", "超时");
    let event = Event::new();
    let milliseconds = options.timeout.as_millis();
    let in_time = event.wait_timeout(options.timeout);
    println!("nobody sets it: wait_timeout({milliseconds} ms) {in_time}");
    thread::scope(|scope| {
        let waiter = scope.spawn(|| event.wait_timeout(Duration::from_secs(10 * 60)));
        until(|| event.waiting() == 1);
        event.set();
        let in_time = waiter.join().expect("wait does not panic");
        println!("one sets it:    wait_timeout(10 min) {in_time}\n");
    });
}

fn why_not_a_condition(options: &Options) {
    heading("§2.7", "Why not a Condition", "为何不用条件变量");
    let condition = Condition::new();
    condition.guard().notify_all();
    println!(
        "condition, notified before the wait: in time {}",
        condition.guard().wait_timeout(options.timeout)
    );
    let event = Event::new();
    event.set();
    println!(
        "event, set before the wait:          in time {}",
        event.wait_timeout(options.timeout)
    );
    println!("and who waits for an event holds no lock\n");
}

fn in_plain_rust(options: &Options) {
    heading("§2.7", "Plain Rust", "Mutex 与 Condvar");
    let (value, changed) = (Mutex::new(None), Condvar::new());
    let lock = || value.lock().expect("no thread panics in here");
    thread::scope(|scope| {
        let waiters = spawn(scope, options, || {
            let value = changed.wait_while(lock(), |value| value.is_none());
            assert_eq!(*value.expect("no thread panics in here"), Some(42));
        });
        *lock() = Some(42);
        changed.notify_all();
        waiters.into_iter().for_each(join);
    });
    println!("all have the value that they waited for: {:?}", lock());
}

/// Without all of them the others would wait for ever, so the program ends where one is refused.
fn spawn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    options: &Options,
    work: impl Fn() + Copy + Send + 'scope,
) -> Vec<ScopedJoinHandle<'scope, ()>> {
    let spawn = |_| thread::Builder::new().spawn_scoped(scope, work);
    let threads: Result<Vec<_>, _> = (0..options.waiters).map(spawn).collect();
    threads.unwrap_or_else(|error| fail(&format!("cannot start a thread: {error}")))
}

fn join(waiter: ScopedJoinHandle<'_, ()>) {
    waiter.join().expect("wait does not panic");
}
