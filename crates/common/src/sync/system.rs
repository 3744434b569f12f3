//! The system itself.

pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard, atomic};
pub(crate) use std::time::Instant;
pub(crate) use std::{thread, thread_local};
