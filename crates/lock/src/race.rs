//! The race for one number, and three ways to end it.

use crate::options::Options;
use common::demo::{fail, heading};
use common::println;
use common::threading::Lock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::thread;

pub(crate) fn without_a_lock(&Options { threads, times }: &Options) {
    heading("§2.4", "Race", "资源抢夺");
    let number = AtomicU64::new(0);
    let all_have_read = Barrier::new(threads);
    on_threads(threads, || {
        let read = number.load(Relaxed);
        all_have_read.wait(); // everybody has read 0, so everybody writes 1: all but one are lost
        number.store(read + 1, Relaxed);
        for _ in 1..times {
            number.store(number.load(Relaxed) + 1, Relaxed); // what `number += 1` does: read, add, write
        }
    });
    let (sum, expected) = (number.into_inner(), threads as u64 * times);
    println!("threads: {threads}, additions by each: {times}, no lock");
    if sum < expected {
        println!("the sum is less than {expected}: additions were lost\n");
    } else {
        println!("the sum is {sum}: nothing was lost\n");
    }
}

pub(crate) fn with_a_lock(&Options { threads, times }: &Options) {
    heading("§2.4", "Lock", "原始锁");
    let (number, lock) = (AtomicU64::new(0), Lock::new());
    on_threads(threads, || {
        for _ in 0..times {
            lock.acquire();
            number.store(number.load(Relaxed) + 1, Relaxed);
            lock.release().expect("this thread has just acquired it");
        }
    });
    println!("threads: {threads}, additions by each: {times}, under the lock");
    println!("the sum: {}\n", number.into_inner());
}

pub(crate) fn in_plain_rust(&Options { threads, times }: &Options) {
    heading("§2.4", "Plain Rust", "Mutex 与原子类型");
    let (guarded, atomic) = (Mutex::new(0), AtomicU64::new(0));
    on_threads(threads, || {
        for _ in 0..times {
            *guarded.lock().expect("nobody panics under it") += 1;
            atomic.fetch_add(1, Relaxed);
        }
    });
    println!(
        "Mutex<u64>: {}",
        guarded.into_inner().expect("nobody panicked under it")
    );
    println!("AtomicU64:  {}", atomic.into_inner());
}

/// Without all of them the others would wait for ever, so the program ends where one is refused.
fn on_threads(count: usize, work: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..count {
            let spawned = thread::Builder::new().spawn_scoped(scope, &work);
            spawned.unwrap_or_else(|error| fail(&format!("cannot start a thread: {error}")));
        }
    });
}
