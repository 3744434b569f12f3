//! Panics as values: payload and hook.

use crate::support::alone;
use common::threading::{
    Barrier, BarrierError, BoundedSemaphore, Condition, ConditionGuard, Event, JoinError, Lock,
    LockGuard, Panic, Permit, RLock, RLockGuard, Semaphore, Thread, Timer,
};
use std::panic::{RefUnwindSafe, UnwindSafe, panic_any, set_hook, take_hook};

fn panic_of(target: fn()) -> Panic {
    let thread = Thread::new(target);
    thread.start().unwrap();
    match thread.join() {
        Err(JoinError::Panicked(panic)) => panic,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn take_payload_returns_the_value_of_the_panic_once() {
    let panic = panic_of(|| panic_any(404_u16));
    let again = panic.clone();
    assert_eq!(panic.message(), "Box<dyn Any>");
    assert_eq!(panic.take_payload().unwrap().downcast_ref(), Some(&404_u16));
    assert!(panic.take_payload().is_none() && again.take_payload().is_none());
}

#[test]
fn panic_whose_payload_panics_when_dropped_is_dropped() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    drop(panic_of(|| panic_any(Bomb)));
}

#[test]
fn panic_of_a_thread_is_not_printed_after_a_hook_was_set_for_a_moment() {
    let output = alone(|| {
        common::threading::set_excepthook(|_, _| ());
        let before = take_hook();
        set_hook(Box::new(|_| ()));
        panic_of(|| panic!("quiet"));
        // This drops the hook of the library.
        set_hook(before);
        let panic = panic_of(|| panic!("caught"));
        assert!(panic.location().unwrap().contains("panic.rs"));
        // A panic outside of a thread of the library is printed.
        assert!(std::panic::catch_unwind(|| panic!("printed")).is_err());
    });
    if let Some(printed) = output {
        assert!(!printed.contains("caught"), "{printed}");
        assert!(printed.contains("printed"), "{printed}");
    }
}

#[test]
fn public_types_are_unwind_safe() {
    fn assert_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
    assert_unwind_safe::<(Lock, LockGuard<'_>)>();
    assert_unwind_safe::<(RLock, RLockGuard<'_>)>();
    assert_unwind_safe::<(Condition, ConditionGuard<'_, RLock>)>();
    assert_unwind_safe::<ConditionGuard<'_, Lock>>();
    assert_unwind_safe::<(Semaphore, BoundedSemaphore, Permit<'_>)>();
    assert_unwind_safe::<(Event, Timer, Thread)>();
    assert_unwind_safe::<(Barrier, BarrierError)>();
    assert_unwind_safe::<(Panic, JoinError)>();
}
