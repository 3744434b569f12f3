//! What an uncontended lock costs: no syscall and no allocation, counted.

mod support;

use common::threading::Lock;
use std::time::Duration;

/// Every form of acquire and release, many times, with nobody else about.
fn use_the_lock(lock: &Lock) {
    for _ in 0..10_000 {
        lock.acquire();
        lock.release().unwrap();
        assert!(lock.try_acquire());
        assert!(!lock.try_acquire());
        lock.release().unwrap();
        assert!(lock.acquire_timeout(Duration::from_secs(1)));
        lock.release().unwrap();
        drop(lock.guard());
    }
}

#[test]
fn an_uncontended_lock_allocates_nothing() {
    let lock = Lock::new();
    let counted = allocation_counter::measure(|| use_the_lock(&lock));
    assert_eq!(counted.count_total, 0);
    // A thread that waits has a waiter made: the counter counts.
    lock.acquire();
    let counted = allocation_counter::measure(|| {
        assert!(!lock.acquire_timeout(Duration::from_millis(1)));
    });
    assert_ne!(counted.count_total, 0);
}

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod syscalls {
    use super::{Lock, support, use_the_lock};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    use std::collections::BTreeMap;
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, ExitStatus};
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use std::time::Duration;
    use std::{env, process, thread};

    const ALONE: &str = "LOCK_COST_ALONE";
    /// The signal by which a process dies that was to make no syscall and made one.
    const SIGSYS: i32 = 31;

    /// Runs `work`, in a process of its own, on a thread to which every syscall is forbidden. Where
    /// this test is itself run alone it does that, and nothing comes after it.
    fn without_syscalls(name: &str, work: fn()) -> ExitStatus {
        static IS_DONE: AtomicBool = AtomicBool::new(false);
        if env::var_os(ALONE).is_none() {
            let output = Command::new(env::current_exe().unwrap())
                .args(["--exact", name])
                .env(ALONE, "1")
                .output();
            return output.unwrap().status;
        }
        thread::spawn(move || {
            let deadly = SeccompAction::KillProcess;
            let architecture = env::consts::ARCH.try_into().unwrap();
            let filter =
                SeccompFilter::new(BTreeMap::new(), deadly, SeccompAction::Allow, architecture);
            let filter: BpfProgram = filter.unwrap().try_into().unwrap();
            apply_filter(&filter).unwrap();
            work();
            IS_DONE.store(true, SeqCst);
            loop {
                std::hint::spin_loop(); // to end takes a syscall
            }
        });
        support::until(|| IS_DONE.load(SeqCst));
        process::exit(0);
    }

    #[test]
    fn an_uncontended_lock_makes_no_syscall() {
        let name = "syscalls::an_uncontended_lock_makes_no_syscall";
        let status = without_syscalls(name, || use_the_lock(&Lock::new()));
        assert!(status.success(), "{status}");
    }

    #[test]
    fn a_wait_makes_one_and_is_seen_to() {
        let status = without_syscalls("syscalls::a_wait_makes_one_and_is_seen_to", || {
            let lock = Lock::new();
            lock.acquire();
            let _ = lock.acquire_timeout(Duration::from_secs(1));
        });
        assert_eq!(status.signal(), Some(SIGSYS), "{status}");
    }
}
