//! Which threads are alive, and which of them is the calling one.

use super::Thread;
use crate::sync::{GlobalMutex, thread, thread_local};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Every thread from its start, or its first sight, to its end, by its id; the main thread apart.
static ALIVE: GlobalMutex<BTreeMap<u64, Thread>> = GlobalMutex::new(BTreeMap::new());

/// The main thread, once somebody asked for it.
static MAIN: OnceLock<Thread> = OnceLock::new();

/// The system's thread that it is, unless `run` says otherwise.
static MAIN_ID: OnceLock<thread::ThreadId> = OnceLock::new();

thread_local! {
    /// Borrowed for a moment only, while nothing else is called that asks.
    static CURRENT: RefCell<Option<Seat>> = const { RefCell::new(None) };
}

/// A thread's own knowledge of itself.
struct Seat {
    thread: Thread,
    /// Nobody will say when a foreign thread ends, so the end of its locals does.
    is_foreign: bool,
}

impl Drop for Seat {
    fn drop(&mut self) {
        if self.is_foreign {
            self.thread.finish(None);
        }
    }
}

/// The [`Thread`] that is running. Python's `current_thread()`.
///
/// A thread that was started elsewhere gets a dummy: alive, daemon, named `Dummy-N`, listed from now on
/// until it ends.
pub fn current_thread() -> Thread {
    // At the very end of a thread its locals are gone: nobody can be told then, so nothing is listed.
    seated(Thread::clone).unwrap_or_else(Thread::dummy)
}

/// Asks the calling thread of itself. `None` at its very end, when its locals are gone.
fn seated<R>(ask: impl FnOnce(&Thread) -> R) -> Option<R> {
    CURRENT
        .try_with(|current| ask(&current.borrow_mut().get_or_insert_with(sit_down).thread))
        .ok()
}

fn sit_down() -> Seat {
    let this = thread::current();
    // The first of that name: another one may be called so too.
    let is_main = this.name() == Some("main") && *MAIN_ID.get_or_init(|| this.id()) == this.id();
    let thread = if is_main {
        main_thread()
    } else {
        Thread::dummy()
    };
    if !is_main {
        add(&thread);
    }
    let is_foreign = !is_main;
    Seat { thread, is_foreign }
}

/// The calling thread is another one now; what it was before comes back with the guard's end, for a
/// host whose threads run one after the other on one of the system's.
#[must_use = "it is over with the guard"]
pub(super) fn begin(thread: &Thread) -> Begun {
    let (thread, is_foreign) = (thread.clone(), false);
    Begun(CURRENT.with(|current| current.replace(Some(Seat { thread, is_foreign }))))
}

/// What the calling thread was before.
pub(super) struct Begun(Option<Seat>);

impl Drop for Begun {
    fn drop(&mut self) {
        let over = CURRENT.with(|current| current.replace(self.0.take()));
        drop(over);
    }
}

/// The calling thread is the main thread, whatever the system calls it.
pub(super) fn begin_main() -> Begun {
    let thread = main_thread();
    thread.revive();
    begin(&thread)
}

/// The main thread. Python's `main_thread()`.
pub fn main_thread() -> Thread {
    MAIN.get_or_init(Thread::main).clone()
}

/// All threads that are alive: main, started ones, daemons and dummies. Python's `enumerate()`.
pub fn enumerate() -> Vec<Thread> {
    let _ = current_thread();
    let main = Some(main_thread()).filter(Thread::is_alive);
    let alive = ALIVE.lock();
    main.into_iter().chain(alive.values().cloned()).collect()
}

/// How many threads are alive. Python's `active_count()`.
pub fn active_count() -> usize {
    enumerate().len()
}

/// The calling thread's [id](Thread::ident). Python's `get_ident()`.
pub fn get_ident() -> u64 {
    seated(Thread::ident).unwrap_or_else(|| Thread::dummy().ident())
}

pub(super) fn add(thread: &Thread) {
    ALIVE.lock().insert(thread.ident(), thread.clone());
}

pub(super) fn remove(thread: &Thread) {
    let removed = ALIVE.lock().remove(&thread.ident());
    // Its target may be dropped with it, and must find the mutex free.
    drop(removed);
}

/// One of those that the end of the program waits for.
pub(super) fn one_to_wait_for() -> Option<Thread> {
    let current = get_ident();
    let alive: Vec<_> = ALIVE.lock().values().cloned().collect();
    let mut others = alive.into_iter().filter(|thread| thread.ident() != current);
    others.find(|thread| !thread.daemon())
}
