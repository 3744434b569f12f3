//! Two ways to make a thread, and those of plain Rust.

use crate::Options;
use common::demo::{or_fail, spawn, start};
use common::println;
use common::threading::{Runnable, Thread};
use std::thread;

fn print(n: u32) {
    println!("{n}");
}

// The notes' listing, §2.1 (1)
pub(crate) fn of_a_callable(_: &Options) {
    let n = 1;
    let thread1 = Thread::new(move || print(n)); // target=print, args=(n,)
    start(&thread1);
    or_fail(thread1.join());
}

// The notes' listing, §2.1 (2)
struct MyThread {
    n: u32,
}

impl Runnable for MyThread {
    fn run(self) {
        println!("MyThread runs: {}", self.n);
    }
}

pub(crate) fn of_a_type(_: &Options) {
    let thread2 = Thread::of(MyThread { n: 2 });
    start(&thread2);
    or_fail(thread2.join());
}

pub(crate) fn plain_rust(_: &Options) {
    let page = String::from("/threads");
    let size = thread::scope(|scope| spawn(scope, || page.len()).join()); // borrows `page`
    println!(
        "a scoped thread returns {}",
        size.expect("it does not panic")
    );
    let handle = thread::spawn(move || page.len()); // owns `page` from here on
    let size = handle.join().expect("it does not panic");
    println!("a spawned thread returns {size}");
}
