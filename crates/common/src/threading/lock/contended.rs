//! What a lock does when somebody else holds it or waits for it.

use super::{FREE, HELD, Lock, WAITED_FOR};
use crate::sync::Deadline;
use crate::sync::atomic::Ordering::{Acquire, Relaxed};
use crate::sync::fault::{Fault, planted};
use crate::sync::look_again;
use crate::threading::line::{Call, Held, Place};
use std::time::Duration;

impl Lock {
    #[cold]
    pub(super) fn acquire_contended(&self, timeout: Option<Duration>) -> bool {
        let deadline = Deadline::within(timeout);
        if self.take_before_joining() {
            return true;
        }
        let mut line = self.line.lock();
        if self.take_or_leave_word() {
            return true;
        }
        let place = line.join();
        drop(line);
        if !place.look_and_sleep(deadline) && self.line.lock().leave(&place) {
            return false;
        }
        self.take_when_woken(&place, deadline)
    }

    /// Goes on for a thread that was taken out of the line. It must take the lock or leave word, or
    /// nobody wakes the next.
    pub(in crate::threading) fn take_when_woken(&self, place: &Place, deadline: Deadline) -> bool {
        loop {
            if look_again(|| self.take_as_woken()) {
                return true;
            }
            if deadline.has_passed() {
                return !planted(Fault::StillAwake) && self.take_or_leave_word();
            }
            let mut line = self.line.lock();
            if self.take_or_leave_word() {
                return true;
            }
            line.rejoin(place);
            drop(line);
            if !place.look_and_sleep(deadline) && self.line.lock().leave(place) {
                return false;
            }
        }
    }

    /// Looks for a short while before joining, but only while nobody is in line: there is no one to
    /// overtake then, and a lock held for a moment is free before its line would be worth joining.
    fn take_before_joining(&self) -> bool {
        let mut taken = false;
        look_again(|| {
            let state = self.state.load(Relaxed);
            taken = state == FREE && self.take_if_free();
            taken || state == WAITED_FOR
        });
        taken
    }

    /// Takes a free lock for a thread that was woken: others may be left in line.
    fn take_as_woken(&self) -> bool {
        self.state.load(Relaxed) == FREE
            && self
                .state
                .compare_exchange(FREE, WAITED_FOR, Acquire, Relaxed)
                .is_ok()
    }

    /// Takes the lock if it is free; if it is not, has its release look into the line. In one step, or a
    /// release in between would wake nobody.
    fn take_or_leave_word(&self) -> bool {
        // Acquire: pairs with the Release of whoever let it go.
        self.state.swap(WAITED_FOR, Acquire) == FREE
    }

    /// Moves up to `count` of those who wait for something else, oldest first, into the lock's own line:
    /// they want the lock first, and its releases wake them one by one. When the lock is free there will be
    /// no release, so the first of the line is to be woken now.
    pub(in crate::threading) fn take_over<T>(
        &self,
        others: &mut Held<'_, T>,
        count: usize,
    ) -> Option<Call> {
        let mut line = self.line.lock();
        let moved = (0..count)
            .take_while(|_| others.hand_over(&mut line))
            .count();
        // In one step with the move, under the line's mutex: a release that comes now finds them there.
        if moved == 0 || planted(Fault::MovedWithoutWord) || self.leave_word_if_held() {
            None
        } else {
            line.take_oldest()
        }
    }

    /// Has the lock's release look into the line; false when nobody holds it.
    fn leave_word_if_held(&self) -> bool {
        let left = self
            .state
            .compare_exchange(HELD, WAITED_FOR, Relaxed, Relaxed);
        // One that is waited for already needs no word.
        left != Err(FREE)
    }

    /// After a release. There may be nobody: those who gave up have left word all the same.
    #[cold]
    pub(super) fn wake_oldest(&self) {
        let call = self.line.lock().take_oldest();
        drop(call);
    }
}
