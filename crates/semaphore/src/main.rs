//! §2.6 Semaphore · 信号量: a counter that threads wait for, and a pool of connections behind one.
//!
//! `cargo run -p semaphore` plays all ideas, `cargo run -p semaphore -- pool` plays one, `--list` names them.

mod pool;

use common::demo::{Args, Idea, spawn, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{BoundedSemaphore, Semaphore};
use std::iter;
use std::thread;
use std::time::Duration;

struct Options {
    connections: usize,
    clients: usize,
    seed: u64,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("counter", "§2.6 Counter · 内部计数器", "acquire subtracts one, release adds one", counter),
    Idea("acquire", "§2.6 acquire(blocking, timeout) · P 操作", "what acquire does at zero", acquire),
    Idea("release", "§2.6 release(n) · V 操作", "adds n and wakes n waiters", release),
    Idea("bounded", "§2.6 BoundedSemaphore · 有界信号量", "refuses a release too many", bounded),
    Idea("pool", "§2.6 Connection pool · 连接池", "more clients than connections", pool::connection_pool),
    Idea("full-pool", "§2.6 Full pool · 连接池耗尽", "clients block while all connections are in use", pool::full_pool),
    Idea("plain-rust", "§2.6 Plain Rust · 通道里的连接", "a channel that holds the connections", pool::channel),
];

fn main() {
    let mut args = Args::new("§2.6 Semaphore: a counter that threads wait for.");
    let connections = args.number("--connections", 2, 1..=1000, "connections in the pool");
    let clients = args.number("--clients", 5, 1..=1000, "threads that need a connection");
    let seed = args.number("--seed", 1, 0..=u64::MAX, "seed of the random work times");
    let options = Options {
        connections,
        clients,
        seed,
    };
    args.play(IDEAS, &options);
}

fn counter(_: &Options) {
    let semaphore = Semaphore::new(2);
    println!("a semaphore with the value 2");
    semaphore.acquire();
    semaphore.acquire();
    let acquired = semaphore.try_acquire();
    println!("acquired twice: try_acquire returns {acquired}");
    semaphore.release();
    let acquired = semaphore.try_acquire();
    println!("released once:  try_acquire returns {acquired}");
    match Semaphore::try_from(-1) {
        Ok(_) => println!("a semaphore with the value -1"),
        Err(error) => println!("the value -1:   ValueError: {error}"),
    }
}

fn acquire(_: &Options) {
    let semaphore = Semaphore::new(1);
    let acquired = semaphore.try_acquire();
    println!("one permit: try_acquire returns {acquired}");
    let acquired = semaphore.try_acquire();
    println!("no permit:  try_acquire returns {acquired}");
    let acquired = semaphore.acquire_timeout(Duration::from_millis(20));
    println!("no permit:  acquire_timeout(20 ms) returns {acquired}");
    thread::scope(|scope| {
        let waiter = spawn(scope, || semaphore.acquire());
        until(|| semaphore.waiting() == 1);
        println!("no permit:  acquire blocks");
        semaphore.release();
        waiter.join().expect("acquire does not panic");
        println!("released:   the waiter acquires the permit");
    });
}

fn release(_: &Options) {
    let semaphore = Semaphore::new(0);
    thread::scope(|scope| {
        let waiters = [1, 2, 3].map(|count| {
            let waiter = spawn(scope, || semaphore.acquire());
            until(|| semaphore.waiting() == count);
            waiter
        });
        println!("threads 1, 2 and 3 block: the value is 0");
        semaphore.release_many(2).expect("2 is at least 1");
        let [first, second, _] = waiters;
        for waiter in [first, second] {
            waiter.join().expect("acquire does not panic");
        }
        let blocked = semaphore.waiting();
        println!("release_many(2): threads 1 and 2 acquire, still blocked: {blocked}");
        semaphore.release();
    });
    match semaphore.release_many(0) {
        Ok(()) => println!("release_many(0): released"),
        Err(error) => println!("release_many(0): ValueError: {error}"),
    }
}

fn bounded(_: &Options) {
    let semaphore = Semaphore::new(2);
    semaphore.release();
    let permits = acquire_all(|| semaphore.try_acquire());
    println!("Semaphore(2), released without acquire: {permits} permits");
    let bounded = BoundedSemaphore::new(2);
    match bounded.release() {
        Ok(()) => println!("BoundedSemaphore(2): released"),
        Err(error) => println!("BoundedSemaphore(2): ValueError: {error}"),
    }
    let permits = acquire_all(|| bounded.try_acquire());
    println!("its value is unchanged: {permits} permits");
}

/// Acquires all permits, and returns how many there were.
fn acquire_all(try_acquire: impl FnMut() -> bool) -> usize {
    iter::repeat_with(try_acquire)
        .take_while(|&acquired| acquired)
        .count()
}
