//! Python's `threading`: threads that can be named, listed and joined with a timeout, and what synchronizes them.

mod barrier;
mod condition;
mod event;
mod lock;
mod panic;
mod rlock;
mod semaphore;
mod thread;
mod timer;

pub use barrier::{Barrier, BarrierBuilder, BarrierError, PartiesError};
pub use condition::{Condition, ConditionGuard, ConditionLock, Truth};
pub use event::Event;
pub use lock::{Lock, LockError, LockGuard};
pub use panic::Panic;
pub use rlock::{RLock, RLockGuard};
pub use semaphore::{BoundedSemaphore, Permit, Semaphore, SemaphoreError};
pub use thread::{
    AtexitError, DaemonError, JoinError, Runnable, StartError, Thread, ThreadEntry, active_count,
    current_thread, enumerate, get_ident, main_thread, register_atexit, run, set_excepthook,
    set_spawner,
};
pub use timer::Timer;

pub(crate) use panic::{catch, print};
#[cfg(all(test, shuttle))]
pub(crate) use timer::Service;
