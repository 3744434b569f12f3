//! §2.4 Lock · 原始锁. `cargo run -p lock` plays all ideas, `cargo run -p lock -- guard` one, `--list` names them.

mod deadlock;
mod locked;
mod plain_rust;
mod unlocked;

use common::demo::{Args, Idea, or_fail, scope, spawn, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::Lock;
use std::panic::{catch_unwind, resume_unwind};
use std::time::Duration;

struct Options {
    threads: usize,
    times: u64,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("no-lock", "§2.4 No lock · 不加锁", unlocked::without_a_lock),
    Idea("lock", "§2.4 Lock · 原始锁", locked::with_a_lock),
    Idea("lost-update", "§2.4 Lost update · 更新丢失", unlocked::lost_update),
    Idea("rustc", "§2.4 What rustc says · 编译错误", plain_rust::what_rustc_says),
    Idea("guard", "§2.4 Guard · with 语句", guard),
    Idea("panic", "§2.4 Panic in the block · 代码块中的 panic", panic),
    Idea("any-thread", "§2.4 Release by another thread · 任何线程都可以释放", any_thread),
    Idea("unlocked", "§2.4 RuntimeError · 释放非锁定的锁", unlocked_release),
    Idea("timeout", "§2.4 acquire(blocking, timeout) · 非阻塞与超时", try_and_timeout),
    Idea("self-deadlock", "§2.4 Deadlock with itself · 自身死锁", deadlock::alone),
    Idea("deadlock", "§2.4 Deadlock · 死锁", deadlock::opposite),
    Idea("lock-order", "§2.4 Lock order · 固定的加锁顺序", deadlock::one_order),
    Idea("plain-rust", "§2.4 Plain Rust · Mutex 与原子类型", plain_rust::mutex_and_atomic),
];

fn main() {
    let mut args = Args::new("§2.4 Lock: two threads add to one number, a lock makes that safe.");
    let threads = args.number("--threads", 2, 1..=1000, "threads in lost-update");
    let times = args.number("--times", 1_000_000, 1..=1_000_000_000, "additions each");
    args.play(IDEAS, &Options { threads, times });
}

fn guard(_: &Options) {
    let lock = Lock::new();
    {
        let _guard = lock.guard(); // Python's `with lock:`
        println!("in the block, locked: {}", lock.locked());
    }
    println!("after it, locked: {}", lock.locked());
}

fn panic(_: &Options) {
    let lock = Lock::new();
    let outcome = catch_unwind(|| {
        let _guard = lock.guard();
        resume_unwind(Box::new("something went wrong")); // a panic that prints no message
    });
    println!("the block panicked: {}", outcome.is_err());
    println!("after it, locked: {}", lock.locked());
}

fn any_thread(_: &Options) {
    let lock = Lock::new();
    lock.acquire();
    scope(|scope| {
        let waiter = spawn(scope, || lock.acquire());
        until(|| lock.waiting() == 1);
        println!("thread 1 blocks: the main thread holds the lock");
        spawn(scope, || or_fail(lock.release()));
        waiter.join().expect("acquire does not panic");
        println!("thread 2 releases the lock: thread 1 acquires it");
    });
}

fn unlocked_release(_: &Options) {
    match Lock::new().release() {
        Ok(()) => println!("released"),
        Err(error) => println!("RuntimeError: {error}"),
    }
}

fn try_and_timeout(_: &Options) {
    let lock = Lock::new();
    println!("unlocked: try_acquire returns {}", lock.try_acquire());
    println!("locked:   try_acquire returns {}", lock.try_acquire());
    let acquired = lock.acquire_timeout(Duration::from_millis(20));
    println!("locked:   acquire_timeout(20 ms) returns {acquired}");
}
