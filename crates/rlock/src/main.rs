//! §2.4 `RLock` · 重入锁: a lock with an owner, which may acquire it again and releases it as often.
//!
//! `cargo run -p rlock` plays all ideas, `cargo run -p rlock -- levels` plays one, `--list` names them.

mod totals;

use common::demo::{Args, Idea, or_fail, spawn};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Lock, LockError, RLock};
use std::thread;
use std::time::Duration;

struct Options {
    levels: usize,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("owner", "§2.4 Owner · 所属线程", "only the owner may release it", owner),
    Idea("again", "§2.4 Acquire again · 重入", "a Lock deadlocks with itself, an RLock does not", again),
    Idea("levels", "§2.4 Recursion level · 递归等级", "one release for each acquire", levels),
    Idea("guards", "§2.4 Nested guards · with 语句的嵌套", "each guard is one level", guards),
    Idea("methods", "§2.4 Methods that call each other · 加锁的方法互相调用", "what an RLock is for", totals::methods),
    Idea("plain-rust", "§2.4 Plain Rust · Mutex 与 &mut", "one Mutex around plain methods", totals::plain_rust),
];

fn main() {
    let mut args = Args::new("§2.4 RLock: a lock with an owner, which may acquire it again.");
    let levels = args.number("--levels", 3, 1..=1000, "acquires and releases in levels");
    args.play(IDEAS, &Options { levels });
}

fn owner(_: &Options) {
    let lock = RLock::new();
    lock.acquire();
    println!("main acquires the lock: main owns it");
    let outcome = on_another_thread(|| lock.release());
    println!("another thread releases it: {}", told(outcome));
    println!("main releases it: {}", told(lock.release()));
    println!("main releases it once more: {}", told(lock.release()));
}

fn told(outcome: Result<(), LockError>) -> String {
    match outcome {
        Ok(()) => "released".to_owned(),
        Err(error) => format!("RuntimeError: {error}"),
    }
}

fn again(_: &Options) {
    let timeout = Duration::from_millis(20);
    let lock = Lock::new();
    lock.acquire();
    let acquired = lock.acquire_timeout(timeout); // `acquire` would block for good
    println!("main holds a Lock and acquires it again: {acquired} (a deadlock, until the timeout)");
    let lock = RLock::new();
    lock.acquire();
    let acquired = lock.acquire_timeout(timeout);
    println!("main owns an RLock and acquires it again: {acquired}");
}

fn levels(&Options { levels }: &Options) {
    let lock = RLock::new();
    for _ in 0..levels {
        lock.acquire();
    }
    println!("main acquires the lock, levels: {levels}");
    for released in 1..=levels {
        or_fail(lock.release());
        let acquired = acquired_by_another_thread(&lock);
        println!(
            "main releases level {released} of {levels}, another thread acquires it: {acquired}"
        );
    }
}

fn guards(_: &Options) {
    let lock = RLock::new();
    {
        let _outer = lock.guard();
        {
            let _inner = lock.guard();
            let acquired = acquired_by_another_thread(&lock);
            println!("in the inner block, another thread acquires it: {acquired}");
        }
        let acquired = acquired_by_another_thread(&lock);
        println!("in the outer block, another thread acquires it: {acquired}");
    }
    let acquired = acquired_by_another_thread(&lock);
    println!("after both blocks, another thread acquires it:  {acquired}");
}

fn acquired_by_another_thread(lock: &RLock) -> bool {
    on_another_thread(|| lock.try_guard().is_some())
}

fn on_another_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| spawn(scope, work).join().expect("it does not panic"))
}
