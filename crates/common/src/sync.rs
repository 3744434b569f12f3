//! Everything `common` takes from the system, in one place.
//!
//! The primitives name `crate::sync`, never `std::sync` or `std::thread`. So a scheduler that explores
//! interleavings can stand in for the system: shuttle for whole primitives (`--cfg shuttle`), loom for
//! the orderings of the core (`--cfg loom`). Neither is there in an ordinary build.

mod deadline;
pub(crate) mod fault;
mod looking;
mod mutex;

#[cfg_attr(shuttle, path = "sync/shuttle.rs")]
#[cfg_attr(loom, path = "sync/loom.rs")]
mod system;

pub(crate) use deadline::Deadline;
pub(crate) use looking::{look_again, yield_and_look};
pub(crate) use mutex::{GlobalMutex, Mutex};
pub(crate) use std::sync::atomic as global_atomic;
pub(crate) use system::{Arc, Instant, MutexGuard, atomic, spin_loop, thread, thread_local};
