//! The guard of both semaphores.

use super::permits::Permits;
use std::fmt;

/// A permit of a [`Semaphore`](super::Semaphore) or a [`BoundedSemaphore`](super::BoundedSemaphore), released when it
/// is dropped, on whatever thread that is.
#[must_use = "an unused permit is released at once; bind it to a name: `let _permit`, not `let _`"]
pub struct Permit<'a> {
    permits: &'a Permits,
    /// The most permits that there may be, for a bounded semaphore.
    bound: Option<u64>,
}

impl<'a> Permit<'a> {
    /// For a permit that the caller has acquired.
    #[inline]
    pub(super) fn new(permits: &'a Permits, bound: Option<u64>) -> Self {
        Self { permits, bound }
    }
}

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        match self.bound {
            None => self.permits.release_one(),
            // An error means that the permit was released by hand meanwhile: then there is none to release.
            bound => drop(self.permits.release(1, bound)),
        }
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("value", &self.permits.count())
            .field("waiting", &self.permits.waiting())
            .finish()
    }
}
