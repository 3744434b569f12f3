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
            self.level.load(Relaxed)
        } else {
            0
        }
    }

    /// Called by the owner.
    pub(in crate::threading) fn release_all(&self) {
        self.level.store(0, Relaxed);
        self.let_go();
    }

    /// Called by a thread that has taken the plain lock: from now on it is the owner, with so many levels.
    #[inline]
    pub(in crate::threading) fn own(&self, levels: u64) {
        self.owner.store(get_ident(), Relaxed);
        self.level.store(levels, Relaxed);
    }

    /// The same after a wait.
    pub(in crate::threading) fn restore(&self, levels: u64) {
        let forgotten = planted(Fault::InnerLevelsForgotten);
        self.own(if forgotten { 1 } else { levels });
    }
}
