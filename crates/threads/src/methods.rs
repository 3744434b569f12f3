//! What a thread has: a name, `daemon`, one start, and a join that may time out.

use crate::Options;
use common::demo::{or_fail, start};
use common::println;
use common::threading::{Event, Thread};
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
    let thread = Thread::new(nothing);
    println!("main makes a thread, daemon: {}", thread.daemon());
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

pub(crate) fn join_timeout(_: &Options) {
    static MAY_END: Event = Event::new();
    let thread = Thread::new(|| MAY_END.wait());
    start(&thread);
    let ended = or_fail(thread.join_timeout(Duration::from_millis(20)));
    println!("after 20 ms the thread has ended: {ended}");
    MAY_END.set();
    or_fail(thread.join());
    println!("join returns: the thread has ended");
}
