//! A handshake with a thread that blocks.

use std::thread;

/// Returns once `condition` holds: `until(|| lock.waiting() == 1)`.
///
/// A blocked thread cannot announce that it is blocked, so a demo asks the primitive instead of sleeping and hoping.
pub fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        thread::yield_now();
    }
    trace!(Observe, "", "", "", 0);
}
