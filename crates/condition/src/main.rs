//! §2.5 Condition · 条件对象. `cargo run -p condition` plays all ideas, `cargo run -p condition -- turns` plays one.

mod dialogue;
mod inside;
mod items;

use common::demo::{Args, Idea};

struct Options {
    waiters: usize,
    notify: usize,
    items: u32,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("two-locks", "§2.5 Dialogue with two locks · 两把锁", dialogue::two_locks),
    Idea("locks-xiaoai-first", "§2.5 Two locks, XiaoAi first · 小爱先获取锁", dialogue::two_locks_xiaoai_first),
    Idea("semaphores", "§2.5 Dialogue with two semaphores · 两个信号量", dialogue::two_semaphores),
    Idea("condition", "§2.5 Dialogue with a Condition · 条件对象", dialogue::one_condition),
    Idea("condition-xiaoai-first", "§2.5 Lost wake-up, XiaoAi first · 丢失唤醒", dialogue::one_condition_xiaoai_first),
    Idea("turns", "§2.5 Predicate, XiaoAi first · 谓词", dialogue::turns),
    Idea("producer-consumer", "§2.5 Producer and consumer · 生产者与消费者", items::producer_and_consumer),
    Idea("wait-for", "§2.5 wait_for(predicate, timeout) · 谓词", items::wait_for),
    Idea("layers", "§2.5 Two layers of lock · 两层锁", inside::two_layers),
    Idea("notify", "§2.5 notify(n), notify_all() · 唤醒", inside::notify),
    Idea("timeout", "§2.5 wait(timeout) · 超时", inside::timeout),
    Idea("without-lock", "§2.5 RuntimeError · 未获取锁", inside::without_the_lock),
    Idea("loop", "§2.5 Why a loop · 为什么要循环检查", items::why_a_loop),
    Idea("plain-rust", "§2.5 Plain Rust · Mutex 与 Condvar", items::mutex_and_condvar),
];

fn main() {
    let mut args = Args::new("§2.5 Condition: a dialogue in turns, and threads that wait.");
    let options = Options {
        waiters: args.number("--waiters", 5, 1..=1000, "threads that wait in notify"),
        notify: args.number("--notify", 2, 0..=1000, "woken by the first notify"),
        items: args.number("--items", 3, 1..=1000, "items that are produced"),
    };
    args.play(IDEAS, &options);
}
