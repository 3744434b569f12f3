//! The thread.

use super::{explore, join, spawn};
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::sync::{Arc, REFUSE_SPAWN};
use crate::threading::{JoinError, Thread};
use shuttle::thread;
use std::cell::RefCell;
use std::time::Duration;

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

/// The first start is refused and the second one is not, while two threads join, one of them for a moment only.
#[test]
fn join_races_with_a_refused_start() {
    explore(&[Fault::LostWakeup], || {
        let ran = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&ran);
        let thread = Arc::new(Thread::new(move || {
            counted.fetch_add(1, Relaxed);
        }));
        let joiners = [Duration::MAX, Duration::from_millis(1)].map(|timeout| {
            let ran = Arc::clone(&ran);
            spawn(&thread, move |thread| match thread.join_timeout(timeout) {
                Ok(has_ended) => assert!(!has_ended || ran.load(Relaxed) == 1),
                Err(error) => assert!(matches!(error, JoinError::NotStarted)),
            })
        });
        REFUSE_SPAWN.set(true);
        assert!(thread.start().is_err());
        thread.start().unwrap();
        thread.join().unwrap();
        assert!(ran.load(Relaxed) == 1 && !thread.is_alive());
        join(joiners);
        assert_eq!(thread.waiting(), 0);
    });
}
