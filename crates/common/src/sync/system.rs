//! The primitives of `std`, used in every build but that of a model checker.

pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard, atomic};
pub(crate) use std::time::Instant;
pub(crate) use std::{thread, thread_local};
