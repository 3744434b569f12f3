//! Which threads are alive, and which of them is the calling one.

use super::Thread;
use crate::sync::global_atomic::{AtomicU64, Ordering::Relaxed};
use crate::sync::{GlobalMutex, thread, thread_local};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Every thread from its start, or its first sight, to its end, by its id; the main thread apart.
static ALIVE: GlobalMutex<BTreeMap<u64, Thread>> = GlobalMutex::new(BTreeMap::new());

/// The main thread, once somebody asked for it.
static MAIN: OnceLock<Thread> = OnceLock::new();

/// The system's thread that it is, unless `run` says otherwise.
static MAIN_ID: OnceLock<thread::ThreadId> = OnceLock::new();

thread_local! {
    /// The calling thread's id once it is known, which nothing else costs; `UNKNOWN` before. Without a `Drop`,
    /// so that a thread has it to its very end.
    static IDENT: Cell<u64> = const { Cell::new(UNKNOWN) };
}

/// No thread has this id.
const UNKNOWN: u64 = u64::MAX;

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
    with_current(Clone::clone)
}

pub(super) fn with_current<T>(look: fn(&Thread) -> T) -> T {
    let seated = CURRENT.try_with(|current| {
        let mut current = current.borrow_mut();
        look(&current.get_or_insert_with(sit_down).thread)
    });
    // At the very end of a thread its locals are gone: nobody can be told then, so nothing is listed.
    seated.unwrap_or_else(|_| look(&Thread::dummy()))
}

fn sit_down() -> Seat {
    let is_main = is_main();
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

fn is_main() -> bool {
    let this = thread::current();
    // The first of that name: another one may be called so too.
    this.name() == Some("main") && *MAIN_ID.get_or_init(|| this.id()) == this.id()
}

/// The calling thread is another one now; what it was before comes back with the guard's end, for a
/// host whose threads run one after the other on one of the system's.
#[must_use = "it is over with the guard"]
pub(in crate::threading) fn begin(thread: &Thread) -> Begun {
    let ident = IDENT.with(|ident| ident.replace(thread.ident()));
    let (thread, is_foreign) = (thread.clone(), false);
    let seat = CURRENT.with(|current| current.replace(Some(Seat { thread, is_foreign })));
    Begun { ident, seat }
}

/// What the calling thread was before.
pub(in crate::threading) struct Begun {
    ident: u64,
    seat: Option<Seat>,
}

impl Drop for Begun {
    fn drop(&mut self) {
        let over = CURRENT.with(|current| current.replace(self.seat.take()));
        IDENT.with(|ident| ident.set(self.ident));
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
    main.into_iter()
        .chain(ALIVE.lock().values().cloned())
        .collect()
}

/// How many threads are alive. Python's `active_count()`.
pub fn active_count() -> usize {
    enumerate().len()
}

/// The calling thread's [id](Thread::ident). Python's `get_ident()`.
#[inline]
pub fn get_ident() -> u64 {
    match known_ident() {
        UNKNOWN => ident_of_a_stranger(),
        ident => ident,
    }
}

/// The same for who is content with an id that no thread has where the calling one has not asked before.
#[inline]
pub(in crate::threading) fn known_ident() -> u64 {
    IDENT.with(Cell::get)
}

/// Of a thread that has not asked before, and was not started here. It need not be listed for that.
#[cold]
fn ident_of_a_stranger() -> u64 {
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

pub(super) fn add(thread: &Thread) {
    ALIVE.lock().insert(thread.ident(), thread.clone());
}

pub(super) fn remove(thread: &Thread) {
    let removed = ALIVE.lock().remove(&thread.ident());
    // Its target may be dropped with it, and must find the mutex free.
    drop(removed);
}

/// All but the main thread.
pub(super) fn alive() -> Vec<Thread> {
    ALIVE.lock().values().cloned().collect()
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::{ALIVE, enumerate};
    use crate::threading::Thread;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn nobody_hears_of_a_threads_end_before_it_is_off_the_list() {
        let (hold, let_go) = mpsc::channel::<()>();
        let thread = Thread::new(move || let_go.recv().unwrap_or_default());
        thread.start().unwrap();
        let list = ALIVE.lock();
        drop(hold);
        // It has ended but for the list.
        assert!(!thread.join_timeout(Duration::from_millis(20)).unwrap());
        drop(list);
        thread.join().unwrap();
        assert!(!enumerate().contains(&thread));
    }
}
