//! §1, §2.1 Thread · 线程: two ways to make a thread, and what several threads at once are good for.
//!
//! `cargo run -p threads` plays all ideas, `cargo run -p threads -- parallel` plays one, `--list` names them.
//! Times and speed-ups: `cargo run --release -p threads -- --measure`.

mod concepts;
mod gil;
mod measure;
mod methods;
mod plain;
mod units;
mod ways;
mod work;

use common::demo::{Args, Idea};
use std::time::Duration;

struct Options {
    threads: usize,
    timeout: Duration,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("sequential", "§1.1 Sequential · 顺序", "a task begins when the one before it has ended", concepts::sequential),
    Idea("concurrent", "§1.1 Concurrent · 并发", "all tasks have begun before one ends", concepts::concurrent),
    Idea("process", "§1.2 Process · 进程", "a process has an address space of its own", units::processes_do_not),
    Idea("thread", "§1.2 Thread · 线程", "threads share the memory of their process", units::threads_share),
    Idea("coroutine", "§1.2 Coroutine · 协程", "coroutines yield to each other on one thread", units::coroutines_yield),
    Idea("serial", "§1.1/1.2 Serial yet concurrent: a GIL · 串行而并发（全局解释器锁）", "one thread computes at a time", gil::serial),
    Idea("parallel", "§1.1/1.2 Parallel: no GIL · 并行（没有全局解释器锁）", "all threads compute at once", gil::parallel),
    Idea("callable", "§2.1 A callable · 传入函数", "a thread runs a function with its arguments", ways::of_a_callable),
    Idea("type", "§2.1 A type with run · 重写 run 方法", "a thread runs a value of one's own type", ways::of_a_type),
    Idea("name", "§2.1 name · 线程名称", "default names, a name given, a name set", methods::name),
    Idea("daemon", "§2.1 daemon · 守护线程", "set before the start only", methods::daemon),
    Idea("start", "§2.1 start, once · 只能启动一次", "a second start is an error", methods::start_once),
    Idea("timeout", "§2.1 join(timeout) · 超时", "join may give up", methods::join_timeout),
    Idea("plain-rust", "§2.1 Plain Rust · thread::spawn 与 scope", "std's threads: a result, and borrowing", plain::spawned),
];

fn main() {
    let mut args =
        Args::new("§1, §2.1 Thread: two ways to make one, and what several are good for.");
    let threads = args.number("--threads", 2, 2..=64, "threads that share the work");
    let timeout = args.number(
        "--timeout",
        20,
        0..=60_000,
        "milliseconds that `timeout` waits",
    );
    let timeout = Duration::from_millis(timeout);
    let figures = args.flag(
        "--measure",
        "plays the figures instead: times and speed-ups",
    );
    if args.flag(
        "--add-one",
        "only adds one to a number: the child of `process`",
    ) {
        args.finish();
        return units::add_one();
    }
    let ideas = if figures { measure::FIGURES } else { IDEAS };
    args.play(ideas, &Options { threads, timeout });
}
