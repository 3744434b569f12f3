//! What a thread has: a name, `daemon`, one start, and a join that may time out.

use crate::Options;
use common::demo::{or_fail, start};
use common::println;
use common::threading::Thread;
use std::sync::mpsc;
use std::time::Duration;

pub(crate) fn name(_: &Options) {
    let thread = Thread::new(|| {});
    println!("of a closure: {}", thread.name());
    println!("of a function: {}", Thread::new(nothing).name());
    println!("given: {}", Thread::named("fetcher", nothing).name());
    thread.set_name("parser");
    println!("set: {}", thread.name());
}

fn nothing() {}

pub(crate) fn daemon(_: &Options) {
    let thread = Thread::new(|| {});
    println!("a thread made by main is a daemon: {}", thread.daemon());
    or_fail(thread.set_daemon(true));
    println!("set before the start: {}", thread.daemon());
    start(&thread);
    if let Err(error) = thread.set_daemon(false) {
        println!("set after the start: RuntimeError: {error}");
    }
    or_fail(thread.join());
}

pub(crate) fn start_once(_: &Options) {
    let thread = Thread::new(|| println!("the thread runs"));
    println!("alive before the start: {}", thread.is_alive());
    start(&thread);
    or_fail(thread.join());
    println!("alive after its end: {}", thread.is_alive());
    if let Err(error) = thread.start() {
        println!("second start: RuntimeError: {error}");
    }
}

pub(crate) fn join_timeout(&Options { timeout, .. }: &Options) {
    let (go_on, may_go_on) = mpsc::channel();
    let thread = Thread::new(move || may_go_on.recv().expect("main sends"));
    start(&thread);
    let ended = or_fail(thread.join_timeout(timeout));
    let milliseconds = timeout.as_millis();
    println!("after {milliseconds} ms the thread has ended: {ended}");
    go_on.send(()).expect("the thread receives");
    let ended = or_fail(thread.join_timeout(Duration::MAX));
    println!("joined again without a limit, the thread has ended: {ended}");
}
