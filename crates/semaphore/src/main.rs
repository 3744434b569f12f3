//! §2.6 Semaphore · 信号量. `cargo run -p semaphore` plays all ideas, `-- pool` one, `-- --list` names them.

mod pool;

use common::demo::{Args, Idea, or_fail, scope, spawn, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{BoundedSemaphore, Semaphore};
use common::trace;
use std::time::Duration;

struct Options {
    connections: usize,
    clients: usize,
    seed: u64,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("counter", "§2.6 Counter · 内部计数器", counter),
    Idea("value", "§2.6 ValueError · 初始值小于零", value),
    Idea("acquire", "§2.6 acquire(blocking, timeout) · P 操作", acquire),
    Idea("release", "§2.6 release(n) · V 操作", release),
    Idea("bounded", "§2.6 BoundedSemaphore · 有界信号量", bounded),
    Idea("pool", "§2.6 Connection pool · 连接池", pool::connection_pool),
    Idea("full-pool", "§2.6 Full pool · 连接池耗尽", pool::full_pool),
    Idea("plain-rust", "§2.6 Plain Rust · 通道里的连接", pool::channel),
];

fn main() {
    let mut args = Args::new("§2.6 Semaphore: a counter that threads wait for.");
    let options = Options {
        connections: args.number("--connections", 2, 1..=1000, "connections in the pool"),
        clients: args.number("--clients", 5, 1..=1000, "threads that need a connection"),
        seed: args.number("--seed", 1, 0..=u64::MAX, "seed of the random work times"),
    };
    args.play(IDEAS, &options);
}

fn counter(_: &Options) {
    let semaphore = Semaphore::new(2);
    for _ in 0..3 {
        println!("acquired: {}", semaphore.try_acquire());
    }
    semaphore.release();
    println!("acquired after a release: {}", semaphore.try_acquire());
}

fn value(_: &Options) {
    match Semaphore::try_from(-1) {
        Ok(_) => println!("a semaphore with the value -1"),
        Err(error) => println!("ValueError: {error}"),
    }
}

fn acquire(_: &Options) {
    let semaphore = Semaphore::new(1);
    println!("one permit, try_acquire: {}", semaphore.try_acquire());
    println!("no permit,  try_acquire: {}", semaphore.try_acquire());
    let acquired = semaphore.acquire_timeout(Duration::from_millis(20));
    println!("no permit,  acquire_timeout(20 ms): {acquired}");
    scope(|scope| {
        let waiter = spawn(scope, || semaphore.acquire());
        until(|| semaphore.waiting() == 1);
        println!("no permit,  acquire: the thread blocks");
        semaphore.release();
        waiter.join().expect("acquire does not panic");
        println!("a release:  the thread acquires the permit");
    });
}

fn release(_: &Options) {
    let semaphore = Semaphore::new(0);
    trace::counter(&semaphore, "semaphore", "counter", 0); // on the timeline
    scope(|scope| {
        for number in 1..=3 {
            spawn(scope, || semaphore.acquire());
            until(|| semaphore.waiting() == number);
        }
        println!("three threads block: the counter is 0");
        or_fail(semaphore.release_many(2));
        until(|| semaphore.waiting() == 1);
        println!("release_many(2): two threads acquire, one still blocks");
        semaphore.release();
    });
    if let Err(error) = semaphore.release_many(0) {
        println!("release_many(0): ValueError: {error}");
    }
}

fn bounded(_: &Options) {
    let semaphore = Semaphore::new(1);
    semaphore.release(); // one release too many: the counter is 2
    semaphore.acquire();
    let twice = semaphore.try_acquire();
    println!("Semaphore(1), acquired twice: {twice}");
    let semaphore = BoundedSemaphore::new(1);
    if let Err(error) = semaphore.release() {
        println!("BoundedSemaphore(1), released: ValueError: {error}");
    }
    semaphore.acquire();
    let twice = semaphore.try_acquire();
    println!("BoundedSemaphore(1), acquired twice: {twice}");
}
