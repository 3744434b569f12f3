//! §2.8 Timer · 定时器. `cargo run -p timer` plays all ideas, `cargo run -p timer -- cancel` one, `--list` names them.

mod cancel;

use common::demo::{Args, Idea, or_fail, scope, spawn, start};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Thread, Timer, current_thread, set_spawner};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

struct Options {
    interval: Duration,
}

/// Longer than the demo runs.
const HOUR: Duration = Duration::from_secs(60 * 60);

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("timer", "§2.8 Timer(interval, function) · 定时执行", timer),
    Idea("start", "§2.8 start() · 启动", must_be_started),
    Idea("thread", "§2.8 A timer is a Thread · Thread 的子类", is_a_thread),
    Idea("cancel", "§2.8 cancel() · 取消", cancel::in_time),
    Idea("too-late", "§2.8 cancel() too late · 触发之后再取消", cancel::too_late),
    Idea("delayed-start", "§2.8 Delayed start · 延迟启动线程", delayed_start),
    Idea("cancelled-start", "§2.8 Cancelled start · 取消延迟启动", cancel::delayed_start),
    Idea("many", "§2.8 Ten thousand timers · 一万个定时器", ten_thousand),
    Idea("plain-rust", "§2.8 Plain Rust · 带超时的接收", plain_rust),
];

fn main() {
    let mut args = Args::new("§2.8 Timer: a function is called when an interval has passed.");
    let interval = args.number("--interval", 100, 0..=60_000, "milliseconds to the call");
    let interval = Duration::from_millis(interval);
    args.play(IDEAS, &Options { interval });
}

fn timer(options: &Options) {
    let (name, times) = ("XiaoAi", 2);
    let greet = move || println!("{times} times hello from {name}");
    let timer = Timer::new(options.interval, greet);
    println!("main starts the timer");
    or_fail(timer.start());
    or_fail(timer.join());
    println!("the timer has ended");
}

fn must_be_started(options: &Options) {
    let timer = Timer::new(options.interval, || println!("the function is called"));
    if let Err(error) = timer.join() {
        println!("joined before its start: RuntimeError: {error}");
    }
    or_fail(timer.start());
    or_fail(timer.join());
    if let Err(error) = timer.start() {
        println!("started again: RuntimeError: {error}");
    }
}

fn is_a_thread(options: &Options) {
    let timer = Timer::new(options.interval, || {
        println!("the function runs on thread '{}'", current_thread().name());
    });
    timer.set_name("alarm");
    or_fail(timer.set_daemon(true));
    println!("name '{}', daemon {}", timer.name(), timer.daemon());
    or_fail(timer.start());
    or_fail(timer.join());
}

fn delayed_start(options: &Options) {
    let thread = Thread::new(|| println!("the thread runs"));
    let delayed = thread.clone();
    let timer = Timer::new(options.interval, move || start(&delayed));
    println!("before the timer fires: is_alive {}", thread.is_alive());
    or_fail(timer.start());
    or_fail(timer.join());
    or_fail(thread.join());
    println!("the timer has started the thread, and the thread has ended");
}

fn ten_thousand(_: &Options) {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    set_spawner(|_, main| {
        THREADS.fetch_add(1, Relaxed);
        thread::Builder::new().spawn(main).map(drop)
    });
    for _ in 0..10_000 {
        or_fail(Timer::new(HOUR, || ()).start());
    }
    let threads = THREADS.load(Relaxed).max(1); // 0 if an idea before started the thread
    println!("10000 timers wait for an hour, threads that wait for them: {threads}");
}

fn plain_rust(options: &Options) {
    for interval in [options.interval, HOUR] {
        let (cancel, cancelled) = mpsc::channel();
        scope(|scope| {
            spawn(scope, move || match cancelled.recv_timeout(interval) {
                Ok(()) => println!("cancelled: the function is not called"),
                Err(_) => println!("the interval has passed: the function is called"),
            });
            if interval == HOUR {
                or_fail(cancel.send(()));
            }
        });
    }
}
