//! §2.8 Timer · 定时器: a function is called when an interval has passed, unless the timer is cancelled before.
//!
//! `cargo run -p timer` plays all ideas, `cargo run -p timer -- cancel` plays one, `--list` names them.

mod cancel;
mod plain_rust;

use common::demo::{Args, Idea, or_fail, start};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Thread, Timer, current_thread, set_excepthook, set_spawner};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

struct Options {
    interval: Duration,
}

/// So long that it does not pass while the demo runs.
const HOUR: Duration = Duration::from_secs(60 * 60);

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("timer", "§2.8 Timer(interval, function) · 定时执行", "calls a function after an interval", timer),
    Idea("start", "§2.8 start() · 需要启动", "a timer must be started, once", must_be_started),
    Idea("thread", "§2.8 A timer is a Thread · Thread 的子类", "its name, and a panic in its function", is_a_thread),
    Idea("cancel", "§2.8 cancel() · 取消", "the function is never called", cancel::in_time),
    Idea("too-late", "§2.8 cancel() too late · 触发之后再取消", "a running function is not stopped", cancel::too_late),
    Idea("delayed-start", "§2.8 A delayed start · 延迟启动线程", "the function starts a thread", delayed_start),
    Idea("cancelled-start", "§2.8 A cancelled start · 取消延迟启动", "the thread never starts", cancel::delayed_start),
    Idea("many", "§2.8 Ten thousand timers · 一万个定时器", "one thread waits for all timers", ten_thousand),
    Idea("plain-rust", "§2.8 Plain Rust · 带超时的接收", "a receiver with a timeout", plain_rust::recv_timeout),
];

fn main() {
    let mut args = Args::new("§2.8 Timer: a function is called when an interval has passed.");
    let interval = args.number("--interval", 100, 0..=60_000, "milliseconds to the call");
    let interval = Duration::from_millis(interval);
    args.play(IDEAS, &Options { interval });
}

fn timer(&Options { interval }: &Options) {
    let (name, times) = ("XiaoAi", 2); // Python's args and kwargs: the closure owns them
    let timer = Timer::new(interval, move || {
        println!("{times} times hello from {name}");
    });
    println!("the timer fires in {} ms", interval.as_millis());
    or_fail(timer.start());
    or_fail(timer.join());
    println!("the timer has ended: is_alive returns {}", timer.is_alive());
}

fn must_be_started(&Options { interval }: &Options) {
    let timer = Timer::new(interval, || println!("started: the function is called"));
    let error = timer.join().expect_err("the timer is not started");
    println!("not started: RuntimeError: {error}");
    or_fail(timer.start());
    or_fail(timer.join());
    let error = timer.start().expect_err("the timer was started before");
    println!("started again: RuntimeError: {error}");
}

fn is_a_thread(&Options { interval }: &Options) {
    let timer = Timer::new(interval, || {
        println!("the function runs on thread '{}'", current_thread().name());
    });
    timer.set_name("alarm");
    or_fail(timer.start());
    or_fail(timer.join());
    set_excepthook(|thread, panic| {
        println!("excepthook: {}: {}", thread.name(), panic.message());
    });
    let broken = Timer::new(interval, || resume_unwind(Box::new("out of power")));
    broken.set_name("broken alarm");
    or_fail(broken.start());
    let error = broken.join().expect_err("the function panics");
    println!("join returns the error: {error}");
}

fn delayed_start(&Options { interval }: &Options) {
    let thread = Thread::new(|| println!("the timer starts the thread"));
    let delayed = thread.clone();
    let timer = Timer::new(interval, move || start(&delayed));
    let alive = thread.is_alive();
    println!("before the timer fires: is_alive returns {alive}");
    or_fail(timer.start());
    or_fail(timer.join());
    or_fail(thread.join());
    println!("the thread has ended");
}

fn ten_thousand(_: &Options) {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    set_spawner(|_, main| {
        THREADS.fetch_add(1, Relaxed);
        thread::Builder::new().spawn(main).map(drop)
    });
    let timers: Vec<_> = (0..10_000).map(|_| Timer::new(HOUR, || ())).collect();
    for timer in &timers {
        or_fail(timer.start());
    }
    let alive = timers.iter().filter(|timer| timer.is_alive()).count();
    let most = THREADS.load(Relaxed).max(1); // 0 if an idea before started the thread
    println!("timers that wait: {alive}, threads started for them: at most {most}");
    timers.iter().for_each(Timer::cancel);
    println!("all timers are cancelled");
}
