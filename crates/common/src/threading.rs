//! Python's `threading`: threads that can be named, listed and joined with a timeout, and what they meet at.

mod barrier;
mod condition;
mod error;
mod event;
mod line;
mod lock;
mod panic;
mod rlock;
mod semaphore;
mod thread;
mod timer;

pub use error::{JoinError, RuntimeError, StartError, ValueError};
pub use lock::{Lock, LockGuard};
pub use panic::Panic;
pub use thread::{
    Main, Thread, active_count, current_thread, enumerate, get_ident, main_thread, register_atexit,
    run, set_excepthook, set_spawner,
};

pub(crate) use line::{Call, Held, Line};
pub(crate) use panic::{catch, print};
