//! §3.1 `ThreadPoolExecutor`: its threads, how work gets to them, and how it ends.

use crate::held::Held;
use common::demo::heading;
use common::futures::{Shutdown, ThreadPoolExecutor};
use common::println;
use common::threading::current_thread;

pub(crate) fn play() {
    threads_are_reused();
}

fn named(max_workers: usize) -> ThreadPoolExecutor {
    let builder = ThreadPoolExecutor::builder().max_workers(max_workers);
    let executor = builder.thread_name_prefix("fetch").build();
    executor.expect("there is at least one worker")
}

fn threads_are_reused() {
    heading("§3.1", "max_workers, thread_name_prefix", "线程的数量、名字与重复利用");
    let executor = named(2);
    let name = || current_thread().name();
    for task in 1..=3 {
        let future = executor.submit(name).expect("it is open");
        let name = future.result().expect("it does not fail");
        println!("task {task}, after the one before: thread {name}");
    }
    let held = Held::running(&executor, "page");
    let future = executor.submit(name).expect("it is open");
    let name = future.result().expect("it does not fail");
    println!("while {name} works, another has thread {name}\n");
    drop(held);
}
