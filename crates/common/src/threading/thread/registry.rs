//! The registry of threads that are alive, and the current thread.

use super::{Shared, Thread, life};
use crate::sync::global_atomic::{AtomicU64, Ordering::Relaxed};
use crate::sync::{Arc, GlobalMutex, thread_local};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::{OnceLock, Weak};

static REGISTRY: GlobalMutex<Registry> = GlobalMutex::new(Registry {
    alive: BTreeMap::new(),
    exiting: Vec::new(),
});

struct Registry {
    /// By ident: started threads until they end, and dummies from their first `current_thread()` until they end.
    /// Without the main thread.
    alive: BTreeMap<u64, Thread>,
    /// Ended threads whose system threads may not be joined yet.
    exiting: Vec<Exiting>,
}

/// An ended thread. Without a handle left, one that panicked is dropped with its payload, and the system frees its system
/// thread.
#[derive(Clone)]
enum Exiting {
    Returned(Thread),
    Panicked(Weak<Shared>),
}

impl Exiting {
    fn new(thread: &Thread, has_panicked: bool) -> Self {
        if has_panicked {
            Self::Panicked(Arc::downgrade(&thread.0))
        } else {
            Self::Returned(thread.clone())
        }
    }

    fn thread(&self) -> Option<Thread> {
        match self {
            Self::Returned(thread) => Some(thread.clone()),
            Self::Panicked(thread) => thread.upgrade().map(Thread),
        }
    }
}

/// The main thread; created by the first `main_thread()`.
static MAIN: OnceLock<Thread> = OnceLock::new();

thread_local! {
    /// The calling thread's ident, or `UNKNOWN` before it is assigned. It has no destructor, so it is usable until the
    /// system thread ends.
    static IDENT: Cell<u64> = const { Cell::new(UNKNOWN) };
}

/// No thread has this ident.
const UNKNOWN: u64 = u64::MAX;

thread_local! {
    /// The calling thread. No code that reads the current thread runs while it is borrowed.
    ///
    /// Invariant: on a thread that the library has spawned, this is the first thread-local with a destructor to be used,
    /// and so the last to be dropped.
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

/// The [`Thread`] that runs on a system thread.
struct Current {
    thread: Thread,
    /// Whether dropping this thread-local finishes the thread. False on a host's thread, which outlives the entry.
    ends_with_locals: bool,
}

impl Drop for Current {
    fn drop(&mut self) {
        if self.ends_with_locals {
            let outcome = self.thread.0.life.lock().take_outcome();
            self.thread.finish(outcome);
        }
    }
}

/// The [`Thread`] that is running. Python's `current_thread()`.
///
/// A thread that was started elsewhere gets a dummy: alive, daemon, named `Dummy-N`, listed from this call until it ends.
#[doc(alias = "current")]
pub fn current_thread() -> Thread {
    with_current(Clone::clone)
}

pub(super) fn with_current<T>(look: fn(&Thread) -> T) -> T {
    let looked = CURRENT.try_with(|current| {
        let mut current = current.borrow_mut();
        look(
            &current
                .get_or_insert_with(Current::of_foreign_thread)
                .thread,
        )
    });
    // The thread-local is destroyed: a dummy registered now would never be unregistered, so this one is not registered.
    looked.unwrap_or_else(|_| look(&Thread::dummy()))
}

impl Current {
    fn of_foreign_thread() -> Self {
        if is_main() {
            return Self {
                thread: main_thread(),
                ends_with_locals: false,
            };
        }
        let thread = Thread::dummy();
        REGISTRY.lock().alive.insert(thread.ident(), thread.clone());
        Self {
            thread,
            ends_with_locals: true,
        }
    }
}

/// Whether the program's `main` runs on the calling thread. Another thread may be named "main" too, but std gives its
/// first id to the thread that calls `main`, before any other thread exists.
fn is_main() -> bool {
    let this = std::thread::current();
    this.name() == Some("main") && format!("{:?}", this.id()) == "ThreadId(1)"
}

/// Makes `thread` the current thread of the calling system thread until the guard is dropped. A host may run several
/// threads in succession on one system thread. On a system thread that runs no other thread the guard is forgotten, and
/// `ends_with_locals` is set.
#[must_use = "the guard restores the previous current thread when it is dropped"]
pub(super) fn enter(thread: &Thread, ends_with_locals: bool) -> CurrentThreadGuard {
    let ident = IDENT.with(|ident| ident.replace(thread.ident()));
    let thread = thread.clone();
    let current = Current {
        thread,
        ends_with_locals,
    };
    let before = CURRENT.with(|slot| slot.replace(Some(current)));
    CurrentThreadGuard { ident, before }
}

/// Restores the previous current thread when it is dropped.
pub(super) struct CurrentThreadGuard {
    ident: u64,
    before: Option<Current>,
}

impl Drop for CurrentThreadGuard {
    fn drop(&mut self) {
        let over = CURRENT.with(|current| current.replace(self.before.take()));
        IDENT.with(|ident| ident.set(self.ident));
        drop(over);
    }
}

/// The main thread. Python's `main_thread()`.
///
/// It is the thread on which the program's `main` runs. In a host that is not a Rust program no thread is the main
/// thread, except a thread that calls [`run`](super::run), until `run` returns.
pub fn main_thread() -> Thread {
    MAIN.get_or_init(Thread::main).clone()
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
    let _ = current_thread();
    let main = Some(main_thread()).filter(Thread::is_alive);
    main.into_iter().chain(alive()).collect()
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

/// The calling thread's ident, or `UNKNOWN`, which no thread has, before it is assigned.
#[inline]
pub(in crate::threading) fn known_ident() -> u64 {
    IDENT.with(Cell::get)
}

/// Assigns an ident to a thread that this library has not started. Does not register the thread.
#[cold]
fn assign_foreign_ident() -> u64 {
    let ident = if is_main() {
        main_thread().ident()
    } else {
        next_ident()
    };
    IDENT.with(|known| known.set(ident));
    ident
}

/// Returns a number that was never returned before.
pub(super) fn next_ident() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Relaxed)
}

/// Registers a thread that starts. Joins the system threads of ended threads, so that they do not accumulate.
pub(super) fn register(thread: &Thread) {
    let mut left = std::mem::take(&mut REGISTRY.lock().exiting);
    left.retain(|exiting| {
        let thread = exiting.thread();
        thread.is_some_and(|thread| !life::reap(&thread.0.life))
    });
    let mut registry = REGISTRY.lock();
    registry.exiting.append(&mut left);
    registry.alive.insert(thread.ident(), thread.clone());
}

/// Removes a thread whose start was refused. Called under the mutex of its life, so that the next start registers later.
pub(super) fn start_refused(thread: &Thread) {
    // The caller holds another handle, so no user value is dropped under the mutex.
    REGISTRY.lock().alive.remove(&thread.ident());
}

/// Removes a thread that ends from the registry, and adds it to `exiting` unless its system thread is a host's.
pub(super) fn unregister(thread: &Thread, has_panicked: bool) {
    // A model checker's threads must not outlive their model.
    let has_system = thread.has_system() && !cfg!(all(test, any(shuttle, loom)));
    let removed = {
        let mut registry = REGISTRY.lock();
        if has_system {
            registry.exiting.push(Exiting::new(thread, has_panicked));
        }
        registry.alive.remove(&thread.ident())
    };
    // Dropped after the mutex is released: the last handle drops user values.
    drop(removed);
}

/// The registered threads, without the main thread.
pub(super) fn alive() -> Vec<Thread> {
    REGISTRY.lock().alive.values().cloned().collect()
}

/// Removes and returns the ended threads whose system threads may not be joined yet.
pub(super) fn take_exiting() -> Vec<Thread> {
    let exiting = std::mem::take(&mut REGISTRY.lock().exiting);
    exiting.iter().filter_map(Exiting::thread).collect()
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
    fn thread_named_main_is_not_the_main_thread() {
        let builder = std::thread::Builder::new().name("main".to_owned());
        let seen = builder.spawn(is_main).unwrap().join().unwrap();
        assert!(!seen);
    }
}
