//! §2.4 `RLock` · 重入锁: a lock with an owner, who may take it again and releases it as often.
//!
//! `cargo run -p rlock`; deeper: `cargo run -p rlock -- --levels 5`

mod options;
mod totals;

use common::demo::{heading, shown};
use common::println;
use common::threading::{Lock, LockError, RLock};
use options::Options;
use std::thread;
use std::time::Duration;

fn main() {
    let options = options::read();
    only_its_owner_may_release();
    the_owner_acquires_again();
    one_release_for_each_acquire(&options);
    guards_nest();
    totals::methods_that_call_each_other();
    totals::in_plain_rust();
}

fn only_its_owner_may_release() {
    heading("§2.4", "Owner", "所属线程");
    let lock = RLock::new();
    lock.acquire();
    println!("main acquires it:     {}", shown(&lock, "main"));
    let outcome = on_another_thread(|| lock.release());
    println!("another releases it:  {}", told(outcome));
    println!("main still holds it:  {}", shown(&lock, "main"));
    println!("main releases it:     {}", told(lock.release()));
    println!("main does so again:   {}\n", told(lock.release()));
}

fn told(outcome: Result<(), LockError>) -> String {
    match outcome {
        Ok(()) => "released".to_owned(),
        Err(error) => format!("RuntimeError: {error}"),
    }
}

fn the_owner_acquires_again() {
    heading("§2.4", "Acquire again", "重入");
    let timeout = Duration::from_millis(20);
    let lock = Lock::new();
    lock.acquire();
    let again = lock.acquire_timeout(timeout); // without the timeout, main would wait for itself
    println!("a Lock, held:   acquire_timeout(20 ms) {again}");
    let lock = RLock::new();
    lock.acquire();
    let again = lock.acquire_timeout(timeout);
    println!("an RLock, held: acquire_timeout(20 ms) {again}");
    println!("afterwards:     {}\n", shown(&lock, "main"));
}

fn one_release_for_each_acquire(&Options { levels }: &Options) {
    heading("§2.4", "One release for each acquire", "递归等级");
    let lock = RLock::new();
    for _ in 0..levels {
        lock.acquire();
    }
    println!("acquired: {}", shown(&lock, "main"));
    for released in 1..=levels {
        lock.release().expect("main holds it");
        let got = on_another_thread(|| lock.try_guard().is_some());
        println!("released {released} of {levels}, another thread tries: {got}");
    }
    println!();
}

fn guards_nest() {
    heading("§2.4", "Guards nest", "with 语句的嵌套");
    let lock = RLock::new();
    {
        let _outer = lock.guard();
        println!("outer block: {}", shown(&lock, "main"));
        {
            let _inner = lock.guard();
            println!("inner block: {}", shown(&lock, "main"));
        }
        println!("outer block: {}", shown(&lock, "main"));
    }
    println!("outside:     {}\n", shown(&lock, "main"));
}

fn on_another_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(work).join().expect("it does not panic"))
}
