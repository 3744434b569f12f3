//! §2.3 Join · 阻塞线程: waiting for the end of a thread, with a timeout, and after its panic.
//!
//! `cargo run -p join` plays all ideas, `cargo run -p join -- timeout` plays one, `--list` names them.

mod plain;

use common::demo::{Args, Idea, or_fail, sleep, start, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Thread, current_thread, set_excepthook};
use std::panic::resume_unwind;
use std::sync::mpsc;
use std::time::Duration;

struct Options {
    timeout: Duration,
    joiners: usize,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("no-join", "§2.3 Without join · 不调用 join", without_join),
    Idea("join", "§2.3 With join · 调用 join", with_join),
    Idea("timeout", "§2.3 join(timeout) · 超时", with_a_timeout),
    Idea("joiners", "§2.3 Many joiners · 多个线程等待同一个线程", many_joiners),
    Idea("panic", "§2.3 After an error · 线程出错", after_an_error),
    Idea("errors", "§2.3 RuntimeError · 不能 join 的线程", what_cannot_be_joined),
    Idea("result", "§2.3 Plain Rust: JoinHandle · 返回值", plain::join_returns_a_value),
    Idea("scope", "§2.3 Plain Rust: scope · 作用域线程", plain::scope_joins_all),
];

fn main() {
    let mut args = Args::new("§2.3 Join: waiting for the end of a thread, or for a timeout.");
    let timeout = args.number("--timeout", 20, 0..=60_000, "milliseconds of `timeout`");
    let timeout = Duration::from_millis(timeout);
    let joiners = args.number("--joiners", 3, 1..=1000, "threads of `joiners`");
    args.play(IDEAS, &Options { timeout, joiners });
}

fn without_join(_: &Options) {
    let (signal, may_end) = mpsc::channel();
    let thread = worker(move || {
        may_end.recv().expect("main sends"); // a thread that takes longer than main
        println!("the thread ends");
    });
    println!("main continues, the thread is alive: {}", thread.is_alive());
    signal.send(()).expect("the thread receives");
    or_fail(thread.join()); // so that the next idea prints after this one
}

fn with_join(_: &Options) {
    let thread = worker(|| {
        sleep(Duration::from_millis(20)); // its work
        println!("the thread ends");
    });
    or_fail(thread.join());
    println!("main continues, the thread is alive: {}", thread.is_alive());
}

fn with_a_timeout(&Options { timeout, .. }: &Options) {
    let (signal, may_end) = mpsc::channel();
    let thread = worker(move || may_end.recv().expect("main sends"));
    let ended = or_fail(thread.join_timeout(timeout));
    let milliseconds = timeout.as_millis();
    println!("after {milliseconds} ms the thread has ended: {ended}");
    signal.send(()).expect("the thread receives");
    let ended = or_fail(thread.join_timeout(Duration::MAX));
    println!("joined again without a limit, the thread has ended: {ended}");
}

fn many_joiners(&Options { joiners, .. }: &Options) {
    let (signal, may_end) = mpsc::channel();
    let thread = worker(move || may_end.recv().expect("main sends"));
    let join = |_| {
        let thread = thread.clone(); // one more handle to the same thread
        worker(move || or_fail(thread.join()))
    };
    let waiters: Vec<_> = (0..joiners).map(join).collect();
    until(|| thread.waiting() == joiners);
    println!("threads that block in join: {joiners}");
    signal.send(()).expect("the thread receives");
    for waiter in waiters {
        or_fail(waiter.join());
    }
    println!("the thread has ended: every join returns");
    or_fail(thread.join());
    println!("one more join returns at once");
}

fn after_an_error(_: &Options) {
    set_excepthook(|thread, panic| println!("excepthook: {}: {}", thread.name(), panic.message()));
    let thread = worker(|| resume_unwind(Box::new("no such page"))); // a panic ends the thread
    for _ in 0..2 {
        if let Err(error) = thread.join() {
            println!("join: {error}");
        }
    }
    println!("the thread is alive: {}", thread.is_alive());
}

fn what_cannot_be_joined(_: &Options) {
    let thread = Thread::new(|| {
        if let Err(error) = current_thread().join() {
            println!("join in the thread itself: RuntimeError: {error}");
        }
    });
    if let Err(error) = thread.join() {
        println!("join before the start: RuntimeError: {error}");
    }
    start(&thread);
    or_fail(thread.join());
}

/// A thread named `worker`, started.
fn worker(work: impl FnOnce() + Send + 'static) -> Thread {
    let thread = Thread::named("worker", work);
    start(&thread);
    thread
}
