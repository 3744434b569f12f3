//! The guard of both semaphores.

use super::units::Units;
use std::fmt;

/// A unit taken from a [`Semaphore`](super::Semaphore) or a [`BoundedSemaphore`](super::BoundedSemaphore),
/// given back when it is dropped, on whatever thread that is.
#[must_use = "an unused permit is released at once; bind it to a name: `let _permit`, not `let _`"]
pub struct Permit<'a> {
    units: &'a Units,
    /// How many there may be in all, where that is limited.
    bound: Option<u64>,
}

impl<'a> Permit<'a> {
    #[inline]
    pub(super) fn of(units: &'a Units) -> Self {
        let bound = None;
        Self { units, bound }
    }

    #[inline]
    pub(super) fn within(units: &'a Units, bound: u64) -> Self {
        let bound = Some(bound);
        Self { units, bound }
    }
}

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        match self.bound {
            None => self.units.give_one(),
            // An error means that somebody gave the unit back by hand meanwhile: then there is none to give.
            bound => drop(self.units.give(1, bound)),
        }
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("value", &self.units.value())
            .field("waiting", &self.units.waiting())
            .finish()
    }
}
