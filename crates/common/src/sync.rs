//! Everything `common` takes from the system, in one place.
//!
//! The primitives name `crate::sync`, never `std::sync` or `std::thread`, so that a scheduler that
//! explores interleavings can stand in for the system.

mod deadline;
mod mutex;

pub(crate) use deadline::Deadline;
pub(crate) use mutex::{Mutex, MutexGuard};
pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::Arc;
pub(crate) use std::sync::atomic;
pub(crate) use std::thread;
pub(crate) use std::thread_local;
pub(crate) use std::time::Instant;
