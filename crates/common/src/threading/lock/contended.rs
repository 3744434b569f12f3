//! What a lock does when somebody else holds it or waits for it.

use super::{HELD, Lock, ONE_AWAKE, WAITED_FOR};
use crate::sync::Deadline;
use crate::sync::atomic::Ordering::{AcqRel, Relaxed};
use crate::threading::RuntimeError;
use crate::threading::line::{Held, Place, look_again};
use std::time::Duration;

impl Lock {
    #[cold]
    pub(super) fn acquire_contended(&self, timeout: Option<Duration>) -> bool {
        let deadline = Deadline::within(timeout);
        if self.take_before_joining() {
            return true;
        }
        let Some(place) = self.join_unless_free() else {
            return true;
        };
        loop {
            if !place.sleep(deadline) && self.leave(&place) {
                return false;
            }
            // From here on `ONE_AWAKE` is ours to clear.
            if look_again(|| self.take_as_woken()) {
                return true;
            }
            if deadline.has_passed() {
                return self.take_or_resign();
            }
            if !self.rejoin_unless_free(&place) {
                return true;
            }
        }
    }

    /// Looks for a short while before joining, but only while nobody is in line: there is no one to
    /// overtake then, and a lock held for a moment is free before its line would be worth joining.
    fn take_before_joining(&self) -> bool {
        let mut taken = false;
        look_again(|| {
            let state = self.state.load(Relaxed);
            taken = state & HELD == 0 && self.take_if_free();
            taken || state & WAITED_FOR != 0
        });
        taken
    }

    /// Takes a free lock though others may wait: it is wake-ups that are ordered, not ownership.
    pub(super) fn take_if_free(&self) -> bool {
        self.change(|state| (state & HELD == 0).then_some(state | HELD))
    }

    /// The same by the thread that was woken: whichever comes next is to be woken by the next release.
    fn take_as_woken(&self) -> bool {
        self.change(|state| (state & HELD == 0).then_some((state | HELD) & !ONE_AWAKE))
    }

    fn join_unless_free(&self) -> Option<Place> {
        let mut line = self.line.lock();
        let taken = self.take_or(0, WAITED_FOR);
        (!taken).then(|| line.join())
    }

    /// The woken thread found the lock taken and goes back to its old place. False when it took it after all.
    fn rejoin_unless_free(&self, place: &Place) -> bool {
        let mut line = self.line.lock();
        let taken = self.take_or(ONE_AWAKE, WAITED_FOR);
        if !taken {
            line.rejoin(place);
        }
        !taken
    }

    /// The woken thread's time is up: it takes the lock if it can, and if it cannot, the holder's release
    /// is to wake the next one. Both in one step, or a release in between would wake nobody.
    fn take_or_resign(&self) -> bool {
        self.take_or(ONE_AWAKE, 0)
    }

    /// Takes the lock if it is free (true); else sets `if_held`. Either way `clear` goes, in the same step.
    fn take_or(&self, clear: u8, if_held: u8) -> bool {
        let mut taken = false;
        self.change(|state| {
            taken = state & HELD == 0;
            Some((state & !clear) | if taken { HELD } else { if_held })
        });
        taken
    }

    /// Acquire for who takes the lock, Release for who gives it back; the partner is the other of the two.
    fn change(&self, to: impl FnMut(u8) -> Option<u8>) -> bool {
        self.state.fetch_update(AcqRel, Relaxed, to).is_ok()
    }

    /// The time was up before anybody woke it. False when it was woken all the same.
    fn leave(&self, place: &Place) -> bool {
        let mut line = self.line.lock();
        let left = line.leave(place);
        if left && line.is_empty() {
            self.state.fetch_and(!WAITED_FOR, Relaxed);
        }
        left
    }

    #[cold]
    pub(super) fn release_contended(&self) -> Result<(), RuntimeError> {
        let released =
            self.change(|state| (state & HELD != 0 && !must_wake(state)).then_some(state & !HELD));
        if released {
            Ok(())
        } else {
            self.release_and_wake(self.line.lock())
        }
    }

    fn release_and_wake(&self, mut line: Held<'_, ()>) -> Result<(), RuntimeError> {
        let mut wake = false;
        let released = self.change(|state| {
            wake = must_wake(state);
            let waited_for = if wake && line.len() == 1 {
                WAITED_FOR
            } else {
                0
            };
            let awake = if wake { ONE_AWAKE } else { 0 };
            (state & HELD != 0).then_some((state | awake) & !HELD & !waited_for)
        });
        if !released {
            return Err(RuntimeError::ReleaseUnlocked);
        }
        let call = wake.then(|| line.take_oldest()).flatten();
        drop(line);
        drop(call);
        Ok(())
    }
}

/// Whether a release must wake somebody: there is a line, and nobody is on the way to the lock yet.
fn must_wake(state: u8) -> bool {
    state & WAITED_FOR != 0 && state & ONE_AWAKE == 0
}
