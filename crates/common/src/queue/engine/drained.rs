//! What those who wait for room look at.

use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How often a queue was drained to the half, or emptied. On a cache line of its own, which is written so
/// rarely that looking disturbs nobody, and only when there is room for more than one.
#[repr(align(128))]
pub(super) struct Drained(AtomicU64);

impl Drained {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(super) fn times(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// Called by whoever got the item after which it is so, before anybody else can get one.
    pub(super) fn count(&self) {
        self.0.store(self.times() + 1, Relaxed);
    }
}
