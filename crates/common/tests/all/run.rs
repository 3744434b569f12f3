//! `threading::run`: the end of the program. Each test runs in its own process.

use crate::support::{alone, busy, submit_numbers, until};
use common::futures::{Rejected, ThreadPoolExecutor};
use common::threading::{
    AtexitError, Thread, current_thread, enumerate, main_thread, register_atexit, run,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};

/// The events of a test, in order.
static LOG: Mutex<Vec<&str>> = Mutex::new(Vec::new());

fn log(what: &'static str) {
    LOG.lock().unwrap().push(what);
}

fn logged() -> Vec<&'static str> {
    std::mem::take(&mut LOG.lock().unwrap())
}

fn start(target: impl FnOnce() + Send + 'static) -> Thread {
    let thread = Thread::new(target);
    thread.start().unwrap();
    thread
}

#[test]
fn exit_callbacks_run_in_reverse_order_before_run_waits_for_threads() {
    alone(|| {
        let (hold, held) = mpsc::channel::<()>();
        let answer = run(|| {
            start(move || {
                // An exit callback releases this thread: `run` would deadlock if it waited for it first.
                let _ = held.recv();
                log("thread");
            });
            register_atexit(move || drop((hold, log("first")))).unwrap();
            register_atexit(|| log("second")).unwrap();
            log("main");
            7
        });
        assert_eq!(answer, 7);
        assert_eq!(logged(), ["main", "second", "first", "thread"]);
    });
}

#[test]
fn join_of_the_main_thread_returns_when_main_has_returned() {
    alone(|| {
        run(|| {
            assert_eq!(current_thread(), main_thread());
            assert_eq!(&*main_thread().name(), "MainThread");
            start(|| {
                main_thread().join().unwrap();
                assert!(!main_thread().is_alive());
                log("after main");
            });
            let look = || {
                log(if main_thread().is_alive() {
                    "main is alive"
                } else {
                    "main has ended"
                });
            };
            register_atexit(look).unwrap();
            until(|| main_thread().waiting() == 1);
        });
        assert_eq!(logged(), ["main is alive", "after main"]);
    });
}

#[test]
fn join_of_main_by_itself_is_an_error() {
    alone(|| {
        let error = run(|| main_thread().join().unwrap_err());
        assert_eq!(error.to_string(), "cannot join current thread");
    });
}

#[test]
fn run_waits_for_threads_that_start_while_it_waits() {
    fn generation(left: u32) {
        if left > 0 {
            start(move || generation(left - 1));
        } else {
            log("the last");
        }
    }
    alone(|| {
        run(|| generation(100));
        assert_eq!(logged(), ["the last"]);
    });
}

#[test]
fn run_does_not_wait_for_daemons() {
    alone(|| {
        let (hold, held) = mpsc::channel::<()>();
        let daemon = run(|| {
            let daemon = Thread::new(move || held.recv().unwrap_or_default());
            daemon.set_daemon(true).unwrap();
            daemon.start().unwrap();
            daemon
        });
        assert!(daemon.is_alive() && enumerate().contains(&daemon));
        assert!(!main_thread().is_alive() && !enumerate().contains(&main_thread()));
        drop(hold);
    });
}

#[test]
fn panic_of_main_propagates_after_run_has_waited_for_threads() {
    alone(|| {
        let (hold, held) = mpsc::channel::<()>();
        let panic = catch_unwind(AssertUnwindSafe(|| {
            run(|| {
                register_atexit(move || drop((hold, log("callback")))).unwrap();
                start(move || {
                    let _ = held.recv();
                    log("thread");
                });
                panic!("in main");
            })
        }));
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"in main"));
        assert_eq!(logged(), ["callback", "thread"]);
    });
}

#[test]
fn exit_callback_that_panics_does_not_stop_the_others() {
    alone(|| {
        run(|| {
            register_atexit(|| log("first")).unwrap();
            register_atexit(|| panic!("second")).unwrap();
            register_atexit(|| log("third")).unwrap();
        });
        assert_eq!(logged(), ["third", "first"]);
    });
}

#[test]
fn register_atexit_at_the_end_of_run_is_an_error() {
    alone(|| {
        let refused = || {
            let error = register_atexit(|| log("never")).unwrap_err();
            assert_eq!(error, AtexitError);
            assert_eq!(error.to_string(), "can't register atexit after shutdown");
            log("refused");
        };
        run(move || {
            register_atexit(refused).unwrap();
            start(move || {
                main_thread().join().unwrap();
                refused();
            });
        });
        assert_eq!(logged(), ["refused", "refused"]);
        run(|| {
            assert!(main_thread().is_alive());
            register_atexit(|| log("another program")).unwrap();
        });
        assert_eq!(logged(), ["another program"]);
    });
}

#[test]
fn executor_completes_its_tasks_at_the_end_of_run_and_refuses_new_ones() {
    alone(|| {
        let executor = Arc::new(ThreadPoolExecutor::new(1));
        let inner = Arc::clone(&executor);
        let queued: Vec<_> = run(|| {
            let first = busy(&executor);
            let queued = submit_numbers(&executor, 20);
            start(move || {
                // `run` has begun to end once a submit is refused; only then is the first task released.
                until(|| inner.submit(|| ()).is_err());
                let error = inner.submit(|| ()).unwrap_err();
                let expected = "cannot schedule new futures after interpreter shutdown";
                assert_eq!(error.to_string(), expected);
                assert!(matches!(error.reason, Rejected::AfterExit));
                let late = ThreadPoolExecutor::new(1).submit(|| ()).unwrap_err();
                assert_eq!(late.to_string(), expected);
                first.release();
                log("refused");
            });
            queued
        });
        assert!(
            queued
                .iter()
                .map(|future| *future.result().unwrap())
                .eq(0..20)
        );
        assert_eq!(logged(), ["refused"]);
        let again = run(|| {
            *ThreadPoolExecutor::new(1)
                .submit(|| 7)
                .unwrap()
                .result()
                .unwrap()
        });
        assert_eq!(again, 7);
    });
}

#[test]
fn executor_ends_before_exit_callbacks_and_before_run_waits() {
    alone(|| {
        let (hold, held) = mpsc::channel::<()>();
        register_atexit(move || drop((hold, log("callback")))).unwrap();
        let executor = Arc::new(ThreadPoolExecutor::new(1));
        let inner = Arc::clone(&executor);
        run(|| {
            start(move || {
                // The exit callback releases this thread: `run` would deadlock if it waited for it first.
                let _ = held.recv();
                log("thread");
            });
            let first = busy(&executor);
            executor.submit(|| log("submitted")).unwrap();
            start(move || {
                until(|| inner.submit(|| ()).is_err());
                first.release();
            });
        });
        assert_eq!(logged(), ["submitted", "callback", "thread"]);
    });
}

#[test]
fn submit_after_a_shutdown_and_the_end_reports_the_shutdown() {
    alone(|| {
        let executor = run(|| {
            let executor = ThreadPoolExecutor::new(1);
            executor.shutdown().unwrap();
            executor
        });
        let error = executor.submit(|| ()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot schedule new futures after shutdown"
        );
    });
}

#[test]
fn program_without_run_does_not_wait_for_threads() {
    alone(|| {
        // The thread is no daemon and never ends; the process ends nevertheless.
        let (hold, held) = mpsc::channel::<()>();
        let thread = Thread::new(move || held.recv().unwrap_or_default());
        thread.set_daemon(false).unwrap();
        thread.start().unwrap();
        std::mem::forget(hold);
    });
}
