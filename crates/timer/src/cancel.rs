//! A timer that is cancelled: in time, too late, and before it starts a thread.

use crate::{HOUR, Options};
use common::demo::{or_fail, start};
use common::println;
use common::threading::{Event, Thread, Timer};
use std::time::Duration;

pub(crate) fn in_time(_: &Options) {
    let timer = Timer::new(HOUR, || println!("never printed"));
    or_fail(timer.start());
    println!("the timer waits for an hour: is_alive {}", timer.is_alive());
    timer.cancel();
    or_fail(timer.join());
    println!("the timer is cancelled:      is_alive {}", timer.is_alive());
    println!("finished is set: {}", timer.finished().is_set());
}

pub(crate) fn too_late(_: &Options) {
    static RUNS: Event = Event::new();
    static CANCELLED: Event = Event::new();
    let timer = Timer::new(Duration::ZERO, || {
        RUNS.set();
        CANCELLED.wait();
        println!("the function returns");
    });
    or_fail(timer.start());
    RUNS.wait();
    timer.cancel();
    let alive = timer.is_alive();
    println!("cancelled while the function runs: is_alive {alive}");
    CANCELLED.set();
    or_fail(timer.join());
}

pub(crate) fn delayed_start(_: &Options) {
    let thread = Thread::new(|| println!("never printed"));
    let delayed = thread.clone();
    let timer = Timer::new(HOUR, move || start(&delayed));
    or_fail(timer.start());
    timer.cancel();
    if let Err(error) = thread.join() {
        println!("the timer is cancelled: RuntimeError: {error}");
    }
}
