//! The end of the program, as Python has it.

use super::{AtexitError, Kind, Thread, current_thread, get_ident, registry};
use crate::sync::GlobalMutex;
use crate::threading::{catch, main_thread, print};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

type Callback = Box<dyn FnOnce() + Send>;

static EXIT: GlobalMutex<Exit> = GlobalMutex::new(Exit {
    stage: Stage::Outside,
    callbacks: Vec::new(),
    hooks: Vec::new(),
});

struct Exit {
    stage: Stage,
    callbacks: Vec<Callback>,
    hooks: Vec<ExitHooks>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No `run` is under way.
    Outside,
    /// A `run` calls its `main`.
    Main,
    /// From the first exit callback until `run` returns.
    Ending,
}

/// What the end of the program asks a module whose threads are in no list.
#[derive(Clone, Copy)]
pub(in crate::threading) struct ExitHooks {
    /// What is to be waited for, unless it is a daemon.
    pub(in crate::threading) alive: fn() -> Vec<Thread>,
    /// Ends system threads that idle, and returns when they are gone.
    pub(in crate::threading) end_idle: fn(),
}

pub(in crate::threading) fn register_exit_hooks(hooks: ExitHooks) {
    EXIT.lock().hooks.push(hooks);
}

/// Runs `main` and ends as a Python program does: exit callbacks, last registered first, then every non-daemon thread
/// is waited for, including those started meanwhile, and every timer that is no daemon, including those that have not
/// fired. Daemons are left behind.
///
/// The program's `main` calls it once, around all that it does. Without it Rust's rule holds: when `main` returns, all
/// threads end with it. The calling thread is the [main thread](super::main_thread) meanwhile, whatever it was before.
/// Inside another `run`, or on a [`Thread`], it only calls `main`.
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
    if !begin() {
        return main();
    }
    let thread = main_thread();
    thread.restart_main();
    let current = registry::enter(&thread);
    let outcome = catch_unwind(AssertUnwindSafe(main));
    run_callbacks();
    thread.finish(None);
    wait_for_threads();
    EXIT.lock().stage = Stage::Outside;
    drop(current);
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// False inside another `run`, and on a thread that was started by this library: its end is waited for by another.
fn begin() -> bool {
    let current = current_thread();
    let is_started = current.0.kind != Kind::Dummy && current != main_thread();
    let mut exit = EXIT.lock();
    let may = exit.stage == Stage::Outside && !is_started;
    if may {
        exit.stage = Stage::Main;
    }
    may
}

/// Blocks until no thread is left to wait for: those that end may have started others.
fn wait_for_threads() {
    loop {
        let hooks = EXIT.lock().hooks.clone();
        let mut threads = to_wait_for(&hooks);
        if threads.is_empty() {
            for hook in &hooks {
                (hook.end_idle)();
            }
            // The destructors of their thread-locals may have started others too.
            threads = to_wait_for(&hooks);
        }
        if threads.is_empty() {
            return;
        }
        threads.iter().for_each(Thread::wait_until_gone);
    }
}

fn to_wait_for(hooks: &[ExitHooks]) -> Vec<Thread> {
    let current = get_ident();
    let mut alive = registry::alive();
    alive.extend(hooks.iter().flat_map(|hooks| (hooks.alive)()));
    alive.retain(|thread| thread.is_alive() && thread.ident() != current && !thread.daemon());
    alive.extend(registry::take_exiting());
    alive
}

/// Has `callback` called at the end of [`run`], before threads are waited for. Python's `threading._register_atexit`.
///
/// # Errors
///
/// [`AtexitError`] when the program is ending already.
pub fn register_atexit(callback: impl FnOnce() + Send + 'static) -> Result<(), AtexitError> {
    let mut exit = EXIT.lock();
    if exit.stage == Stage::Ending {
        return Err(AtexitError);
    }
    exit.callbacks.push(Box::new(callback));
    Ok(())
}

fn run_callbacks() {
    let callbacks = {
        let mut exit = EXIT.lock();
        exit.stage = Stage::Ending;
        std::mem::take(&mut exit.callbacks)
    };
    for callback in callbacks.into_iter().rev() {
        // One that panics must not keep the rest from running.
        if let Err(panic) = catch(callback) {
            print(format_args!("Exception in an exit callback:\n{panic}"));
        }
    }
}
