//! The start of a system thread for a [`Thread`]: by std, or by the spawner of a host.

use super::life::{System, Target};
use super::{StartError, Thread, registry};
use crate::sync::{Arc, GlobalMutex, Mutex};
use crate::threading::panic::catch;
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
/// return. A thread ends when its entry returns; a thread whose entry is dropped without being called ends as failed.
/// The spawner's error becomes the error of [`Thread::start`](super::Thread::start).
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

/// The code of a system thread. That thread and `spawn` share it, so that it is dropped after the result of the spawner
/// is stored. Its drop fails the thread if the target was not taken.
struct Entry {
    thread: Thread,
    /// Taken by the call, or by `spawn` if the start is refused: then the entry has no effect.
    target: Mutex<Option<Target>>,
}

impl Entry {
    /// Runs the thread. `is_own`: on a system thread that the library has spawned; otherwise on a host's thread.
    fn call(&self, is_own: bool) {
        let Some(target) = self.target.lock().take() else {
            return;
        };
        if is_own && !fault!(EndedTooEarly) {
            // The drop of `registry::CURRENT` ends the thread. It is dropped last, so the destructors of user
            // thread-locals still run as this thread.
            registry::enter(&self.thread);
            self.thread.call(target);
        } else {
            self.thread.run_here(target);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let target = self.target.lock().take();
        if target.is_some() {
            self.thread.0.life.lock().target = target;
            self.thread
                .fail("the thread's entry was dropped, and not run");
        }
    }
}

/// Registers a thread and spawns its system thread. When the start is refused, the thread is as before.
pub(super) fn spawn(thread: &Thread) -> Result<(), StartError> {
    registry::register(thread);
    let mut life = thread.0.life.lock();
    life.system = System::Spawning;
    let target = Mutex::new(life.target.take());
    drop(life);
    let thread = thread.clone();
    let entry = Arc::new(Entry { thread, target });
    let spawned = spawn_system_thread(&entry);

    let mut life = entry.thread.0.life.lock();
    let outcome = match spawned {
        Ok(system) => {
            life.system = system;
            Ok(())
        }
        Err(error) => {
            life.system = System::None;
            life.target = entry.target.lock().take();
            // Without the target the thread runs nevertheless, and the error is ignored.
            match life.target {
                Some(_) => Err(StartError::Refused(error)),
                None => Ok(()),
            }
        }
    };
    // Joiners that have found `Spawning` check again: one of them joins the system thread.
    let wakeups = life.drain();
    life.unlock_and_wake(wakeups);
    if outcome.is_err() {
        // The stage is still `Started`, so no other `start` registers the thread before this.
        registry::unregister(&entry.thread);
    }
    outcome
}

fn spawn_system_thread(entry: &Arc<Entry>) -> io::Result<System> {
    #[cfg(all(test, shuttle))]
    if crate::sync::REFUSE_SPAWN.take() {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    let name = entry.thread.name();
    let entry = Arc::clone(entry);
    let spawner = SPAWNER.lock().clone();
    if let Some(spawner) = spawner {
        let entry: ThreadEntry = Box::new(move || entry.call(false));
        // A panic of the spawner is a refusal: otherwise joiners would wait for a thread that never runs.
        let spawned = catch(move || spawner(&name, entry))
            .unwrap_or_else(|panic| Err(io::Error::other(format!("the spawner {panic}"))));
        return spawned.map(|()| System::None);
    }
    // A system name cannot contain NUL; the system truncates the name.
    let builder = crate::sync::thread::Builder::new().name(name.replace('\0', " "));
    let spawned = builder
        .spawn(move || entry.call(true))
        .map(|handle| System::Spawned(Some(handle)));
    fault!(EndedTooEarly, spawned.map(|_| System::None), else spawned)
}
