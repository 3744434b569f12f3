//! The registry of threads that are alive, and the current thread.

use super::name::{self, Name};
use super::{Kind, Shared, Thread, life};
use crate::sync::global_atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use crate::sync::{Arc, Deadline, GlobalMutex, thread_local};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Weak};
use std::time::Duration;

static REGISTRY: GlobalMutex<Registry> = GlobalMutex::new(Registry {
    alive: BTreeMap::new(),
    exiting: Vec::new(),
});

struct Registry {
    /// By ident: the main thread and started threads until they end, and dummies from their first `current_thread()`
    /// until they end.
    alive: BTreeMap<u64, Thread>,
    /// Ended threads whose system threads may not be joined yet. The handle keeps a thread that returned. A thread that
    /// panicked is not kept, so that its payload is dropped with its last handle; then its system thread is detached.
    exiting: Vec<(Weak<Shared>, Option<Thread>)>,
}

/// The main thread; created by its first use.
static MAIN: LazyLock<Thread> = LazyLock::new(|| {
    let main = Thread::with(Name::Text("MainThread".into()), Kind::Main, None, ());
    REGISTRY.lock().alive.insert(MAIN_IDENT, main.clone());
    main
});

/// The smallest ident: `enumerate` lists the main thread first.
pub(super) const MAIN_IDENT: u64 = 1;

thread_local! {
    /// The calling thread's ident, or `UNKNOWN` before it is assigned. Without a destructor, it is usable until the
    /// system thread ends.
    static IDENT: Cell<u64> = const { Cell::new(UNKNOWN) };
}

/// No thread has this ident.
const UNKNOWN: u64 = u64::MAX;

thread_local! {
    /// The calling thread. No code that reads the current thread runs while this is borrowed.
    ///
    /// Invariant: on a thread that the library has spawned, this is the first thread-local with a destructor to be
    /// used, and so the last to be dropped.
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

/// The [`Thread`] that runs on a system thread.
pub(super) struct Current(Thread);

impl Drop for Current {
    /// Ends the thread: a thread that the library has spawned, and a dummy, when the thread-locals are dropped; a
    /// timer, and a thread on a host's system thread, at the end of `run_as`. The main thread ends with
    /// [`run`](crate::threading::run) only.
    fn drop(&mut self) {
        if self.0.ident() != MAIN_IDENT {
            self.0.finish();
        }
    }
}

/// The [`Thread`] that is running. Python's `current_thread()`.
///
/// For a thread that other code started, and that is not the main thread, this creates a dummy: alive, a daemon, named
/// `Dummy-N`, and listed from this call until the thread ends.
#[doc(alias = "current")]
pub fn current_thread() -> Thread {
    let current = CURRENT.try_with(|current| {
        let register = || {
            let thread = foreign_thread();
            REGISTRY.lock().alive.insert(thread.ident(), thread.clone());
            Current(thread)
        };
        let mut current = current.borrow_mut();
        current.get_or_insert_with(register).0.clone()
    });
    // The thread-local is destroyed: a dummy that is registered now would never be unregistered.
    current.unwrap_or_else(|_| foreign_thread())
}

/// The main thread, whose ident is 1. Python's `main_thread()`.
///
/// It is the thread on which the program's `main` runs. In a host that is not a Rust program no thread is the main
/// thread, except a thread that calls [`run`](crate::threading::run), until `run` returns.
///
/// ```standalone_crate
/// use common::threading::{current_thread, main_thread, run};
///
/// std::thread::scope(|scope| {
///     scope.spawn(|| run(|| assert_eq!(current_thread(), main_thread())));
/// });
/// assert_eq!(current_thread(), main_thread());
/// ```
pub fn main_thread() -> Thread {
    MAIN.clone()
}

/// All threads that are alive: the main thread, started threads, daemons and dummies. Python's `enumerate()`.
///
/// ```
/// use common::threading::{Thread, active_count, current_thread, enumerate, get_ident, main_thread};
///
/// let thread = Thread::new(|| {
///     assert!(enumerate().contains(&current_thread()) && active_count() >= 2);
///     assert!(get_ident() == current_thread().ident() && current_thread() != main_thread());
/// });
/// thread.start().unwrap();
/// thread.join().unwrap();
/// ```
pub fn enumerate() -> Vec<Thread> {
    // The first use registers the main thread, or a dummy.
    let _ = (main_thread(), current_thread());
    REGISTRY.lock().alive.values().cloned().collect()
}

/// The number of threads that are alive. Python's `active_count()`.
pub fn active_count() -> usize {
    enumerate().len()
}

/// The calling thread's [ident](Thread::ident). Python's `get_ident()`.
#[inline]
pub fn get_ident() -> u64 {
    match known_ident() {
        UNKNOWN => assign_foreign_ident(),
        ident => ident,
    }
}

/// The calling thread's ident, or `UNKNOWN` before it is assigned.
#[inline]
pub(in crate::threading) fn known_ident() -> u64 {
    IDENT.with(Cell::get)
}

/// Makes `thread` the current thread of the calling system thread while `work` runs, and then ends it, unless it is the
/// main thread. `work` catches panics.
pub(in crate::threading) fn run_as<T>(thread: &Thread, work: impl FnOnce() -> T) -> T {
    let ident = known_ident();
    let before = enter(thread);
    let outcome = work();
    IDENT.with(|known| known.set(ident));
    drop(CURRENT.with(|current| current.replace(before)));
    outcome
}

/// Makes `thread` the current thread of the calling system thread, until its thread-locals are dropped. Returns the
/// previous current thread.
pub(super) fn enter(thread: &Thread) -> Option<Current> {
    IDENT.with(|known| known.set(thread.ident()));
    CURRENT.with(|current| current.replace(Some(Current(thread.clone()))))
}

/// Registers a thread that starts, unless it is a worker. Joins the system threads of ended threads and workers, so
/// that they do not accumulate.
pub(super) fn register(thread: &Thread) {
    let at_once = Deadline::after(Duration::ZERO);
    for exiting in take_exiting() {
        if life::wait_until_gone(&exiting.0.life, at_once).is_none() {
            // Not joined yet: back to `exiting`.
            unregister(&exiting);
        }
    }
    if !thread.is_worker() {
        REGISTRY.lock().alive.insert(thread.ident(), thread.clone());
    }
}

/// Removes a thread that ends, or whose start is refused, from `alive`. Adds it to `exiting` if its system thread is to
/// be joined.
pub(super) fn unregister(thread: &Thread) {
    let life = thread.0.life.lock();
    // A model checker's threads must not outlive their model.
    let has_system = life.has_system() && !cfg!(all(test, any(shuttle, loom)));
    let kept = life.panic.is_none().then(|| thread.clone());
    drop(life);
    let mut registry = REGISTRY.lock();
    // The caller holds another handle, so no user value is dropped under the mutex.
    registry.alive.remove(&thread.ident());
    if has_system {
        registry.exiting.push((Arc::downgrade(&thread.0), kept));
    }
}

/// Removes and returns the ended threads whose system threads may not be joined yet.
pub(in crate::threading) fn take_exiting() -> Vec<Thread> {
    let exiting = std::mem::take(&mut REGISTRY.lock().exiting);
    let threads = exiting.iter().filter_map(|(thread, _)| thread.upgrade());
    threads.map(Thread).collect()
}

/// Returns a number that was never returned before.
pub(super) fn next_ident() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(MAIN_IDENT + 1);
    NEXT.fetch_add(1, Relaxed)
}

/// Whether a thread has the ident of the main thread: the thread on which the program's `main` runs, from its first use
/// of the library, or before that a thread of a host, during [`run`](crate::threading::run).
static MAIN_IS_CLAIMED: AtomicBool = AtomicBool::new(false);

/// Claims the ident of the main thread for the calling thread. Returns false when another thread has it.
pub(in crate::threading) fn claim_main() -> bool {
    !MAIN_IS_CLAIMED.swap(true, Relaxed)
}

/// Gives the ident of the main thread back, at the end of `run` on a thread of a host.
pub(in crate::threading) fn unclaim_main() {
    MAIN_IS_CLAIMED.store(false, Relaxed);
}

/// Assigns an ident to a thread that this library has not started. Does not register the thread.
#[cold]
fn assign_foreign_ident() -> u64 {
    let is_main = is_main() && claim_main();
    let ident = if is_main { MAIN_IDENT } else { next_ident() };
    IDENT.with(|known| known.set(ident));
    ident
}

/// The main thread, or a new dummy.
fn foreign_thread() -> Thread {
    if get_ident() == MAIN_IDENT {
        return main_thread();
    }
    let name = format!("Dummy-{}", name::next_number());
    Thread::with(Name::Text(name.into()), Kind::Dummy, None, ())
}

/// Whether the program's `main` runs on the calling thread. Another thread may be named "main" too, but std gives its
/// first id to the thread that calls `main`, before any other thread exists.
fn is_main() -> bool {
    let this = std::thread::current();
    this.name() == Some("main") && format!("{:?}", this.id()) == "ThreadId(1)"
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::{REGISTRY, enumerate, is_main};
    use crate::threading::Thread;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn join_returns_after_the_thread_is_unregistered() {
        let (hold, released) = mpsc::channel::<()>();
        let thread = Thread::new(move || released.recv().unwrap_or_default());
        thread.start().unwrap();
        let registry = REGISTRY.lock();
        drop(hold);
        // The thread blocks in `unregister`, before it ends.
        assert!(!thread.join_timeout(Duration::from_millis(20)).unwrap());
        drop(registry);
        thread.join().unwrap();
        assert!(!enumerate().contains(&thread));
    }

    #[test]
    fn start_of_a_worker_joins_the_system_threads_of_ended_workers() {
        for _ in 0..100 {
            let worker = Thread::worker("worker", || (), |_| ());
            worker.start().unwrap();
            while worker.is_alive() {
                std::thread::yield_now();
            }
        }
        let is_worker = |thread: &Thread| &*thread.name() == "worker";
        let registry = REGISTRY.lock();
        let kept = registry
            .exiting
            .iter()
            .filter_map(|(_, kept)| kept.as_ref());
        assert!(kept.filter(|kept| is_worker(kept)).count() < 50);
    }

    #[test]
    fn thread_named_main_is_not_the_main_thread() {
        let builder = std::thread::Builder::new().name("main".to_owned());
        let seen = builder.spawn(is_main).unwrap().join().unwrap();
        assert!(!seen);
    }
}
