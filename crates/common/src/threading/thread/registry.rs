//! The threads that are alive, and which of them the calling one is.

use super::{Thread, life};
use crate::sync::global_atomic::{AtomicU64, Ordering::Relaxed};
use crate::sync::{GlobalMutex, thread_local};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::OnceLock;

static REGISTRY: GlobalMutex<Registry> = GlobalMutex::new(Registry {
    alive: BTreeMap::new(),
    exiting: Vec::new(),
});

struct Registry {
    /// Every thread but the main one, from its start, or the first time it was seen, to its end, by ident.
    alive: BTreeMap<u64, Thread>,
    /// Threads that have ended while their system threads may be left, until these are joined.
    exiting: Vec<Thread>,
}

/// The main thread, once it was asked for.
static MAIN: OnceLock<Thread> = OnceLock::new();

thread_local! {
    /// The calling thread's ident once it was asked for, or `UNKNOWN`. It has no `Drop`, so that a thread has it to its
    /// very end.
    static IDENT: Cell<u64> = const { Cell::new(UNKNOWN) };
}

/// No thread has this ident.
const UNKNOWN: u64 = u64::MAX;

thread_local! {
    /// The calling thread. Borrowed for a moment only, while nothing else is called that asks.
    ///
    /// On a thread of the library's own it is the first thread-local to be used, and so the last to be dropped.
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

/// What a system thread knows of itself.
struct Current {
    thread: Thread,
    /// Whether the end of the system thread's locals is the end of the thread: not so on a thread that a host lends.
    ends_with_locals: bool,
}

impl Drop for Current {
    fn drop(&mut self) {
        if self.ends_with_locals {
            self.thread.finish_returned();
        }
    }
}

/// The [`Thread`] that is running. Python's `current_thread()`.
///
/// A thread that was started elsewhere gets a dummy: alive, daemon, named `Dummy-N`, listed from now on until it ends.
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
    // At the very end of a thread its locals are gone: there is no end to be told any more, so nothing is registered.
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

/// Whether the calling thread is the one on which the program's `main` runs. Another thread may be named "main" too;
/// but std gives its first id to the thread that it calls `main` on, before any other exists.
fn is_main() -> bool {
    let this = std::thread::current();
    this.name() == Some("main") && format!("{:?}", this.id()) == "ThreadId(1)"
}

/// The calling system thread, which is new, is this thread to its end.
pub(super) fn set_current(thread: &Thread) {
    IDENT.with(|ident| ident.set(thread.ident()));
    let current = Current {
        thread: thread.clone(),
        ends_with_locals: true,
    };
    let before = CURRENT.with(|seat| seat.replace(Some(current)));
    drop(before);
}

/// The calling thread is another one now, until the guard is dropped: for a host whose threads run one after the other
/// on one system thread.
#[must_use = "it is over with the guard"]
pub(in crate::threading) fn enter(thread: &Thread) -> CurrentThreadGuard {
    let ident = IDENT.with(|ident| ident.replace(thread.ident()));
    let current = Current {
        thread: thread.clone(),
        ends_with_locals: false,
    };
    let before = CURRENT.with(|seat| seat.replace(Some(current)));
    CurrentThreadGuard { ident, before }
}

/// What the calling thread was before.
pub(in crate::threading) struct CurrentThreadGuard {
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
/// It is the thread on which the program's `main` runs. Where the host is no Rust program there is none, until a thread
/// calls [`run`](super::run) and is it meanwhile.
pub fn main_thread() -> Thread {
    MAIN.get_or_init(Thread::main).clone()
}

/// All threads that are alive: the main thread, started threads, daemons and dummies. Python's `enumerate()`.
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

/// The calling thread's ident, or one that no thread has when it was not asked for yet.
#[inline]
pub(in crate::threading) fn known_ident() -> u64 {
    IDENT.with(Cell::get)
}

/// For a thread that was not started by this library. It is not registered for that.
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

/// A number that no thread has had.
pub(super) fn next_ident() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Relaxed)
}

/// Lists a thread that is started. Joins the system threads of those that have ended, so that they do not pile up.
pub(super) fn register(thread: &Thread) {
    let exiting = {
        let mut registry = REGISTRY.lock();
        registry.alive.insert(thread.ident(), thread.clone());
        std::mem::take(&mut registry.exiting)
    };
    let is_left = |thread: &Thread| !life::reap(&thread.0.life);
    let left: Vec<Thread> = exiting.into_iter().filter(is_left).collect();
    if !left.is_empty() {
        REGISTRY.lock().exiting.extend(left);
    }
}

/// A thread has ended. It is not listed any more; its system thread may be left.
pub(super) fn unregister(thread: &Thread) {
    // A model checker's threads must not outlive their model.
    let has_system = thread.0.life.lock().has_system() && !cfg!(all(test, any(shuttle, loom)));
    let removed = {
        let mut registry = REGISTRY.lock();
        if has_system {
            registry.exiting.push(thread.clone());
        }
        registry.alive.remove(&thread.ident())
    };
    // Its target may be dropped with it, and must find the mutex free.
    drop(removed);
}

/// All but the main thread.
pub(super) fn alive() -> Vec<Thread> {
    REGISTRY.lock().alive.values().cloned().collect()
}

/// The threads that have ended and whose system threads may be left.
pub(super) fn take_exiting() -> Vec<Thread> {
    std::mem::take(&mut REGISTRY.lock().exiting)
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::{REGISTRY, enumerate, is_main};
    use crate::threading::Thread;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn join_returns_after_the_thread_is_unregistered() {
        let (hold, let_go) = mpsc::channel::<()>();
        let thread = Thread::new(move || let_go.recv().unwrap_or_default());
        thread.start().unwrap();
        let registry = REGISTRY.lock();
        drop(hold);
        // It has ended but for the registry.
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
