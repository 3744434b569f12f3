//! A handshake with a thread that can do nothing but wait.

use std::fmt::Debug;
use std::thread;

/// Returns once `condition` holds: `until(|| lock.waiting() == 1)`.
///
/// A blocked thread cannot announce that it is blocked, so a demo asks the primitive instead of sleeping and hoping.
pub fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

/// Returns once so many wait for `primitive`, which says so in its own description (`waiting: 1`); of a
/// condition, those who wait for it, not for its lock.
///
/// A thread that waits cannot tell that it does; so a demo that needs to know looks here, and does not
/// sleep and hope.
///
/// # Panics
///
/// When it does not say how many wait.
pub fn until_waiting(primitive: &impl Debug, count: usize) {
    while waiting(&format!("{primitive:?}")).expect("it says how many wait") != count {
        thread::yield_now();
    }
}

/// The same for anything else that `primitive` says of itself: returns once `text` is in its description.
pub fn until_shows(primitive: &impl Debug, text: &str) {
    while !format!("{primitive:?}").contains(text) {
        thread::yield_now();
    }
}

/// The last number of those who wait: what a primitive is made of says its own before.
fn waiting(said: &str) -> Option<usize> {
    let (_, number) = said.rsplit_once("waiting: ")?;
    let end = number.find(|c: char| !c.is_ascii_digit());
    number[..end.unwrap_or(number.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::waiting;

    #[test]
    fn the_line_of_a_condition_counts_and_not_that_of_its_lock() {
        let said = "Condition { lock: Lock { held: true, waiting: 1 }, waiting: 12 }";
        assert_eq!(waiting(said), Some(12));
        assert_eq!(waiting("Lock { held: true }"), None);
    }
}
