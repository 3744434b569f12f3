//! Threads in plain Rust.

use common::demo::{fail, heading};
use common::println;
use std::thread::{self, Builder};

pub(crate) fn spawned() {
    heading("§2.1", "Plain Rust", "thread::spawn 与 scope");
    let named = Builder::new().name(String::from("fetcher"));
    let spawned = named.spawn(|| thread::current().name().map(str::to_owned));
    let handle = spawned.unwrap_or_else(|error| fail(&format!("cannot start a thread: {error}")));
    let name = handle.join().expect("it does not panic");
    println!("spawned: its name comes back from join: {name:?}");
    let page = String::from("/threads");
    let size = thread::scope(|scope| {
        let handle = scope.spawn(|| page.len());
        handle.join().expect("it does not panic")
    });
    println!("scoped: borrowed {page}, {size} bytes long");
}
