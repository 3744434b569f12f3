//! Joining in plain Rust: it returns what the thread returned, and a scope does it by itself.

use common::demo::heading;
use common::println;
use std::panic::resume_unwind;
use std::thread;

pub(crate) fn join_returns_a_value() {
    heading("§2.3", "Plain Rust: JoinHandle", "返回值");
    let sizes = ["/threads", "/locks"].map(|page| thread::spawn(move || page.len()));
    // The handle is gone with its join: nobody joins twice, and there is no timeout.
    let sizes = sizes.map(|handle| handle.join().expect("it does not panic"));
    println!("results: {sizes:?}");
    let failed = thread::spawn(|| resume_unwind(Box::new("no such page")));
    let panic = failed.join().expect_err("it panics");
    let said = panic.downcast_ref::<&str>().expect("it says a text");
    println!("panicked: {said}\n");
}

pub(crate) fn scope_joins_all() {
    heading("§2.3", "Plain Rust: scope", "作用域线程");
    let pages = [String::from("/threads"), String::from("/locks")];
    let mut sizes = [0; 2];
    thread::scope(|scope| {
        for (page, size) in pages.iter().zip(&mut sizes) {
            scope.spawn(move || *size = page.len()); // borrows, which a thread of its own may not
        }
    });
    println!("all are joined at the scope's end: {sizes:?}");
}
