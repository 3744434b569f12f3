//! Joining a thread that panicked, and threads that cannot be joined.

use crate::{Options, worker};
use common::demo::{or_fail, start};
use common::println;
use common::threading::{JoinError, Thread, current_thread, set_excepthook};
use std::panic::resume_unwind;

pub(crate) fn after_an_error(_: &Options) {
    set_excepthook(|thread, panic| {
        let (name, message) = (thread.name(), panic.message());
        println!("excepthook: thread {name} panicked: {message}");
    });
    let thread = worker(|| resume_unwind(Box::new("no such page")));
    for time in ["join", "join again"] {
        match thread.join() {
            Err(JoinError::Panicked(panic)) => println!("{time}: panicked: {}", panic.message()),
            Err(error) => println!("{time}: {error}"),
            Ok(()) => println!("{time}: no error"),
        }
    }
    println!("the thread is alive: {}", thread.is_alive());
}

pub(crate) fn what_cannot_be_joined(_: &Options) {
    let join_itself = || {
        if let Err(error) = current_thread().join() {
            println!("join in the thread itself: RuntimeError: {error}");
        }
    };
    let thread = Thread::new(join_itself);
    if let Err(error) = thread.join() {
        println!("join before the start: RuntimeError: {error}");
    }
    start(&thread);
    or_fail(thread.join());
}
