//! Waiting until another thread blocks.

use std::thread;

/// Yields until `condition` holds: `until(|| lock.waiting() == 1)`.
///
/// A blocked thread cannot report that it is blocked, so a demo asks the primitive instead of sleeping.
pub fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        thread::yield_now();
    }
    trace!(Observe, "", "", "", 0);
}
