//! §2.3 Join · 阻塞线程: waiting for the end of a thread, with a timeout, and after its panic.
//!
//! `cargo run -p join` plays all ideas, `cargo run -p join -- timeout` plays one, `--list` names them.

mod errors;
mod plain;

use common::demo::{Args, Idea, or_fail, start, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::Thread;
use std::sync::mpsc;
use std::thread::sleep;
use std::time::Duration;

struct Options {
    timeout: Duration,
    joiners: usize,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("no-join", "§2.3 Without join · 不调用 join", "main does not wait for the thread", without_join),
    Idea("join", "§2.3 With join · 调用 join", "main blocks until the thread ends", with_join),
    Idea("timeout", "§2.3 join(timeout) · 超时", "join may give up", with_a_timeout),
    Idea("joiners", "§2.3 Many joiners · 多个线程等待同一个线程", "several threads join the same thread", many_joiners),
    Idea("panic", "§2.3 After an error · 线程出错", "join returns the panic that ended the thread", errors::after_an_error),
    Idea("errors", "§2.3 RuntimeError · 不能 join 的线程", "a thread that cannot be joined", errors::what_cannot_be_joined),
    Idea("result", "§2.3 Plain Rust: JoinHandle · 返回值", "std's join returns what the thread returned", plain::join_returns_a_value),
    Idea("scope", "§2.3 Plain Rust: scope · 作用域线程", "a scope joins its threads", plain::scope_joins_all),
];

fn main() {
    let mut args =
        Args::new("§2.3 Join: waiting for the end of a thread, with and without a timeout.");
    let timeout = args.number(
        "--timeout",
        20,
        0..=60_000,
        "milliseconds that `timeout` waits",
    );
    let timeout = Duration::from_millis(timeout);
    let joiners = args.number("--joiners", 3, 1..=1000, "threads that join the same one");
    args.play(IDEAS, &Options { timeout, joiners });
}

fn without_join(_: &Options) {
    let (go_on, may_go_on) = mpsc::channel();
    let thread = worker(move || {
        may_go_on.recv().expect("main sends"); // a thread that takes longer than main
        println!("thread: ends");
    });
    let alive = thread.is_alive();
    println!("main: does not wait, the thread is alive: {alive}");
    go_on.send(()).expect("the thread receives");
    or_fail(thread.join()); // so that the next idea prints after this one
}

fn with_join(_: &Options) {
    let thread = worker(|| {
        sleep(Duration::from_millis(20)); // its work
        println!("thread: ends");
    });
    or_fail(thread.join());
    let alive = thread.is_alive();
    println!("main: has joined it, the thread is alive: {alive}");
}

fn with_a_timeout(&Options { timeout, .. }: &Options) {
    let (go_on, may_go_on) = mpsc::channel();
    let thread = worker(move || may_go_on.recv().expect("main sends"));
    let ended = or_fail(thread.join_timeout(timeout));
    let milliseconds = timeout.as_millis();
    println!("after {milliseconds} ms the thread has ended: {ended}");
    go_on.send(()).expect("the thread receives");
    let ended = or_fail(thread.join_timeout(Duration::MAX));
    println!("joined again without a limit, the thread has ended: {ended}");
}

fn many_joiners(&Options { joiners, .. }: &Options) {
    let (go_on, may_go_on) = mpsc::channel();
    let thread = worker(move || may_go_on.recv().expect("main sends"));
    let join = |thread: &Thread| {
        let thread = thread.clone();
        worker(move || or_fail(thread.join()))
    };
    let waiters: Vec<_> = (0..joiners).map(|_| join(&thread)).collect();
    until(|| thread.waiting() == joiners);
    println!("threads that block in join: {joiners}");
    go_on.send(()).expect("the thread receives");
    for waiter in &waiters {
        or_fail(waiter.join());
    }
    println!("the thread has ended: every join returns");
    or_fail(thread.join());
    println!("one more join returns at once");
}

fn worker(work: impl FnOnce() + Send + 'static) -> Thread {
    let thread = Thread::named("worker", work);
    start(&thread);
    thread
}
