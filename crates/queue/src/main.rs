//! §4 Queue · 队列: the kinds of queue, workers that take tasks from one, a buffer between threads, and a crawler.
//!
//! `cargo run -p queue` plays all ideas, `cargo run -p queue -- worker` plays one, `--list` names them. A real site:
//! `cargo run -p queue -- crawl URL…`

mod buffer;
mod crawl;
mod frontier;
mod kinds;
mod plain_rust;
mod tasks;
mod worker;

use common::demo::{Args, Idea};
use std::process::ExitCode;
use std::time::Duration;

struct Options {
    items: u32,
    workers: usize,
    maxsize: usize,
    seed: u64,
}

/// A timeout that is meant to expire.
const SHORT: Duration = Duration::from_millis(20);

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("size", "§4 qsize, empty, full · 队列的大小", kinds::size),
    Idea("kinds", "§4 FIFO, LIFO, priority, simple · 四种队列", kinds::kinds),
    Idea("priorities", "§4 Priorities · 优先级", kinds::priorities),
    Idea("put", "§4 put(block, timeout), Full · 放入元素", kinds::put),
    Idea("get", "§4 get(block, timeout), Empty · 取出元素", kinds::get),
    Idea("join", "§4 task_done, join · 队列为空不等于任务完成", tasks::join),
    Idea("shutdown", "§4 shutdown · 关闭队列", tasks::shutdown),
    Idea("shutdown-now", "§4 shutdown(immediate=True) · 立即关闭", tasks::shutdown_now),
    Idea("worker", "§4 Daemon worker · 守护线程处理任务", worker::daemon_worker),
    Idea("more-work", "§4 Tasks that add tasks · 任务产生新任务", worker::more_work),
    Idea("worker-panics", "§4 A worker that panics · 工作线程 panic", worker::panics),
    Idea("workers-end", "§4 Graceful shutdown · 优雅关闭", worker::until_shutdown),
    Idea("frontier", "§4 A crawler of one screen · 一屏就能写完的爬虫", frontier::crawl),
    Idea("buffer", "§4 Producer and consumer · 生产者与消费者", buffer::producer_and_consumer),
    Idea("buffer-blocks", "§4 Backpressure · 背压", buffer::empty_and_full),
    Idea("crawl", "§4 URL frontier · URL 队列", crawl::url_frontier),
    Idea("bounded-frontier", "§4 A bounded frontier · 有界的 URL 队列", crawl::bounded_frontier),
    Idea("collections", "§4 Plain Rust, one thread · 集合类型", plain_rust::collections),
    Idea("channel-end", "§4 Plain Rust, a channel · 通道关闭，线程结束", plain_rust::until_closed),
    Idea("channel-limit", "§4 Plain Rust, its limit · 通道不会关闭", plain_rust::never_closed),
    Idea("one-consumer", "§4 Plain Rust, a buffer · 标准库的有界通道", plain_rust::one_consumer),
];

fn main() -> ExitCode {
    let about = "§4 Queue: kinds of queue, workers, a buffer between threads, a crawler.";
    let mut args = Args::new(about);
    if args.subcommand("crawl", "[OPTIONS] URL...") {
        return crawl::run(args);
    }
    let options = Options {
        items: args.number("--items", 30, 1..=1_000_000, "items for the workers"),
        workers: args.number("--workers", 3, 1..=1000, "threads, where there are several"),
        maxsize: args.number("--maxsize", 3, 1..=1000, "most items in the buffer"),
        seed: args.number("--seed", 1, 0..=u64::MAX, "seed of the simulated work"),
    };
    args.play(IDEAS, &options);
    ExitCode::SUCCESS
}
