//! Where system threads come from.

use super::life::System;
use crate::sync::{Arc, GlobalMutex};
use crate::threading::catch;
use std::io;

/// The code that a spawner runs on the thread that it starts.
pub type ThreadEntry = Box<dyn FnOnce() + Send>;

type Spawner = dyn Fn(&str, ThreadEntry) -> io::Result<()> + Send + Sync;

/// `None` is the system's own.
static SPAWNER: GlobalMutex<Option<Arc<Spawner>>> = GlobalMutex::new(None);

/// Has every thread that this library starts from now on started by `spawner`, for a host that has threads of its own:
/// a runtime, an extension of another language.
///
/// The spawner is given the thread's name and its entry, which it must call once, to its end, on a thread of its own. A
/// thread ends when its entry has returned; one whose entry is dropped without a call ends as failed. The spawner's
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
    // Dropped only here, where the mutex is free again.
    drop(before);
}

/// What a system thread is to run. Dropped without a call, it says so.
pub(in crate::threading) struct Entry<T> {
    /// There until it is called.
    value: Option<T>,
    call: fn(T, bool),
    dropped: fn(T),
}

impl<T: Send + 'static> Entry<T> {
    /// `call` learns whether it runs on a system thread of the library's own.
    pub(in crate::threading) fn new(value: T, call: fn(T, bool), dropped: fn(T)) -> Self {
        Self {
            value: Some(value),
            call,
            dropped,
        }
    }

    fn call(mut self, is_own: bool) {
        if let Some(value) = self.value.take() {
            (self.call)(value, is_own);
        }
    }
}

impl<T> Drop for Entry<T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            (self.dropped)(value);
        }
    }
}

pub(in crate::threading) fn spawn<T: Send + 'static>(
    name: &str,
    entry: Entry<T>,
) -> io::Result<System> {
    let spawner = SPAWNER.lock().clone();
    match spawner {
        Some(spawner) => {
            let entry: ThreadEntry = Box::new(move || entry.call(false));
            // A spawner that panics has not started the thread: it must not be waited for.
            let spawned = catch(move || spawner(name, entry)).unwrap_or_else(|panic| {
                let refusal = format!("the spawner {panic}");
                Err(io::Error::other(refusal))
            });
            spawned.map(|()| System::None)
        }
        None => spawn_by_system(name, move || entry.call(true)),
    }
}

/// The system takes no NUL in a name, and cuts it to its own length.
fn spawn_by_system(name: &str, entry: impl FnOnce() + Send + 'static) -> io::Result<System> {
    let builder = crate::sync::thread::Builder::new().name(name.replace('\0', " "));
    builder.spawn(entry).map(System::Spawned)
}
