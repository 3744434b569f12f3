//! §1, §2.1 Thread · 线程: two ways to make a thread, and what several threads at once are good for.
//!
//! `cargo run -p threads` plays all ideas, `cargo run -p threads -- parallel` plays one, `--list` names them.
//! Times and speed-ups: `cargo run --release -p threads -- --measure`.

mod concepts;
mod measure;
mod methods;
mod units;
mod ways;
mod work;

use common::demo::{Args, Idea};

struct Options {
    threads: usize,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("sequential", "§1.1 Sequential · 顺序", concepts::sequential),
    Idea("concurrent", "§1.1 Concurrent · 并发", concepts::concurrent),
    Idea("serial", "§1.1 Serial yet concurrent: one core, or a GIL · 串行而并发", concepts::serial),
    Idea("parallel", "§1.1 Parallel: several cores, no GIL · 并行", concepts::parallel),
    Idea("process", "§1.2 Process · 进程", units::process),
    Idea("thread", "§1.2 Thread · 线程", units::thread),
    Idea("coroutine", "§1.2 Coroutine · 协程", units::coroutine),
    Idea("callable", "§2.1 A callable · 传入函数", ways::of_a_callable),
    Idea("type", "§2.1 A type with run · 重写 run 方法", ways::of_a_type),
    Idea("name", "§2.1 name · 线程名称", methods::name),
    Idea("daemon", "§2.1 daemon · 守护线程", methods::daemon),
    Idea("start", "§2.1 start, once · 只能启动一次", methods::start_once),
    Idea("timeout", "§2.1 join(timeout) · 超时", methods::join_timeout),
    Idea("plain-rust", "§2.1 Plain Rust · thread::spawn 与 scope", ways::plain_rust),
];

fn main() {
    let mut args = Args::new("§1, §2.1 Thread: two ways to make one, and what several are for.");
    let threads = args.number("--threads", 2, 2..=64, "threads of the ideas of §1.1");
    let figures = args.flag("--measure", "prints times and speed-ups instead");
    let ideas = if figures { measure::FIGURES } else { IDEAS };
    args.play(ideas, &Options { threads });
}
