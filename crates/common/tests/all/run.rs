//! `threading::run`: the end of the program, each time in a process of its own.

use crate::support::{alone, busy, until};
use common::futures::{Rejected, ThreadPoolExecutor};
use common::threading::{
    AtexitError, Thread, current_thread, enumerate, main_thread, register_atexit, run,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, mpsc};

/// What happened, in order.
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
fn exit_callbacks_are_called_in_reverse_order_before_threads_are_waited_for() {
    alone(|| {
        let (hold, let_go) = mpsc::channel::<()>();
        let answer = run(|| {
            start(move || {
                // Let go by an exit callback: if this were waited for first, nobody would come by.
                let _ = let_go.recv();
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
fn threads_that_wait_for_main_go_on_when_it_has_ended_and_are_waited_for() {
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
fn main_cannot_join_itself() {
    alone(|| {
        let error = run(|| main_thread().join().unwrap_err());
        assert_eq!(error.to_string(), "cannot join current thread");
    });
}

#[test]
fn threads_started_meanwhile_are_waited_for_too() {
    fn generation(left: u32) {
        static ENDED: AtomicUsize = AtomicUsize::new(0);
        if left > 0 {
            start(move || generation(left - 1));
        } else {
            log("the last");
        }
        ENDED.fetch_add(1, Relaxed);
    }
    alone(|| {
        run(|| generation(100));
        assert_eq!(logged(), ["the last"]);
    });
}

#[test]
fn daemons_are_left_behind() {
    alone(|| {
        let (hold, let_go) = mpsc::channel::<()>();
        let daemon = run(|| {
            let daemon = Thread::new(move || let_go.recv().unwrap_or_default());
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
fn after_a_panic_of_main_threads_are_waited_for_and_it_goes_on() {
    alone(|| {
        let (hold, let_go) = mpsc::channel::<()>();
        let panic = catch_unwind(AssertUnwindSafe(|| {
            run(|| {
                register_atexit(move || drop((hold, log("callback")))).unwrap();
                start(move || {
                    let _ = let_go.recv();
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
fn a_panic_in_an_exit_callback_keeps_no_other_from_being_called() {
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
fn nothing_can_be_registered_while_the_program_ends() {
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
fn what_was_submitted_is_done_and_no_more_is_taken() {
    alone(|| {
        let executor = Arc::new(ThreadPoolExecutor::new(1));
        let inner = Arc::clone(&executor);
        let queued: Vec<_> = run(|| {
            let first = busy(&executor);
            let queued = (0..20)
                .map(|n| executor.submit(move || n).unwrap())
                .collect();
            start(move || {
                // The end has begun when this is refused; the first task is let go only then.
                crate::support::until(|| inner.submit(|| ()).is_err());
                let error = inner.submit(|| ()).unwrap_err();
                let expected = "cannot schedule new futures after interpreter shutdown";
                assert_eq!(error.to_string(), expected);
                assert!(matches!(error.reason, Rejected::AfterExit));
                let late = ThreadPoolExecutor::new(1).submit(|| ()).unwrap_err();
                assert_eq!(late.to_string(), expected);
                first.let_go();
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
fn executors_are_through_before_earlier_exit_callbacks_and_before_threads_are_waited_for() {
    alone(|| {
        let (hold, let_go) = mpsc::channel::<()>();
        register_atexit(move || drop((hold, log("callback")))).unwrap();
        let executor = Arc::new(ThreadPoolExecutor::new(1));
        let inner = Arc::clone(&executor);
        run(|| {
            start(move || {
                // Let go by the callback: if this were waited for first, nobody would come by.
                let _ = let_go.recv();
                log("thread");
            });
            let first = busy(&executor);
            executor.submit(|| log("submitted")).unwrap();
            start(move || {
                crate::support::until(|| inner.submit(|| ()).is_err());
                first.let_go();
            });
        });
        assert_eq!(logged(), ["submitted", "callback", "thread"]);
    });
}

#[test]
fn a_shutdown_before_the_end_is_named_by_its_own_error() {
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
fn without_it_nobody_is_waited_for() {
    alone(|| {
        // Non-daemon, and for ever; the process ends all the same.
        let (hold, let_go) = mpsc::channel::<()>();
        let thread = Thread::new(move || let_go.recv().unwrap_or_default());
        thread.set_daemon(false).unwrap();
        thread.start().unwrap();
        std::mem::forget(hold);
    });
}
