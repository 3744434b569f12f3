//! The deadline of a blocking call.

use super::Instant;
use std::cmp::Ordering;
use std::time::Duration;

/// The instant at which a blocking call times out, computed once when the call begins.
///
/// A timeout that overflows `Instant` means no limit.
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

    /// `None` means no limit.
    pub(crate) fn within(timeout: Option<Duration>) -> Self {
        timeout.map_or(Self::NEVER, Self::after)
    }

    /// The remaining time: `None` means no limit, zero means that the deadline has passed.
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
            // `NEVER` is the latest deadline.
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
    fn timeout_beyond_the_clock_is_no_limit() {
        assert_eq!(Deadline::after(Duration::MAX), Deadline::NEVER);
        assert!(!Deadline::after(Duration::MAX).has_passed());
    }

    #[test]
    fn never_is_later_than_every_other_deadline() {
        let soon = Deadline::after(Duration::ZERO);
        let later = Deadline::after(Duration::from_secs(60 * 60));
        assert!(soon < later && later < Deadline::NEVER && soon < Deadline::NEVER);
        assert!(Deadline::NEVER > later && Deadline::NEVER == Deadline::NEVER);
    }

    #[test]
    fn deadline_after_zero_has_passed_at_once() {
        assert!(Deadline::after(Duration::ZERO).has_passed());
    }
}
