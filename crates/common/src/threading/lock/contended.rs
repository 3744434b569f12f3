//! What a lock does when somebody else holds it or waits for it.

use super::{FREE, Lock, WAITED_FOR};
use crate::sync::Deadline;
use crate::sync::atomic::Ordering::{Acquire, Relaxed};
use crate::sync::fault::{Fault, planted};
use crate::sync::look_again;
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
        loop {
            if !place.look_and_sleep(deadline) && self.line.lock().leave(&place) {
                return false;
            }
            // Woken: from here on it must take the lock or leave word, or nobody wakes the next.
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
            line.rejoin(&place);
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

    /// After a release. There may be nobody: those who gave up have left word all the same.
    #[cold]
    pub(super) fn wake_oldest(&self) {
        let call = self.line.lock().take_oldest();
        drop(call);
    }
}
