//! §2.4 Lock · 原始锁: threads that add to one number lose additions, and a lock that ends it.
//!
//! `cargo run -p lock`; the race with other figures: `cargo run -p lock -- --threads 4 --times 1000`

mod options;
mod race;

use common::demo::{heading, until_waiting};
use common::println;
use common::threading::Lock;
use std::panic::catch_unwind;
use std::thread;
use std::time::Duration;

fn main() {
    let options = options::read();
    race::without_a_lock(&options);
    race::with_a_lock(&options);
    released_whatever_happens();
    any_thread_may_release();
    release_of_a_free_lock();
    try_and_timeout();
    race::in_plain_rust(&options);
}

fn released_whatever_happens() {
    heading("§2.4", "Guard", "with 语句");
    let lock = Lock::new();
    {
        let _guard = lock.guard();
        println!("inside the block: {lock:?}");
    }
    println!("after the block:  {lock:?}");
    let outcome = catch_unwind(|| {
        let _guard = lock.guard();
        std::panic::resume_unwind(Box::new("something went wrong"));
    });
    println!(
        "after a panic:    {lock:?} ({})\n",
        if outcome.is_err() {
            "panicked"
        } else {
            "ended"
        }
    );
}

fn any_thread_may_release() {
    heading("§2.4", "Release by another thread", "任何线程都可以释放");
    let lock = Lock::new();
    lock.acquire();
    println!("main holds it:        {lock:?}");
    thread::scope(|scope| {
        let waiter = scope.spawn(|| lock.acquire());
        until_waiting(&lock, 1);
        println!("one thread waits:     {lock:?}");
        scope.spawn(|| lock.release().expect("main holds it"));
        waiter.join().expect("acquire does not panic");
        println!("another released it, the waiter has it: {lock:?}\n");
    });
}

fn release_of_a_free_lock() {
    heading("§2.4", "RuntimeError", "释放未锁定的锁");
    match Lock::new().release() {
        Ok(()) => println!("released\n"),
        Err(error) => println!("RuntimeError: {error}\n"),
    }
}

fn try_and_timeout() {
    heading("§2.4", "acquire(blocking, timeout)", "非阻塞与超时");
    let lock = Lock::new();
    println!("free: try_acquire {}", lock.try_acquire());
    println!("held: try_acquire {}", lock.try_acquire());
    println!(
        "held: acquire_timeout(20 ms) {}\n",
        lock.acquire_timeout(Duration::from_millis(20))
    );
}
