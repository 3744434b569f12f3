//! Joining in plain Rust: join returns what the thread returned, and a scope joins its threads by itself.

use crate::Options;
use common::demo::spawn;
use common::println;
use std::panic::resume_unwind;
use std::thread;

pub(crate) fn join_returns_a_value(_: &Options) {
    let thread = thread::spawn(|| "/threads".len());
    let size = thread.join().expect("the thread does not panic"); // consumes the handle
    println!("the thread returned {size}");
    let thread = thread::spawn(|| resume_unwind(Box::new("no such page")));
    let panic = thread.join().expect_err("the thread panics");
    let message = panic.downcast_ref::<&str>().expect("the panic has a text");
    println!("panicked: {message}");
}

pub(crate) fn scope_joins_all(_: &Options) {
    let pages = ["/threads", "/locks"];
    let mut sizes = [0; 2];
    thread::scope(|scope| {
        for (page, size) in pages.iter().zip(&mut sizes) {
            spawn(scope, move || *size = page.len()); // borrows: it ends before the scope does
        }
    });
    println!("after the scope all sizes are known: {sizes:?}");
}
