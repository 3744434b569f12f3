//! Starting the threads of a demo. A refused thread ends the program, because the other threads would wait for it forever.

use super::fail;
use crate::threading::Thread;
use std::fmt::Display;
use std::sync::Arc;
use std::thread::{self, Builder, Scope, ScopedJoinHandle};

/// Starts `thread`, or ends the program with one line on stderr and exit code 1.
pub fn start(thread: &Thread) {
    or_fail(thread.start());
}

/// As [`thread::scope`]: returns once all threads that were spawned in the scope have ended.
pub fn scope<'env, T>(run: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T) -> T {
    let value = thread::scope(run);
    trace!(Observe, "", "", "", 1);
    value
}

/// Spawns a thread of `scope`, or ends the program with one line on stderr and exit code 1.
pub fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Spawned<'scope, T> {
    let id = Arc::new(());
    trace!(Signal, &*id, "thread", "spawn", 1);
    let begun = Arc::clone(&id);
    let work = move || {
        trace!(Begin, &*begun, "thread", "", 0);
        let value = work();
        trace!(Signal, &*begun, "end", "", 1);
        value
    };
    let spawned = Builder::new().spawn_scoped(scope, work);
    let handle = or_fail(spawned.map_err(|error| format!("can't start new thread: {error}")));
    Spawned { handle, id }
}

/// A thread of a scope, to be joined before the scope ends.
#[derive(Debug)]
pub struct Spawned<'scope, T> {
    handle: ScopedJoinHandle<'scope, T>,
    /// Stands for the thread in a recording.
    id: Arc<()>,
}

impl<T> Spawned<'_, T> {
    /// As [`ScopedJoinHandle::join`].
    ///
    /// # Errors
    ///
    /// The panic of the thread.
    pub fn join(self) -> thread::Result<T> {
        trace!(Call, &*self.id, "end", "join", 0);
        let outcome = self.handle.join();
        trace!(ProceedAfterAll, &*self.id, "end", "", 0);
        outcome
    }
}

/// Returns the value, or ends the program with the error as one line on stderr and exit code 1.
pub fn or_fail<T, E: Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| fail(&error.to_string()))
}
