//! Two ways to make a thread.

use crate::Options;
use common::demo::{or_fail, start};
use common::println;
use common::threading::{Runnable, Thread};

fn print(number: u32) {
    println!("{number}");
}

// The notes' listing, §2.1, the first way
pub(crate) fn of_a_callable(_: &Options) {
    let thread1 = Thread::new(|| print(1)); // a closure: the callable with its arguments
    start(&thread1);
    or_fail(thread1.join());
}

// The notes' listing, §2.1, the second way
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
