//! The thread.

use super::{explore, spawn};
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

/// Two threads join one whose thread-local counts when it is dropped: both see the count.
#[test]
fn join_returns_after_thread_locals_are_dropped() {
    explore(&[Fault::EndedTooEarly], || {
        let count = Arc::new(AtomicUsize::new(0));
        let counts = Counts(Arc::clone(&count));
        let thread = Thread::new(move || LOCAL.with(|local| *local.borrow_mut() = Some(counts)));
        thread.start().unwrap();
        let join = |(thread, count): &(Thread, Arc<AtomicUsize>)| {
            thread.join().unwrap();
            assert_eq!(count.load(Relaxed), 1);
        };
        let shared = Arc::new((thread, count));
        let other = spawn(&shared, join);
        join(&shared);
        other.join().unwrap();
    });
}
