//! Python's `threading` and `concurrent.futures`, in safe Rust.

pub mod futures;
pub mod threading;

#[cfg(feature = "demo")]
pub mod demo;

mod sync;

#[cfg(all(test, any(shuttle, loom)))]
mod explore;
