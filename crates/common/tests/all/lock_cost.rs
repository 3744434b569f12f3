//! What the primitives cost while nobody has to wait: no syscall and no allocation, counted.

use common::threading::{
    BoundedSemaphore, Condition, ConditionLock, Event, Lock, RLock, Semaphore, SemaphoreError,
};
use std::sync::Arc;
use std::time::Duration;

const A_SECOND: Duration = Duration::from_secs(1);

/// `work` allocates nothing and makes no syscall, however often it is done. For the latter, where that can be
/// forbidden, the calling test is run again in a process of its own, by its name.
fn costs_nothing<P: Send + 'static>(test: &str, make: fn() -> P, work: fn(&P)) {
    let primitive = make();
    let repeat = move || (0..10_000).for_each(|_| work(&primitive));
    let counted = allocation_counter::measure(&repeat);
    assert_eq!(counted.count_total, 0, "allocations");
    #[cfg(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))]
    assert_eq!(
        syscalls::ending_without(test, repeat),
        syscalls::Ending::Done
    );
}

#[test]
fn an_uncontended_lock_costs_nothing() {
    costs_nothing("an_uncontended_lock_costs_nothing", Lock::new, |lock| {
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
fn an_uncontended_rlock_costs_nothing_nested_or_not() {
    let name = "an_uncontended_rlock_costs_nothing_nested_or_not";
    costs_nothing(name, RLock::new, |lock| {
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
fn a_semaphore_with_units_costs_nothing() {
    let (name, two) = ("a_semaphore_with_units_costs_nothing", || Semaphore::new(2));
    costs_nothing(name, two, |semaphore| {
        semaphore.acquire();
        assert!(semaphore.acquire_timeout(A_SECOND));
        assert!(!semaphore.try_acquire());
        semaphore.release_many(2).unwrap();
        assert!(semaphore.try_acquire());
        semaphore.release();
        drop(semaphore.permit());
    });
}

#[test]
fn a_bounded_semaphore_with_units_costs_nothing() {
    let name = "a_bounded_semaphore_with_units_costs_nothing";
    costs_nothing(
        name,
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
fn an_event_that_is_set_costs_nothing() {
    costs_nothing("an_event_that_is_set_costs_nothing", Event::new, |event| {
        event.set();
        event.wait();
        assert!(event.wait_timeout(A_SECOND));
        event.set();
        event.clear();
        assert!(!event.is_set());
    });
}

/// Every form, and a wait for what is so already.
fn notify_nobody<L: ConditionLock>(condition: &Condition<L>) {
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
fn a_notification_that_nobody_waits_for_costs_nothing() {
    let name = "a_notification_that_nobody_waits_for_costs_nothing";
    costs_nothing(name, Condition::new, notify_nobody);
}

#[test]
fn a_notification_over_a_plain_lock_costs_nothing() {
    let over_a_lock = || Condition::with_lock(Arc::new(Lock::new()));
    let name = "a_notification_over_a_plain_lock_costs_nothing";
    costs_nothing(name, over_a_lock, notify_nobody);
}

/// A thread that waits has a waiter made.
#[test]
fn an_allocation_is_counted() {
    let lock = Lock::new();
    lock.acquire();
    let counted = allocation_counter::measure(|| {
        assert!(!lock.acquire_timeout(Duration::from_millis(50)));
    });
    assert_ne!(counted.count_total, 0);
}

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod syscalls {
    use super::{A_SECOND, Lock};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    use std::collections::BTreeMap;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use std::{env, process, thread};

    const ALONE: &str = "LOCK_COST_ALONE";
    /// The signal by which a process dies that was to make no syscall and made one.
    const SIGSYS: i32 = 31;
    /// The exit code of one that did its work; 0 may mean that there was no such test.
    const DONE: i32 = 42;

    #[derive(Debug, PartialEq)]
    pub(super) enum Ending {
        Done,
        Syscall,
        Other(String),
    }

    /// How a process ends that does this work on a thread to which every syscall is forbidden. Where the test
    /// is itself run alone it does the work, and nothing comes after it.
    pub(super) fn ending_without(test: &str, work: impl FnOnce() + Send + 'static) -> Ending {
        static IS_DONE: AtomicBool = AtomicBool::new(false);
        if env::var_os(ALONE).is_none() {
            let output = Command::new(env::current_exe().unwrap())
                .args(["--exact", &format!("lock_cost::{test}")])
                .env(ALONE, "1")
                .output();
            let output = output.unwrap();
            return match (output.status.code(), output.status.signal()) {
                (Some(DONE), _) => Ending::Done,
                (_, Some(SIGSYS)) => Ending::Syscall,
                _ => Ending::Other(format!("{output:?}")),
            };
        }
        thread::spawn(move || {
            forbid_all();
            work();
            IS_DONE.store(true, SeqCst);
            loop {
                std::hint::spin_loop(); // to end takes a syscall
            }
        });
        crate::support::until(|| IS_DONE.load(SeqCst));
        process::exit(DONE);
    }

    fn forbid_all() {
        let (deadly, none) = (SeccompAction::KillProcess, BTreeMap::new());
        let architecture = env::consts::ARCH.try_into().unwrap();
        let filter = SeccompFilter::new(none, deadly, SeccompAction::Allow, architecture);
        let filter: BpfProgram = filter.unwrap().try_into().unwrap();
        apply_filter(&filter).unwrap();
    }

    #[test]
    fn a_syscall_is_seen() {
        let ending = ending_without("syscalls::a_syscall_is_seen", || {
            let lock = Lock::new();
            lock.acquire();
            let _ = lock.acquire_timeout(A_SECOND);
        });
        assert_eq!(ending, Ending::Syscall);
    }
}
