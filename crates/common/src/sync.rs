//! The system primitives that `common` uses.
//!
//! Code that blocks, or that threads share, takes mutexes, atomics, threads and the clock from here and not from std.
//! So a model checker can replace them: shuttle for whole primitives (`--cfg shuttle`), loom for the memory orderings
//! of the core (`--cfg loom`). Both do so in this crate's own unit tests only (`cfg(test)`): a program that is built
//! with `--cfg loom` for its own models gets std here.
//!
//! A static outlives every run of a model: [`GlobalMutex`] and [`global_atomic`] are always those of std.

mod backoff;
mod cache_padded;
mod deadline;
#[macro_use]
pub(crate) mod fault;
pub(crate) mod deferred;
mod mutex;

#[cfg_attr(all(test, shuttle), path = "sync/shuttle.rs")]
#[cfg_attr(all(test, loom), path = "sync/loom.rs")]
mod system;

pub(crate) use backoff::Backoff;
pub(crate) use cache_padded::CachePadded;
pub(crate) use deadline::Deadline;
pub(crate) use mutex::{Condvar, GlobalMutex, Mutex};
pub(crate) use std::sync::atomic as global_atomic;
pub(crate) use system::{Arc, Instant, MutexGuard, atomic, spin_loop, thread, thread_local};
#[cfg(all(test, shuttle))]
pub(crate) use system::{CHANCE, REFUSE_SPAWN};
