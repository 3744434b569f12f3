//! Threads in plain Rust.

use crate::Options;
use common::demo::{or_fail, spawn};
use common::println;
use std::thread::{self, Builder};

pub(crate) fn spawned(_: &Options) {
    let named = Builder::new().name(String::from("fetcher"));
    let handle = or_fail(named.spawn(|| thread::current().name().map(str::to_owned)));
    let name = handle.join().expect("the thread does not panic");
    println!(
        "join returns what the thread returned: {}",
        name.unwrap_or_default()
    );
    let page = String::from("/threads");
    let size = thread::scope(|scope| {
        let handle = spawn(scope, || page.len());
        handle.join().expect("the thread does not panic")
    });
    println!("a scoped thread borrowed {page}: {size} bytes");
}
