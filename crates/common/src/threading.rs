//! Python's `threading`: locks, and threads that can be named, listed and joined with a timeout.

mod error;
mod line;
mod lock;

pub use error::RuntimeError;
pub use lock::{Lock, LockGuard};
