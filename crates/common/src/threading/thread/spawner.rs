//! Where threads come from.

use crate::sync::{Arc, GlobalMutex};
use crate::threading::catch;
use std::io;

/// What a spawner runs on the thread that it starts.
pub type Main = Box<dyn FnOnce() + Send>;

type Spawner = dyn Fn(&str, Main) -> io::Result<()> + Send + Sync;

/// `None` is the system's own.
static SPAWNER: GlobalMutex<Option<Arc<Spawner>>> = GlobalMutex::new(None);

/// Has every thread that this library starts from now on started by `spawner`, for a host that has
/// threads of its own: a runtime, an extension of another language.
///
/// It is given the thread's name and what to run, and must run that once, to its end, on a thread of its
/// own. Its error becomes the error of [`Thread::start`](super::Thread::start).
///
/// ```standalone_crate
/// use common::threading::{set_spawner, Thread};
///
/// set_spawner(|name, main| {
///     let builder = std::thread::Builder::new().name(format!("host/{name}")).stack_size(256 * 1024);
///     builder.spawn(main).map(drop)
/// });
/// let thread = Thread::new(|| {
///     assert_eq!(std::thread::current().name(), Some("host/guest"));
/// });
/// thread.set_name("guest");
/// thread.start().unwrap();
/// thread.join().unwrap();
/// ```
pub fn set_spawner(spawner: impl Fn(&str, Main) -> io::Result<()> + Send + Sync + 'static) {
    let before = SPAWNER.lock().replace(Arc::new(spawner));
    // Dropped only here, where the mutex is free again.
    drop(before);
}

pub(in crate::threading) fn spawn(name: &str, main: Main) -> io::Result<()> {
    let spawner = SPAWNER.lock().clone();
    match spawner {
        // One that panics has not started it: the thread must not be waited for.
        Some(spawner) => catch(move || spawner(name, main)).unwrap_or_else(|panic| {
            let refusal = format!("the spawner {panic}");
            Err(io::Error::other(refusal))
        }),
        None => spawn_by_system(name, main),
    }
}

/// The system takes no NUL in a name, and cuts it to its own length.
fn spawn_by_system(name: &str, main: Main) -> io::Result<()> {
    let name = name.replace('\0', " ");
    crate::sync::thread::Builder::new()
        .name(name)
        .spawn(main)
        .map(drop)
}
