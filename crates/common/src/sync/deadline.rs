//! One deadline a call.

use super::Instant;
use std::cmp::Ordering;
use std::time::Duration;

/// The moment until which a call may wait, fixed once when the call begins.
///
/// A timeout too long to be written as a moment means for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    pub(crate) const NEVER: Self = Self(None);

    pub(crate) fn after(timeout: Duration) -> Self {
        Self::counted_from(Instant::now(), timeout)
    }

    pub(crate) fn counted_from(start: Instant, timeout: Duration) -> Self {
        Self(start.checked_add(timeout))
    }

    /// `None` means for ever.
    pub(crate) fn within(timeout: Option<Duration>) -> Self {
        timeout.map_or(Self::NEVER, Self::after)
    }

    /// What is left of the wait: `None` means for ever, zero that the moment has passed.
    pub(crate) fn left(self) -> Option<Duration> {
        self.0
            .map(|moment| moment.saturating_duration_since(Instant::now()))
    }

    pub(crate) fn has_passed(self) -> bool {
        self.left() == Some(Duration::ZERO)
    }
}

impl Ord for Deadline {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (Some(one), Some(other)) => one.cmp(&other),
            // For ever is last.
            (one, other) => one.is_none().cmp(&other.is_none()),
        }
    }
}

impl PartialOrd for Deadline {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_beyond_the_clock_means_for_ever() {
        assert_eq!(Deadline::after(Duration::MAX), Deadline::NEVER);
        assert!(!Deadline::after(Duration::MAX).has_passed());
    }

    #[test]
    fn for_ever_comes_after_every_moment() {
        let soon = Deadline::after(Duration::ZERO);
        let later = Deadline::after(Duration::from_secs(60 * 60));
        assert!(soon < later && later < Deadline::NEVER && soon < Deadline::NEVER);
        assert!(Deadline::NEVER > later && Deadline::NEVER == Deadline::NEVER);
    }

    #[test]
    fn no_timeout_at_all_has_passed_at_once() {
        assert!(Deadline::after(Duration::ZERO).has_passed());
    }
}
