//! §2.7 Event · 事件对象. `cargo run -p event` plays all ideas, `cargo run -p event -- stop` one, `--list` names them.

use common::demo::{Args, Idea, or_fail, scope, spawn, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::queue::Queue;
use common::threading::{Condition, Event};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct Options {
    waiters: usize,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("signal", "§2.7 Signal · 发出信号与等待信号", signal),
    Idea("flag", "§2.7 set, clear, is_set · 标志", flag),
    Idea("broadcast", "§2.7 Broadcast · 广播", broadcast),
    Idea("timeout", "§2.7 wait(timeout) · 超时", timeout),
    Idea("steer", "§2.7 is_set · 由标志控制线程的行为", steer),
    Idea("stop", "§2.7 Graceful shutdown · 优雅关闭", stop),
    Idea("condition", "§2.7 Event and Condition · 事件与条件对象", condition),
    Idea("plain-rust", "§2.7 Plain Rust · Mutex 与 Condvar", plain_rust),
];

fn main() {
    let mut args = Args::new("§2.7 Event: one thread signals, others wait.");
    let waiters = args.number("--waiters", 3, 1..=1000, "threads that wait in broadcast");
    args.play(IDEAS, &Options { waiters });
}

fn signal(_: &Options) {
    let event = Event::new();
    scope(|scope| {
        spawn(scope, || {
            event.wait();
            println!("the waiter continues");
        });
        println!("main sets the event");
        event.set();
    });
}

fn flag(_: &Options) {
    let event = Event::new();
    println!("a new event: is_set returns {}", event.is_set());
    event.set();
    println!("after set:   is_set returns {}", event.is_set());
    event.wait(); // does not block
    event.clear();
    println!("after clear: is_set returns {}", event.is_set());
}

fn broadcast(options: &Options) {
    let (event, waiters) = (Event::new(), options.waiters);
    scope(|scope| {
        for _ in 0..waiters {
            spawn(scope, || event.wait());
        }
        until(|| event.waiting() == waiters);
        println!("threads that block: {waiters}");
        event.set();
    });
    println!("the event is set: all threads have continued");
}

fn timeout(_: &Options) {
    let event = Event::new();
    let is_set = event.wait_timeout(Duration::from_millis(20));
    println!("no thread sets the event: wait_timeout(20 ms) returns {is_set}");
    scope(|scope| {
        spawn(scope, || event.set());
        let is_set = event.wait_timeout(Duration::from_secs(600));
        println!("a thread sets the event:  wait_timeout(10 min) returns {is_set}");
    });
}

fn steer(_: &Options) {
    let (closed, requests) = (Event::new(), Queue::new());
    let request = |page| {
        or_fail(requests.put(page));
        requests.join(); // blocks until the server has answered
    };
    scope(|scope| {
        spawn(scope, || {
            while let Ok(page) = requests.get_task() {
                let verb = if closed.is_set() { "refuses" } else { "serves" };
                println!("the server {verb} {}", *page);
            }
        });
        request("/a");
        closed.set();
        request("/b");
        closed.clear();
        request("/c");
        requests.shutdown(); // ends the server's loop
    });
}

fn stop(_: &Options) {
    let stop = Event::new();
    scope(|scope| {
        spawn(scope, || {
            while !stop.wait_timeout(Duration::from_secs(3600)) {
                println!("the work of one hour");
            }
            println!("the thread saves its work and ends");
        });
        until(|| stop.waiting() == 1);
        println!("the thread waits for an hour; main sets the stop event");
        stop.set();
    });
}

fn condition(_: &Options) {
    let (condition, event) = (Condition::new(), Event::new());
    condition.guard().notify_all();
    event.set();
    let notified = condition.guard().wait_timeout(Duration::from_millis(20));
    println!("notify_all, then wait_timeout(20 ms): {notified}");
    let is_set = event.wait_timeout(Duration::from_millis(20));
    println!("set, then wait_timeout(20 ms):        {is_set}");
}

fn plain_rust(_: &Options) {
    let (value, changed) = (Mutex::new(None), Condvar::new());
    let lock = || value.lock().expect("no thread panics under it");
    scope(|scope| {
        spawn(scope, || {
            let waited = changed.wait_while(lock(), |value| value.is_none());
            let value = waited.expect("no thread panics under it");
            println!("the waiter reads {}", value.expect("wait_while checks it"));
        });
        println!("main sets the value");
        *lock() = Some(42);
        changed.notify_all();
    });
}
