//! The deadline of a blocking call.

use super::Instant;
use std::time::Duration;

/// The instant at which a blocking call times out, computed once when the call begins.
///
/// A timeout that overflows `Instant` means no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    At(Instant),
    /// The latest deadline: declared last, because the order of the variants is that of the deadlines.
    Never,
}

impl Deadline {
    pub(crate) const NEVER: Self = Self::Never;

    pub(crate) fn after(timeout: Duration) -> Self {
        Self::counted_from(Instant::now(), timeout)
    }

    pub(crate) fn counted_from(start: Instant, timeout: Duration) -> Self {
        start.checked_add(timeout).map_or(Self::Never, Self::At)
    }

    /// `None` means no limit.
    pub(crate) fn within(timeout: Option<Duration>) -> Self {
        timeout.map_or(Self::NEVER, Self::after)
    }

    /// The remaining time: `None` means no limit, zero means that the deadline has passed.
    pub(crate) fn left(self) -> Option<Duration> {
        match self {
            Self::At(moment) => Some(moment.saturating_duration_since(Instant::now())),
            Self::Never => None,
        }
    }

    pub(crate) fn has_passed(self) -> bool {
        self.left() == Some(Duration::ZERO)
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
