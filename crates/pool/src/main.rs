//! §3 `ThreadPoolExecutor` · 线程池: a pool of threads, its futures, and pages fetched by it.
//!
//! `cargo run -p pool` plays all ideas, `cargo run -p pool -- callbacks` plays one, `--list` names them. Real pages:
//! `cargo run -p pool -- fetch URL…`

mod executor;
mod fetch;
mod functions;
#[allow(
    clippy::needless_pass_by_value,
    reason = "a callback is called with a future"
)]
mod future;

use common::demo::{Args, Idea};
use std::process::ExitCode;

struct Options {
    seed: u64,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("threads", "§3.1 max_workers, thread_name_prefix · 线程的数量与名字", executor::threads),
    Idea("initializer", "§3.1 initializer, initargs · 线程初始化", executor::initializer),
    Idea("submit", "§3.1 submit · 提交任务，得到 Future", executor::submit),
    Idea("map", "§3.1 map(func, iterables) · 结果按输入的顺序", executor::map),
    Idea("map-iterables", "§3.1 Several iterables, buffersize · 多个可迭代对象", executor::map_iterables),
    Idea("map-timeout", "§3.1 map(timeout) · 从调用时开始计时", executor::map_timeout),
    Idea("shutdown", "§3.1 shutdown(wait=True) · 关闭线程池", executor::shutdown),
    Idea("cancel-futures", "§3.1 shutdown(cancel_futures=True) · 取消未开始的任务", executor::cancel_futures),
    Idea("with", "§3.1 with · with 语句", executor::with),
    Idea("no-wait", "§3.1 shutdown(wait=False) · 任务全部完成才退出", executor::program_end),
    Idea("result", "§3.2 result, exception, done · 结果、异常、完成", future::result),
    Idea("states", "§3.2 Pending, Running, Finished, Cancelled · future 的状态", future::states),
    Idea("done", "§3.2 done() after an exception · 引发异常也算完成", future::done),
    Idea("no-result", "§3.2 result(timeout), exception(timeout) · 超时与取消", future::no_result),
    Idea("callbacks", "§3.2 add_done_callback · 回调代替阻塞", future::callbacks),
    Idea("callback-order", "§3.2 Order, thread, errors · 回调的顺序、线程与异常", future::callback_order),
    Idea("first-completed", "§3.3 wait(FIRST_COMPLETED) · 任意一个完成时返回", functions::first_completed),
    Idea("first-exception", "§3.3 wait(FIRST_EXCEPTION) · 任意一个引发异常时返回", functions::first_exception),
    Idea("all-completed", "§3.3 wait(ALL_COMPLETED) · 全部完成时返回", functions::all_completed),
    Idea("as-completed", "§3.3 as_completed · 先完成的先返回", functions::in_order_of_completion),
    Idea("timeout", "§3.3 wait(timeout), as_completed(timeout) · 超时", functions::timeout),
    Idea("fetch", "§3.3 Five URLs · 抓取五个网页", fetch::example),
    Idea("plain-rust", "§3.3 Plain Rust · 作用域线程与通道", fetch::plain_rust),
];

fn main() -> ExitCode {
    let mut args =
        Args::new("§3 ThreadPoolExecutor: a pool of threads, its futures, pages fetched by it.");
    if args.subcommand("fetch", "[OPTIONS] URL...") {
        return fetch::run(args);
    }
    let seed = args.number("--seed", 1, 0..=u64::MAX, "seed of the simulated work");
    args.play(IDEAS, &Options { seed });
    ExitCode::SUCCESS
}
