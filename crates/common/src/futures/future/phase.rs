//! How far a future has come.

/// How far a future has come. Forward only: `Pending`, then `Running` and `Finished`, or `Cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::futures) enum Phase {
    Pending,
    /// Its call runs; only whoever runs it goes on from here.
    Running,
    /// Its outcome is being written, by the one who brought it here.
    Settling,
    /// The outcome is there. It never changes again.
    Finished,
    /// There will be no outcome.
    Cancelled,
    /// The same, and whoever was to run it knows.
    CancelledAndNotified,
}

impl Phase {
    /// The part of a state that it takes.
    pub(super) const BITS: u8 = 0b111;

    pub(super) fn of(state: u8) -> Self {
        match state & Self::BITS {
            0 => Self::Pending,
            1 => Self::Running,
            2 => Self::Settling,
            3 => Self::Finished,
            4 => Self::Cancelled,
            _ => Self::CancelledAndNotified,
        }
    }

    pub(in crate::futures) fn is_done(self) -> bool {
        matches!(self, Self::Finished) || self.is_cancelled()
    }

    pub(in crate::futures) fn is_cancelled(self) -> bool {
        matches!(self, Self::Cancelled | Self::CancelledAndNotified)
    }
}
