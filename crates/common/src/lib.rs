//! Python's `threading` and `concurrent.futures`, in safe Rust.

pub mod futures;
pub mod threading;

#[cfg(feature = "demo")]
pub mod demo;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "site")]
pub mod site;

mod sync;

#[cfg(all(test, any(shuttle, loom)))]
mod explore;
