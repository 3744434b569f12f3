//! `run`: Python's shutdown sequence.

use super::panic::{catch, print};
use super::thread::{self, Thread, current_thread, enumerate, main_thread};
use super::timer;
use crate::sync::GlobalMutex;
use crate::sync::global_atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

type Callback = Box<dyn FnOnce() + Send>;

/// Whether a `run` is active. The Acquire of its start pairs with the Release of the end of the previous `run`.
static IS_ACTIVE: AtomicBool = AtomicBool::new(false);

/// The exit callbacks in the order of their registration. `None` while `run` calls them and waits for threads: then no
/// callback can be registered.
static CALLBACKS: GlobalMutex<Option<Vec<Callback>>> = GlobalMutex::new(Some(Vec::new()));

/// Runs `main`, then shuts down as a Python program does: calls the exit callbacks, last registered first, then waits
/// for every non-daemon thread and timer, including those started meanwhile and timers that have not fired. It does not
/// wait for daemons.
///
/// The program's `main` wraps its body in one `run`. Without `run`, Rust's rule applies: when `main` returns, the
/// process exits and all threads end. During `run` the calling thread is the [main thread](super::main_thread). Inside
/// another `run`, on a [`Thread`], or while another thread is the main thread, `run` only calls `main`.
///
/// Contract: `docs/semantics.md`, line 40.
///
/// # Panics
///
/// With the panic of `main`, after the shutdown.
///
/// ```standalone_crate
/// use common::threading::{run, Thread};
/// use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
///
/// static WRITTEN: AtomicBool = AtomicBool::new(false);
/// run(|| Thread::new(|| WRITTEN.store(true, SeqCst)).start().unwrap());
/// assert!(WRITTEN.load(SeqCst));
/// ```
///
/// No two threads are the main thread:
///
/// ```standalone_crate
/// use common::threading::{current_thread, main_thread, run};
///
/// assert_eq!(current_thread(), main_thread());
/// std::thread::scope(|scope| {
///     scope.spawn(|| run(|| assert_ne!(current_thread(), main_thread())));
/// });
/// ```
pub fn run<T>(main: impl FnOnce() -> T) -> T {
    let (current, thread) = (current_thread(), main_thread());
    // The outer `run` waits for a thread that this library has started.
    let may_be_main = current.is_foreign() && (current == thread || thread::claim_main());
    if !may_be_main || IS_ACTIVE.swap(true, Acquire) {
        return main();
    }
    thread.revive();
    let outcome = thread::run_as(&thread, || {
        let outcome = catch_unwind(AssertUnwindSafe(main));
        run_callbacks();
        thread.finish();
        wait_for_threads();
        outcome
    });
    *CALLBACKS.lock() = Some(Vec::new());
    IS_ACTIVE.store(false, Release);
    if current != thread {
        thread::unclaim_main();
    }
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Registers `callback` to be called at the end of [`run`], before `run` waits for threads. Python's
/// `threading._register_atexit`.
///
/// # Errors
///
/// [`AtexitError`] while `run` calls the callbacks or waits for threads.
///
/// ```
/// use common::threading::{AtexitError, register_atexit, run};
///
/// run(|| {
///     let late = || assert_eq!(register_atexit(|| ()), Err(AtexitError));
///     register_atexit(late).unwrap();
/// });
/// ```
pub fn register_atexit(callback: impl FnOnce() + Send + 'static) -> Result<(), AtexitError> {
    let mut callbacks = CALLBACKS.lock();
    let callbacks = callbacks.as_mut().ok_or(AtexitError)?;
    callbacks.push(Box::new(callback));
    Ok(())
}

/// An exit callback was registered while the program was ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AtexitError;

show! { Display for AtexitError { _ => "can't register atexit after shutdown" } }

impl Error for AtexitError {}

fn run_callbacks() {
    let callbacks = CALLBACKS.lock().take();
    for callback in callbacks.into_iter().flatten().rev() {
        // A panic of one callback must not prevent the others from running.
        if let Err(panic) = catch(callback) {
            print(format_args!("Exception in an exit callback:\n{panic}"));
        }
    }
}

/// Blocks until no non-daemon thread is alive. Repeats the check, because a thread that ends may have started others.
fn wait_for_threads() {
    loop {
        while join_all() {}
        timer::global().end_idle();
        // Destructors of the workers' thread-locals may have started further threads.
        if !join_all() {
            return;
        }
    }
}

/// Waits for the non-daemon threads and timers, and for the system threads that ended threads and workers have left.
/// Returns false if there are none.
fn join_all() -> bool {
    let mut threads = enumerate();
    threads.extend(timer::global().alive());
    threads.retain(|thread| thread.is_alive() && !thread.daemon());
    threads.extend(thread::take_exiting());
    threads.iter().for_each(Thread::wait_until_gone);
    !threads.is_empty()
}
