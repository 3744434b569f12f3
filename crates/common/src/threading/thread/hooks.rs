//! The process-wide hooks: the spawner of system threads, and the excepthook for panics of threads.

use super::life::System;
use super::{StartError, Thread, registry};
use crate::sync::{Arc, GlobalMutex};
use crate::threading::panic::{Panic, catch, print};
use std::io;

/// The code that a spawner runs on the thread that it starts.
pub type ThreadEntry = Box<dyn FnOnce() + Send>;

type Spawner = dyn Fn(&str, ThreadEntry) -> io::Result<()> + Send + Sync;

/// `None`: threads are spawned by `std::thread::Builder`.
static SPAWNER: GlobalMutex<Option<Arc<Spawner>>> = GlobalMutex::new(None);

/// Sets the function that spawns every thread that this library starts from now on. For a host with its own threads,
/// such as a runtime or an extension module of another language.
///
/// The spawner receives the thread's name and its entry. It must call the entry once, on another thread, and let it
/// return. A thread ends when its entry returns; a thread whose entry is dropped without being called ends as failed. The spawner's
/// error becomes the error of [`Thread::start`](super::Thread::start).
///
/// ```standalone_crate
/// use common::threading::{set_spawner, Thread};
///
/// set_spawner(|name, entry| {
///     let builder = std::thread::Builder::new().name(format!("host/{name}")).stack_size(256 * 1024);
///     builder.spawn(entry).map(drop)
/// });
/// let thread = Thread::new(|| {
///     assert_eq!(std::thread::current().name(), Some("host/guest"));
/// });
/// thread.set_name("guest");
/// thread.start().unwrap();
/// thread.join().unwrap();
/// ```
pub fn set_spawner(spawner: impl Fn(&str, ThreadEntry) -> io::Result<()> + Send + Sync + 'static) {
    let before = SPAWNER.lock().replace(Arc::new(spawner));
    // Dropped after the mutex is released: the spawner is a user value.
    drop(before);
}

/// The code of a thread's system thread. Dropping it without calling it fails the thread. An entry of a start that was
/// refused has no effect.
struct Entry {
    thread: Thread,
    /// The number of the start that it belongs to.
    start: u64,
}

impl Entry {
    /// Runs the thread. `is_own`: on a system thread that the library has spawned; otherwise on a host's thread.
    fn call(self, is_own: bool) {
        let thread = &self.thread;
        let Some(target) = thread.0.life.lock().begin(self.start) else {
            return;
        };
        if is_own && !fault!(EndedTooEarly) {
            // The drop of the registry's thread-local, which is the last one, finishes the thread: until then
            // destructors of user thread-locals may run.
            registry::enter(thread);
            thread.call(target);
        } else {
            thread.run_here(target);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.thread.0.life.lock().entry_dropped(self.start) {
            self.thread.fail_unrun();
        }
    }
}

/// Spawns the system thread of a thread.
pub(super) fn spawn(thread: &Thread, start: u64) -> Result<System, StartError> {
    let name = &*thread.name();
    let thread = thread.clone();
    let entry = Entry { thread, start };
    let spawner = SPAWNER.lock().clone();
    let spawned = match spawner {
        Some(spawner) => {
            let entry: ThreadEntry = Box::new(move || entry.call(false));
            // A panic of the spawner is a refusal: otherwise joiners would wait for a thread that never runs.
            let spawned = catch(move || spawner(name, entry)).unwrap_or_else(|panic| {
                let refusal = format!("the spawner {panic}");
                Err(io::Error::other(refusal))
            });
            spawned.map(|()| System::None)
        }
        None => spawn_by_system(name, move || entry.call(true)),
    };
    spawned.map_err(StartError::Refused)
}

/// Replaces NUL, which a system name cannot contain; the system truncates the name.
fn spawn_by_system(name: &str, entry: impl FnOnce() + Send + 'static) -> io::Result<System> {
    #[cfg(all(test, shuttle))]
    if crate::sync::REFUSE_SPAWN.take() {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    let builder = crate::sync::thread::Builder::new().name(name.replace('\0', " "));
    let spawned = builder.spawn(entry).map(System::Spawned);
    fault!(EndedTooEarly, spawned.map(|_| System::None), else spawned)
}

type Excepthook = dyn Fn(&Thread, &Panic) + Send + Sync;

/// `None` is the default, which prints.
static EXCEPTHOOK: GlobalMutex<Option<Arc<Excepthook>>> = GlobalMutex::new(None);

/// Sets the function that is called with every [`Thread`] that ends by a panic, on that thread, before it ends. Python's
/// `threading.excepthook`.
///
/// The default prints the thread's name and the panic to stderr. A panic of `hook` is printed there too, and goes no
/// further.
///
/// ```
/// use common::threading::{Panic, Thread, set_excepthook};
///
/// set_excepthook(|thread: &Thread, panic: &Panic| {
///     println!("{}: {} at {:?}", thread.name(), panic.message(), panic.location());
/// });
/// let thread = Thread::new(|| panic!("no page"));
/// thread.start().unwrap();
/// assert!(thread.join().is_err());
/// ```
pub fn set_excepthook(hook: impl Fn(&Thread, &Panic) + Send + Sync + 'static) {
    let before = EXCEPTHOOK.lock().replace(Arc::new(hook));
    drop(before);
}

pub(super) fn report(thread: &Thread, panic: &Panic) {
    let hook = EXCEPTHOOK.lock().clone();
    let Some(hook) = hook else {
        let name = thread.name();
        return print(format_args!("Exception in thread {name}:\n{panic}"));
    };
    // Inside `catch`, because this may be the last handle to the hook, whose drop is user code.
    if let Err(second) = catch(move || hook(thread, panic)) {
        print(format_args!("Exception in threading.excepthook:\n{second}"));
    }
}
