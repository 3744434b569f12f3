//! Threads that a demo cannot do without: it ends where the system refuses one, as the others would wait in vain.

use super::fail;
use crate::threading::Thread;
use std::fmt::Display;
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// Starts `thread`, or ends the program with one line on stderr and exit code 1.
pub fn start(thread: &Thread) {
    or_fail(thread.start());
}

/// Spawns a thread that ends before its `scope` ends, or ends the program with one line on stderr and exit code 1.
pub fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    let spawned = Builder::new().spawn_scoped(scope, work);
    or_fail(spawned.map_err(|error| format!("can't start new thread: {error}")))
}

/// The value, or the end of the program with the error as one line on stderr and exit code 1.
pub fn or_fail<T, E: Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| fail(&error.to_string()))
}
