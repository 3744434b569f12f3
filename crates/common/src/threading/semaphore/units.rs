//! The units of a semaphore, and those who wait for one.

mod contended;

use crate::sync::atomic::AtomicU64;
use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::fault::{Fault, planted};
use crate::threading::ValueError;
use crate::threading::line::Line;
use std::time::Duration;

/// Somebody is in line.
const WAITED_FOR: u64 = 1;
/// A unit, as it stands in the word.
const ONE: u64 = 2;
/// More units do not count. The bit above is left for releases of one, which do not look: to use it up
/// they would have to be as many again.
const MOST: u64 = u64::MAX >> 2;

pub(super) struct Units {
    /// How many there are, times `ONE`, and `WAITED_FOR`.
    ///
    /// `WAITED_FOR` is there exactly while somebody is in line: it is changed under the line's mutex only.
    word: AtomicU64,
    /// Who waits, and how many are expected: woken, and not yet back to say that they have a unit, go on
    /// waiting or give up. Whoever changes the number of units or of the expected sees to it that no unit
    /// lies there with somebody in line and nobody expected for it.
    line: Line<u64>,
}

impl Units {
    pub(super) const fn new(value: usize) -> Self {
        Self {
            word: AtomicU64::new(counted(value) * ONE),
            line: Line::new(0),
        }
    }

    #[inline]
    pub(super) fn take(&self) {
        if !self.try_take() {
            self.take_contended(None);
        }
    }

    #[inline]
    pub(super) fn take_timeout(&self, timeout: Duration) -> bool {
        self.try_take() || self.take_contended(Some(timeout))
    }

    /// The whole of an uncontended acquire: one read-modify-write. Takes a unit though others may wait:
    /// it is wake-ups that are ordered, not ownership.
    #[inline]
    pub(super) fn try_take(&self) -> bool {
        // Acquire: pairs with the Release of whoever gave a unit before.
        self.word
            .fetch_update(Acquire, Relaxed, |word| word.checked_sub(ONE))
            .is_ok()
    }

    /// The whole of an uncontended release: one read-modify-write.
    #[inline]
    pub(super) fn give_one(&self) {
        // Release: pairs with the Acquire of `try_take`, which sees all that was done before.
        let order = if planted(Fault::WeakRelease) {
            Relaxed
        } else {
            Release
        };
        if self.word.fetch_add(ONE, order) & WAITED_FOR != 0 {
            self.wake_oldest();
        }
    }

    /// Gives `count` units, or none of them when there would be more than `bound`: in one step, so that
    /// of several who give the last one succeeds. Without a bound, what exceeds `MOST` does not count.
    #[inline]
    pub(super) fn give(&self, count: u64, bound: Option<u64>) -> Result<(), ValueError> {
        let add = |word: u64| {
            let sum = (word / ONE).saturating_add(count);
            let may = bound.is_none_or(|bound| sum <= bound);
            may.then_some((sum.min(MOST) * ONE) | (word & WAITED_FOR))
        };
        let before = self.word.fetch_update(Release, Relaxed, add);
        let before = before.map_err(|_| ValueError::ReleasedTooOften)?;
        if before & WAITED_FOR != 0 {
            self.wake_oldest();
        }
        Ok(())
    }

    pub(super) fn value(&self) -> u64 {
        self.word.load(Relaxed) / ONE
    }

    pub(super) fn waiting(&self) -> usize {
        self.line.len()
    }
}

/// A number of units, no more of them than count.
pub(super) const fn counted(units: usize) -> u64 {
    let units = units as u64;
    if units < MOST { units } else { MOST }
}

pub(super) fn at_least_one(n: usize) -> Result<u64, ValueError> {
    if n == 0 {
        return Err(ValueError::ReleaseOfNone);
    }
    Ok(counted(n))
}

pub(super) fn not_negative(value: i64) -> Result<usize, ValueError> {
    let value = u64::try_from(value).map_err(|_| ValueError::NegativeSemaphore)?;
    Ok(usize::try_from(value).unwrap_or(usize::MAX))
}
