//! §2.4 `RLock` · 重入锁. `cargo run -p rlock` plays all ideas, `cargo run -p rlock -- owner` one, `--list` names them.

mod totals;

use common::demo::{Args, Idea, or_fail, scope, spawn};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Lock, RLock};
use common::trace;
use std::time::Duration;

struct Options {
    levels: usize,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("guards", "§2.4 Nested guards · with 语句的嵌套", guards),
    Idea("owner", "§2.4 Owner · 所属线程", owner),
    Idea("again", "§2.4 Acquire again · 重入", again),
    Idea("levels", "§2.4 Recursion level · 递归等级", levels),
    Idea("methods", "§2.4 Methods that call each other · 加锁的方法互相调用", totals::methods),
    Idea("plain-rust", "§2.4 Plain Rust · Mutex 与 &mut", totals::plain_rust),
];

fn main() {
    let mut args = Args::new("§2.4 RLock: a lock with an owner, which may acquire it again.");
    let levels = args.number("--levels", 3, 1..=1000, "how often main acquires in levels");
    args.play(IDEAS, &Options { levels });
}

fn guards(_: &Options) {
    let lock = RLock::new();
    let _outer = lock.guard(); // Python's `with lock:`
    let _inner = lock.guard(); // a Lock would deadlock here
    println!("main acquires the lock twice");
}

fn owner(_: &Options) {
    let lock = RLock::new();
    lock.acquire();
    println!("main acquires the lock: main owns it");
    if let Err(error) = on_another_thread(|| lock.release()) {
        println!("another thread releases it: RuntimeError: {error}");
    }
    or_fail(lock.release());
    println!("main releases it");
    if let Err(error) = lock.release() {
        println!("main releases it once more: RuntimeError: {error}");
    }
}

fn again(_: &Options) {
    let lock = Lock::new();
    lock.acquire();
    let acquired = lock.acquire_timeout(Duration::from_millis(20)); // `acquire` would block forever
    println!("main holds a Lock and acquires it again: {acquired} (a deadlock, until the timeout)");
    let lock = RLock::new();
    lock.acquire();
    let acquired = lock.acquire_timeout(Duration::from_millis(20));
    println!("main owns an RLock and acquires it again: {acquired}");
}

fn levels(options: &Options) {
    let lock = RLock::new();
    trace::counter(&lock, "level", "level", 0); // on the timeline
    for level in 1..=options.levels {
        lock.acquire();
        println!("acquired, recursion level: {level}");
    }
    for level in (0..options.levels).rev() {
        or_fail(lock.release());
        let acquired = acquired_by_another_thread(&lock);
        println!("released, recursion level: {level}, another thread acquires it: {acquired}");
    }
}

fn acquired_by_another_thread(lock: &RLock) -> bool {
    on_another_thread(|| lock.try_guard().is_some())
}

fn on_another_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    scope(|scope| spawn(scope, work).join().expect("it does not panic"))
}
