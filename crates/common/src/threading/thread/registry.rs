//! Which threads are alive, and which of them is the calling one.

use super::Thread;
use crate::sync::{GlobalMutex, thread, thread_local};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Every thread from its start, or its first sight, to its end, by its id; the main thread apart.
static ALIVE: GlobalMutex<BTreeMap<u64, Thread>> = GlobalMutex::new(BTreeMap::new());

/// The main thread, once somebody asked for it.
static MAIN: OnceLock<Thread> = OnceLock::new();

thread_local! {
    static CURRENT: OnceCell<Seat> = const { OnceCell::new() };
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
    let seated = CURRENT.try_with(|seat| seat.get_or_init(sit_down).thread.clone());
    // At the very end of a thread its locals are gone: nobody can be told then, so nothing is listed.
    seated.unwrap_or_else(|_| Thread::dummy())
}

fn sit_down() -> Seat {
    if thread::current().name() == Some("main") {
        let (thread, is_foreign) = (main_thread(), false);
        return Seat { thread, is_foreign };
    }
    let thread = Thread::dummy();
    add(&thread);
    let is_foreign = true;
    Seat { thread, is_foreign }
}

/// The calling thread is `thread`, from its first moment on.
pub(super) fn begin(thread: &Thread) {
    let seat = Seat {
        thread: thread.clone(),
        is_foreign: false,
    };
    CURRENT.with(|current| {
        let seated = current.set(seat);
        debug_assert!(seated.is_ok(), "a spawner ran two threads on one");
    });
}

/// The calling thread is the main thread, whatever the system calls it.
pub(super) fn begin_main() {
    let thread = main_thread();
    thread.revive();
    let is_foreign = false;
    CURRENT.with(|current| {
        current
            .get_or_init(|| Seat { thread, is_foreign })
            .is_foreign
    });
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
    CURRENT
        .try_with(|seat| seat.get_or_init(sit_down).thread.ident())
        .unwrap_or_else(|_| Thread::dummy().ident())
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
