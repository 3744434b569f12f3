//! What the tests of the primitives share.
#![allow(dead_code, reason = "each test file uses its part")]

use std::thread;
use std::time::Duration;

/// A timeout that no test expects to reach, however slow the machine.
pub(crate) const LONG: Duration = Duration::from_mins(10);

/// Returns once `condition` holds. A handshake, not a wait: what it looks at must be brought about.
pub(crate) fn until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

/// Runs `work` with 0, 1, … on that many threads at once, and joins them all.
pub(crate) fn on_threads(count: usize, work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for number in 0..count {
            let work = &work;
            scope.spawn(move || work(number));
        }
    });
}
