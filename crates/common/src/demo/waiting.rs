//! A handshake with a thread that can do nothing but wait.

use std::fmt::Debug;
use std::thread;

/// Returns once so many wait for `primitive`, which says so in its own description (`waiting: 1`).
///
/// A thread that waits cannot tell that it does; so a demo that needs to know looks here, and does not
/// sleep and hope.
pub fn until_waiting(primitive: &impl Debug, count: usize) {
    let said = format!("waiting: {count} ");
    while !format!("{primitive:?} ").replace(',', " ").contains(&said) {
        thread::yield_now();
    }
}
