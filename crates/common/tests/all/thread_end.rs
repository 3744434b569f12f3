//! The end of a thread: its thread-locals are dropped and its system thread has ended before a join returns.

use crate::support::{LONG, SHORT, alone, at_thread_exit, process_figure, until};
use common::futures::ThreadPoolExecutor;
use common::threading::{
    Barrier, JoinError, RLock, RLockGuard, Thread, current_thread, enumerate, get_ident,
    main_thread, run, set_spawner,
};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::mpsc;

#[test]
fn join_waits_for_thread_locals() {
    for timeout in [None, Some(LONG)] {
        for round in 0..200 {
            let sum = Arc::new(AtomicUsize::new(0));
            let added = Arc::clone(&sum);
            let thread = Thread::new(move || {
                at_thread_exit(move || {
                    if round % 8 == 0 {
                        std::thread::sleep(SHORT);
                    }
                    added.fetch_add(7, SeqCst);
                });
            });
            thread.start().unwrap();
            match timeout {
                None => thread.join().unwrap(),
                Some(timeout) => assert!(thread.join_timeout(timeout).unwrap()),
            }
            assert_eq!(sum.load(SeqCst), 7);
        }
    }
}

#[test]
fn thread_is_alive_and_listed_while_its_thread_locals_are_dropped() {
    let (begun, has_begun) = mpsc::channel();
    let (hold, held) = mpsc::channel::<()>();
    let thread = Thread::new(move || {
        at_thread_exit(move || {
            begun.send((get_ident(), current_thread())).unwrap();
            let _ = held.recv();
        });
    });
    thread.start().unwrap();
    let (ident, current) = has_begun.recv().unwrap();
    assert_eq!((ident, &current), (thread.ident(), &thread));
    assert!(thread.is_alive() && enumerate().contains(&thread));
    assert!(!thread.join_timeout(SHORT).unwrap());
    drop(hold);
    thread.join().unwrap();
    assert!(!thread.is_alive() && !enumerate().contains(&thread));
}

#[test]
fn rlock_guard_in_a_thread_local_releases_its_lock() {
    static LOCK: RLock = RLock::new();
    thread_local!(static KEPT: RefCell<Option<RLockGuard<'static>>> = const { RefCell::new(None) });
    let thread = Thread::new(|| KEPT.set(Some(LOCK.guard())));
    thread.start().unwrap();
    thread.join().unwrap();
    assert!(LOCK.try_acquire(), "{LOCK:?}");
    LOCK.release().unwrap();
}

#[test]
fn run_waits_for_thread_locals() {
    alone(|| {
        static DROPPED: AtomicBool = AtomicBool::new(false);
        run(|| {
            let target = || {
                at_thread_exit(|| {
                    std::thread::sleep(SHORT * 10);
                    DROPPED.store(true, SeqCst);
                });
            };
            let thread = Thread::new(target);
            thread.set_daemon(false).unwrap();
            thread.start().unwrap();
        });
        assert!(DROPPED.load(SeqCst));
    });
}

#[test]
fn shutdown_and_drop_wait_for_the_thread_locals_of_workers() {
    for by_drop in [false, true] {
        let dropped = Arc::new(AtomicUsize::new(0));
        let executor = ThreadPoolExecutor::new(3);
        let barrier = Arc::new(Barrier::new(3));
        for _ in 0..3 {
            let (dropped, barrier) = (Arc::clone(&dropped), Arc::clone(&barrier));
            let task = move || {
                barrier.wait().unwrap();
                at_thread_exit(move || {
                    std::thread::sleep(SHORT);
                    dropped.fetch_add(1, SeqCst);
                });
            };
            executor.submit(task).unwrap();
        }
        if by_drop {
            drop(executor);
        } else {
            executor.shutdown().unwrap();
        }
        assert_eq!(dropped.load(SeqCst), 3);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn joined_thread_is_gone_from_the_system() {
    alone(|| {
        let count = || std::fs::read_dir("/proc/self/task").unwrap().count();
        let before = count();
        for _ in 0..500 {
            let thread = Thread::new(|| ());
            thread.start().unwrap();
            thread.join().unwrap();
            // The kernel lists a thread for a moment after it was joined.
            assert!(
                count() <= before + 2,
                "{} threads above the start",
                count() - before
            );
        }
        until(|| count() == before);
    });
}

#[test]
#[cfg(target_os = "linux")]
fn threads_that_are_never_joined_leave_no_stacks_behind() {
    alone(|| {
        let threads: Vec<Thread> = (0..300).map(|_| Thread::new(|| ())).collect();
        let before = process_figure("VmSize");
        for thread in &threads {
            thread.start().unwrap();
            until(|| !thread.is_alive());
        }
        let grown = process_figure("VmSize") - before;
        // A stack is 2 MiB.
        assert!(grown < 100 * 2048, "{grown} KiB");
    });
}

#[test]
fn payload_of_a_thread_without_a_handle_is_dropped_when_it_ends() {
    alone(|| {
        let (payload, dropped) = mpsc::channel::<()>();
        let thread = Thread::new(move || std::panic::panic_any(payload));
        thread.start().unwrap();
        drop(thread);
        assert_eq!(
            dropped.recv_timeout(LONG),
            Err(mpsc::RecvTimeoutError::Disconnected)
        );
    });
}

#[test]
fn thread_of_a_host_ends_with_its_entry() {
    alone(|| {
        set_spawner(|name, entry| {
            let builder = std::thread::Builder::new().name(name.to_owned());
            let run_twice = move || {
                entry();
                // The host's thread continues.
                std::thread::sleep(LONG);
            };
            builder.spawn(run_twice).map(drop)
        });
        let thread = Thread::new(|| ());
        thread.start().unwrap();
        thread.join().unwrap();
        assert!(!thread.is_alive() && !enumerate().contains(&thread));
    });
}

#[test]
fn thread_whose_entry_is_dropped_by_the_spawner_ends_as_failed() {
    alone(|| {
        set_spawner(|_, entry| {
            drop(entry);
            Ok(())
        });
        let thread = Thread::new(|| ());
        thread.start().unwrap();
        let error = thread.join().unwrap_err();
        assert!(matches!(&error, JoinError::Panicked(_)), "{error:?}");
        assert!(error.to_string().contains("the thread's entry was dropped"));
        assert!(!thread.is_alive() && !enumerate().contains(&thread));
    });
}

#[test]
fn thread_named_main_is_not_the_main_thread() {
    alone(|| {
        let builder = std::thread::Builder::new().name("main".to_owned());
        let is_main = || current_thread() == main_thread() || get_ident() == main_thread().ident();
        assert!(!builder.spawn(is_main).unwrap().join().unwrap());
    });
}

#[test]
fn run_inside_run_only_calls_its_main() {
    alone(|| {
        let is_alive = run(|| {
            assert_eq!(run(|| 7), 7);
            main_thread().is_alive()
        });
        assert!(is_alive);
        assert!(!main_thread().is_alive());
    });
}

#[test]
fn run_on_a_thread_only_calls_its_main() {
    let thread = Thread::new(|| assert_eq!(run(|| 7), 7));
    thread.set_daemon(false).unwrap();
    thread.start().unwrap();
    thread.join().unwrap();
}
