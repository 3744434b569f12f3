//! All levels let go at once and taken again, for a condition.

use super::RLock;
use crate::sync::atomic::Ordering::Relaxed;
use crate::sync::fault::{Fault, planted};
use crate::threading::{Lock, get_ident};

impl RLock {
    /// In whose line one waits.
    #[inline]
    pub(in crate::threading) fn plain(&self) -> &Lock {
        &self.lock
    }

    /// How often the caller holds it.
    #[inline]
    pub(in crate::threading) fn levels(&self) -> u64 {
        if self.is_owned() {
            self.again.load(Relaxed) + 1
        } else {
            0
        }
    }

    /// Called by the owner.
    pub(in crate::threading) fn release_all(&self) {
        self.again.store(0, Relaxed);
        self.let_go();
    }

    /// Called by a thread that has taken the plain lock: it has so many levels again.
    pub(in crate::threading) fn restore(&self, levels: u64) {
        self.owner.store(get_ident(), Relaxed);
        if !planted(Fault::InnerLevelsForgotten) {
            self.again.store(levels - 1, Relaxed);
        }
    }
}
