//! In whose name a lock is held: in its thread's where that is asked for later, as by a reentrant lock, and
//! otherwise in [somebody's](super::SOMEBODY). To write it costs nothing: it is the word that says "held".

use super::{FREE, Lock, WAITED_FOR};
use crate::sync::atomic::Ordering::{Acquire, Relaxed};
use std::time::Duration;

impl Lock {
    #[inline]
    pub(in crate::threading) fn acquire_for(&self, holder: u64) {
        if !self.try_acquire_for(holder) {
            self.acquire_contended(holder, None);
        }
    }

    /// The whole of an uncontended acquire: one read-modify-write. Takes a free lock though others may
    /// wait: it is wake-ups that are ordered, not ownership.
    #[inline]
    pub(in crate::threading) fn try_acquire_for(&self, holder: u64) -> bool {
        self.state
            .compare_exchange(FREE, holder, Acquire, Relaxed)
            .is_ok()
    }

    #[inline]
    pub(in crate::threading) fn acquire_timeout_for(&self, holder: u64, timeout: Duration) -> bool {
        self.try_acquire_for(holder) || self.acquire_contended(holder, Some(timeout))
    }

    /// Whether it is held in this name.
    #[inline]
    pub(in crate::threading) fn is_held_by(&self, holder: u64) -> bool {
        (self.state.load(Relaxed) ^ holder) & !WAITED_FOR == 0
    }

    /// In whose name it is held at this moment.
    pub(in crate::threading) fn holder(&self) -> Option<u64> {
        let holder = self.state.load(Relaxed) & !WAITED_FOR;
        (holder != FREE).then_some(holder)
    }
}
