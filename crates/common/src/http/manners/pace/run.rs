//! What a host has borne since it answers again.

use super::FEW;
use std::time::{Duration, Instant};

/// Since the host answers again.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) since: Instant,
    pub(super) answers: u32,
    pub(super) refused: Instant,
    /// The host said how long to wait.
    pub(super) is_told: bool,
    /// How long it took, with the whole pause but its last part.
    pub(super) span: Duration,
}

impl Run {
    pub(super) fn new(since: Instant) -> Self {
        Self {
            since,
            answers: 0,
            refused: since,
            is_told: false,
            span: Duration::ZERO,
        }
    }

    /// How long it took until `now`. For what we ourselves were late, the host would have borne more.
    pub(super) fn length(&self, space: Duration, now: Instant) -> Duration {
        let asked = self.refused - self.since;
        let on_time = space * self.answers;
        let asked = if self.answers < FEW || space.is_zero() {
            asked
        } else {
            asked.min(on_time)
        };
        asked + (now - self.refused)
    }
}
