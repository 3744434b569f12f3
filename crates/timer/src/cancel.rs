//! A timer that is cancelled: in time, too late, and with what it was to start.

use crate::{FAR, started};
use common::demo::heading;
use common::println;
use common::threading::{Thread, Timer};
use std::sync::mpsc;
use std::time::Duration;

pub(crate) fn before_it_fires() {
    heading("§2.8", "cancel()", "取消");
    let timer = Timer::new(FAR, || println!("never printed"));
    started(timer.start());
    println!("it waits for an hour: alive {}", timer.is_alive());
    timer.cancel();
    println!("cancelled:            alive {}", timer.is_alive());
    timer.join().expect("its function was not called");
    println!("joined at once, finished {}\n", timer.finished().is_set());
}

pub(crate) fn once_it_has_fired() {
    heading("§2.8", "cancel() too late", "触发之后再取消");
    let (begun, has_begun) = mpsc::channel();
    let (hold, let_go) = mpsc::channel();
    let timer = Timer::new(Duration::ZERO, move || {
        begun.send(()).expect("main listens");
        let_go.recv().expect("main lets it go");
        println!("the function goes on to its end");
    });
    started(timer.start());
    has_begun.recv().expect("it fires");
    timer.cancel();
    println!("the function runs, cancelled: alive {}", timer.is_alive());
    hold.send(()).expect("the function waits");
    timer.join().expect("its function does not panic");
    println!();
}

pub(crate) fn of_a_delayed_start() {
    heading("§2.8", "No start after all", "取消延迟启动");
    let thread = Thread::new(|| println!("never printed"));
    let delayed = thread.clone();
    let timer = Timer::new(FAR, move || started(delayed.start()));
    started(timer.start());
    timer.cancel();
    timer.join().expect("its function was not called");
    let error = thread.join().expect_err("nobody has started it");
    println!("the timer was cancelled: {error}\n");
}
