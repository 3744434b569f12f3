//! A future as a handle: counted, compared by identity, shown.

use super::{Future, Phase};
use crate::sync::Arc;
use crate::sync::atomic::Ordering::Release;
use std::fmt;
use std::hash::{Hash, Hasher};

impl<T> Clone for Future<T> {
    fn clone(&self) -> Self {
        Self::again(Arc::clone(&self.0))
    }
}

impl<T> Drop for Future<T> {
    fn drop(&mut self) {
        self.core().handles.fetch_sub(1, Release);
    }
}

impl<T> Future<T> {
    /// What tells it from all others while it is there.
    pub(in crate::futures) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).cast::<()>().addr()
    }
}

impl<T> PartialEq for Future<T> {
    fn eq(&self, other: &Self) -> bool {
        self.address() == other.address()
    }
}

impl<T> Eq for Future<T> {}

impl<T> Hash for Future<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}

impl<T> fmt::Debug for Future<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.core().phase() {
            Phase::Pending => "pending",
            Phase::Running | Phase::Settling => "running",
            Phase::Finished => "finished",
            Phase::Cancelled | Phase::CancelledAndNotified => "cancelled",
        };
        f.debug_struct("Future")
            .field("state", &state)
            .field("waiting", &self.core().waiting())
            .finish()
    }
}
