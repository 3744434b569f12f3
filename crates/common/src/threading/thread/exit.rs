//! The end of the program, as Python has it.

use super::{Thread, get_ident, registry};
use crate::sync::GlobalMutex;
use crate::threading::{RuntimeError, catch, main_thread, print, timer};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

type Callback = Box<dyn FnOnce() + Send>;

struct Exit {
    /// From the first exit callback until `run` returns.
    under_way: bool,
    callbacks: Vec<Callback>,
}

static EXIT: GlobalMutex<Exit> = GlobalMutex::new(Exit {
    under_way: false,
    callbacks: Vec::new(),
});

/// Runs `main` and ends as a Python program does: exit callbacks, last registered first, then every
/// non-daemon thread is waited for, including those started meanwhile, and every timer that is no
/// daemon, including those that have not fired. Daemons are left behind.
///
/// To be called by a program's `main`, once, around all it does. Without it Rust's rule holds: when
/// `main` returns, all threads die with it.
///
/// # Panics
///
/// With `main`'s own panic, after all that.
///
/// ```standalone_crate
/// use common::threading::{run, Thread};
/// use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
///
/// static WRITTEN: AtomicBool = AtomicBool::new(false);
/// run(|| Thread::new(|| WRITTEN.store(true, SeqCst)).start().unwrap());
/// assert!(WRITTEN.load(SeqCst));
/// ```
pub fn run<T>(main: impl FnOnce() -> T) -> T {
    let begun = registry::begin_main();
    let outcome = catch_unwind(AssertUnwindSafe(main));
    run_callbacks();
    main_thread().finish(None);
    wait_for_threads();
    EXIT.lock().under_way = false;
    drop(begun);
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Until there are none: those that end may have started others.
fn wait_for_threads() {
    loop {
        let threads = to_wait_for();
        if threads.is_empty() {
            return;
        }
        threads.iter().for_each(Thread::wait_until_ended);
    }
}

fn to_wait_for() -> Vec<Thread> {
    let current = get_ident();
    let mut alive = registry::alive();
    alive.extend(timer::alive());
    alive.retain(|thread| thread.is_alive() && thread.ident() != current && !thread.daemon());
    alive
}

/// Has `callback` called at the end of [`run`], before threads are waited for. Python's
/// `threading._register_atexit`.
///
/// # Errors
///
/// [`RuntimeError::AtexitAfterShutdown`] when the program is ending already.
pub fn register_atexit(callback: impl FnOnce() + Send + 'static) -> Result<(), RuntimeError> {
    let mut exit = EXIT.lock();
    if exit.under_way {
        return Err(RuntimeError::AtexitAfterShutdown);
    }
    exit.callbacks.push(Box::new(callback));
    Ok(())
}

fn run_callbacks() {
    let callbacks = {
        let mut exit = EXIT.lock();
        exit.under_way = true;
        std::mem::take(&mut exit.callbacks)
    };
    for callback in callbacks.into_iter().rev() {
        // One that panics must not keep the rest from running.
        if let Err(panic) = catch(callback) {
            print(format_args!("Exception in an exit callback:\n{panic}"));
        }
    }
}
