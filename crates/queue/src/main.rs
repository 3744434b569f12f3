//! §4 Queue · 队列: the kinds of queue, workers that take items from one, a buffer between threads, and a crawler.
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

/// A timeout that is meant to pass.
const SHORT: Duration = Duration::from_millis(20);

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("kinds", "§4 FIFO, LIFO, priority, simple · 四种队列", "which item comes next", kinds::kinds),
    Idea("priorities", "§4 Priorities · 优先级", "items with a priority", kinds::priorities),
    Idea("size", "§4 qsize, empty, full, maxsize · 队列的大小", "how many items are in it", kinds::size),
    Idea("put", "§4 put(block, timeout), Full · 队列已满", "put blocks while the queue is full", kinds::put),
    Idea("get", "§4 get(block, timeout), Empty · 队列为空", "get blocks while the queue is empty", kinds::get),
    Idea("join", "§4 task_done, join · 所有任务完成", "join blocks until all tasks are done", tasks::join),
    Idea("shutdown", "§4 shutdown · 关闭队列", "the items still in the queue can be taken", tasks::shutdown),
    Idea("shutdown-now", "§4 shutdown(immediate=True) · 立即关闭", "the queue is emptied", tasks::shutdown_now),
    Idea("worker", "§4 Daemon worker · 守护线程处理任务", "thirty items, one worker", worker::daemon_worker),
    Idea("worker-panics", "§4 A worker that panics · 工作线程中途崩溃", "get_task counts the task as done", worker::panics),
    Idea("workers-end", "§4 Workers that end · 关闭队列，线程自行结束", "shutdown ends the workers", worker::until_shutdown),
    Idea("more-work", "§4 Work that makes work · 任务产生新任务", "a task adds tasks", worker::work_that_makes_work),
    Idea("buffer", "§4 Producer and consumer · 生产者与消费者", "a queue as the buffer", buffer::producer_and_consumer),
    Idea("buffer-blocks", "§4 Empty and full · 缓冲区空与满", "consumer and producer block in turn", buffer::empty_and_full),
    Idea("ahead", "§4 How far ahead · 缓冲区的大小", "a bound holds the producer back", buffer::how_far_ahead),
    Idea("frontier", "§4 A crawler of one screen · 一屏代码的爬虫", "a queue, a seen-set, join", frontier::crawl),
    Idea("crawl", "§4 URL frontier · URL 队列", "an empty queue is not the end", crawl::url_frontier),
    Idea("bounded-frontier", "§4 A frontier with a limit · 有界的 URL 队列", "it deadlocks", crawl::bounded_frontier),
    Idea("channels", "§4 Plain Rust, channels · 通道", "Rust's queues", plain_rust::channels),
    Idea("collections", "§4 Plain Rust, collections · 集合类型", "without threads", plain_rust::collections),
    Idea("channel-end", "§4 Plain Rust, a channel · 通道关闭，线程自行结束", "no sender is left", plain_rust::until_it_closes),
    Idea("channel-limit", "§4 Plain Rust, its limit · 发送者不消失，通道不关闭", "senders stay", plain_rust::never_closes),
    Idea("one-consumer", "§4 Plain Rust, one consumer · 标准库的有界通道", "std's channel", plain_rust::one_consumer),
];

fn main() -> ExitCode {
    let mut args =
        Args::new("§4 Queue: kinds of queue, workers, a buffer between threads, a crawler.");
    if args.subcommand("crawl", "[OPTIONS] URL...") {
        return crawl::run(args);
    }
    let items = args.number("--items", 30, 1..=1_000_000, "items for the workers");
    let workers = args.number("--workers", 1, 1..=1000, "threads that work on them");
    let maxsize = args.number("--maxsize", 3, 1..=1000, "items the buffer has room for");
    let seed = args.number("--seed", 1, 0..=u64::MAX, "seed of the simulated work");
    args.play(
        IDEAS,
        &Options {
            items,
            workers,
            maxsize,
            seed,
        },
    );
    ExitCode::SUCCESS
}
