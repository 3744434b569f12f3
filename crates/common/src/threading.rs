//! Python's `threading`: threads that can be named, listed and joined with a timeout, and what they meet at.

mod barrier;
mod condition;
mod error;
mod event;
mod lock;
mod panic;
mod rlock;
mod semaphore;
mod thread;
mod timer;

pub use barrier::{Barrier, BarrierBuilder, BarrierError};
pub use condition::{Condition, ConditionGuard, ConditionLock, Truth};
pub use error::{JoinError, RuntimeError, StartError, ValueError};
pub use event::Event;
pub use lock::{Lock, LockGuard};
pub use panic::Panic;
pub use rlock::{RLock, RLockGuard};
pub use semaphore::{BoundedSemaphore, Permit, Semaphore};
pub use thread::{
    Runnable, Thread, ThreadEntry, active_count, current_thread, enumerate, get_ident, main_thread,
    register_atexit, run, set_excepthook, set_spawner,
};
pub use timer::Timer;

pub(crate) use panic::{catch, print};
#[cfg(all(test, shuttle))]
pub(crate) use timer::Service;
