//! The thread.

use super::{finds, run};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::threading::Thread;
use shuttle::thread;
use std::cell::RefCell;

/// Counts when it is dropped.
struct Counts(Arc<AtomicUsize>);

impl Drop for Counts {
    fn drop(&mut self) {
        thread::yield_now();
        self.0.fetch_add(1, Relaxed);
    }
}

shuttle::thread_local!(static LOCAL: RefCell<Option<Counts>> = RefCell::new(None));

/// Two threads join one whose thread-local counts when it is dropped: both see that.
fn join_waits_for_thread_locals() {
    let count = Arc::new(AtomicUsize::new(0));
    let counts = Counts(Arc::clone(&count));
    let thread = Thread::new(move || LOCAL.with(|local| *local.borrow_mut() = Some(counts)));
    thread.start().unwrap();
    let other = thread::spawn({
        let (thread, count) = (thread.clone(), Arc::clone(&count));
        move || {
            thread.join().unwrap();
            assert_eq!(count.load(Relaxed), 1);
        }
    });
    thread.join().unwrap();
    assert_eq!(count.load(Relaxed), 1);
    other.join().unwrap();
}

#[test]
fn join_returns_after_thread_locals_are_dropped() {
    run(join_waits_for_thread_locals);
}

#[test]
fn finds_a_join_that_returns_too_early() {
    finds(Fault::EndedTooEarly, join_waits_for_thread_locals);
}
