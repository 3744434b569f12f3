//! The cost of the primitives while no thread blocks: no syscall and no allocation.

use crate::support::until;
use common::threading::{
    BoundedSemaphore, Condition, ConditionLock, Event, Lock, RLock, Semaphore, SemaphoreError,
};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const A_SECOND: Duration = Duration::from_secs(1);

/// Asserts that `work`, a closure of the calling test, allocates nothing and, where syscalls can be forbidden, makes none.
/// For the latter the test is run again in a new process.
fn assert_costs_nothing<P: Send + 'static, W: Fn(&P) + Send + 'static>(make: fn() -> P, work: W) {
    let primitive = make();
    let repeat = move || (0..10_000).for_each(|_| work(&primitive));
    let counted = allocation_counter::measure(&repeat);
    assert_eq!(counted.count_total, 0, "allocations");
    #[cfg(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))]
    assert!(!syscalls::are_made_by::<W>(repeat));
}

#[test]
fn uncontended_lock_makes_no_allocation_or_syscall() {
    assert_costs_nothing(Lock::new, |lock| {
        lock.acquire();
        lock.release().unwrap();
        assert!(lock.try_acquire());
        assert!(!lock.try_acquire());
        lock.release().unwrap();
        assert!(lock.acquire_timeout(A_SECOND));
        lock.release().unwrap();
        drop(lock.guard());
    });
}

#[test]
fn uncontended_rlock_makes_no_allocation_or_syscall() {
    assert_costs_nothing(RLock::new, |lock| {
        lock.acquire();
        assert!(lock.try_acquire());
        assert!(lock.acquire_timeout(A_SECOND));
        drop(lock.guard());
        (0..3).for_each(|_| lock.release().unwrap());
        lock.release().unwrap_err();
        assert!(lock.try_acquire());
        lock.release().unwrap();
        assert!(lock.acquire_timeout(A_SECOND));
        lock.release().unwrap();
        drop(lock.guard());
    });
}

#[test]
fn semaphore_with_permits_makes_no_allocation_or_syscall() {
    assert_costs_nothing(
        || Semaphore::new(2),
        |semaphore| {
            semaphore.acquire();
            assert!(semaphore.acquire_timeout(A_SECOND));
            assert!(!semaphore.try_acquire());
            semaphore.release_many(2).unwrap();
            assert!(semaphore.try_acquire());
            semaphore.release();
            drop(semaphore.permit());
        },
    );
}

#[test]
fn bounded_semaphore_with_permits_makes_no_allocation_or_syscall() {
    assert_costs_nothing(
        || BoundedSemaphore::new(2),
        |semaphore| {
            semaphore.acquire();
            assert!(semaphore.acquire_timeout(A_SECOND));
            assert!(!semaphore.try_acquire());
            semaphore.release_many(2).unwrap();
            assert!(semaphore.try_acquire());
            semaphore.release().unwrap();
            drop(semaphore.permit());
            assert_eq!(semaphore.release(), Err(SemaphoreError::ReleasedTooOften));
        },
    );
}

#[test]
fn set_event_makes_no_allocation_or_syscall() {
    assert_costs_nothing(Event::new, |event| {
        event.set();
        event.wait();
        assert!(event.wait_timeout(A_SECOND));
        event.set();
        event.clear();
        assert!(!event.is_set());
    });
}

/// All forms of `notify`, and a wait for a true predicate.
fn notify_no_waiter<L: ConditionLock>(condition: &Condition<L>) {
    let guard = condition.guard();
    guard.notify(1);
    guard.notify_all();
    assert!(guard.wait_for(|| true));
    drop(guard);
    condition.acquire();
    condition.notify(1).unwrap();
    condition.notify_all().unwrap();
    condition.release().unwrap();
}

#[test]
fn notify_without_a_waiter_makes_no_allocation_or_syscall() {
    assert_costs_nothing(Condition::new, |condition| {
        notify_no_waiter(condition);
    });
}

#[test]
fn notify_over_a_plain_lock_makes_no_allocation_or_syscall() {
    let over_a_lock = || Condition::with_lock(Arc::new(Lock::new()));
    assert_costs_nothing(over_a_lock, |condition| {
        notify_no_waiter(condition);
    });
}

/// Shows that the count is not always zero: a waiter is allocated.
#[test]
fn wait_for_a_held_lock_is_counted_as_an_allocation() {
    let lock = Lock::new();
    lock.acquire();
    thread::scope(|scope| {
        scope.spawn(|| {
            until(|| lock.waiting() == 1);
            lock.release().unwrap();
        });
        let counted = allocation_counter::measure(|| lock.acquire());
        assert_ne!(counted.count_total, 0);
    });
}

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod syscalls {
    use super::{A_SECOND, Lock};
    use crate::support::{again_in_new_process, until};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    use std::collections::BTreeMap;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use std::{env, process, thread};

    /// The exit code after the work; 0 may mean that no test has the name.
    const DONE: i32 = 42;

    /// Runs the test that defines the closure `C` again in a new process, which does the work on a thread that is forbidden
    /// every syscall. Returns whether a syscall killed that process.
    pub(super) fn are_made_by<C>(work: impl FnOnce() + Send + 'static) -> bool {
        static IS_DONE: AtomicBool = AtomicBool::new(false);
        let run = again_in_new_process::<C>(|| {
            thread::spawn(move || {
                forbid_all();
                work();
                IS_DONE.store(true, SeqCst);
                loop {
                    std::hint::spin_loop(); // the end of a thread is a syscall
                }
            });
            until(|| IS_DONE.load(SeqCst));
            process::exit(DONE);
        });
        let run = run.expect("the new process exits in the closure");
        assert!(matches!(run.code, None | Some(DONE)), "{run}");
        run.code.is_none()
    }

    fn forbid_all() {
        let (deadly, none) = (SeccompAction::KillProcess, BTreeMap::new());
        let architecture = env::consts::ARCH.try_into().unwrap();
        let filter = SeccompFilter::new(none, deadly, SeccompAction::Allow, architecture);
        let filter: BpfProgram = filter.unwrap().try_into().unwrap();
        apply_filter(&filter).unwrap();
    }

    #[test]
    fn wait_for_a_held_lock_is_seen_as_a_syscall() {
        fn seen_by<W: FnOnce() + Send + 'static>(work: W) -> bool {
            are_made_by::<W>(work)
        }
        assert!(seen_by(|| {
            let lock = Lock::new();
            lock.acquire();
            let _ = lock.acquire_timeout(A_SECOND);
        }));
    }
}
