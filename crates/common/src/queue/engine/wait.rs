//! One call's waiting.

use crate::sync::{Backoff, Deadline};
use crate::wait_queue::{Parked, WaitQueueGuard, Waiter};
use std::time::Duration;

/// So often a call looks whether something changes before it sleeps, if each time something does and
/// others are quicker. Among many threads that is so most of the time, and a sleep costs as much as
/// a hundred items.
const LOOKS: u32 = 16;

/// A call that waits: for how long, and where it stands.
pub struct Wait {
    /// `None` when it does not wait at all.
    deadline: Option<Deadline>,
    /// From the first time it joins; after that it takes its old place again.
    waiter: Option<Waiter>,
    /// So often it may look yet: 0 as soon as it has looked in vain, and before it joins for the first time. Never
    /// grows, so one that has been in line does not look again.
    looks: u32,
    /// It was taken out of the line, and has not been back since.
    is_woken: bool,
    next: Next,
}

/// What a call that could not go on does next.
#[derive(Clone, Copy)]
enum Next {
    GiveUp,
    /// See whether something changes that was so, and try again either way.
    Look(u64),
    Sleep,
}

impl Wait {
    pub(super) fn no_longer_than(timeout: Option<Duration>) -> Self {
        Self {
            deadline: (timeout != Some(Duration::ZERO)).then(|| Deadline::within(timeout)),
            waiter: None,
            looks: LOOKS,
            is_woken: false,
            next: Next::GiveUp,
        }
    }

    /// Whether it does not enter a line yet when it cannot go on: it [looks](Self::look) or gives up. Never so
    /// once it has been in line.
    pub(super) fn looks_first(&self) -> bool {
        self.looks > 0 || self.deadline.is_none()
    }

    /// Looks for a while whether what was `seen` changes, and tries again: it may overtake those in line by
    /// that, as any running thread may, and saves the sleep that would make everybody's next call wait for a
    /// wake-up. `seen` was read before it was found that the call cannot go on.
    pub(super) fn look(&mut self, seen: u64) {
        self.next = if self.is_over() {
            Next::GiveUp
        } else {
            self.looks -= 1;
            Next::Look(seen)
        };
    }

    /// Enters the calling thread in the line, for the time that is left, unless it looks first.
    pub(super) fn join<D>(&mut self, line: &mut WaitQueueGuard<'_, D>, seen: u64) {
        if self.looks_first() {
            return self.look(seen);
        }
        self.next = if self.is_over() {
            Next::GiveUp
        } else {
            match &mut self.waiter {
                Some(waiter) => line.requeue(waiter),
                None => self.waiter = Some(line.enqueue()),
            }
            Next::Sleep
        };
    }

    fn is_over(&self) -> bool {
        self.deadline.is_none_or(Deadline::has_passed)
    }

    /// Whether this is the first step after it was taken out of the line.
    pub(super) fn comes_from_line(&mut self) -> bool {
        std::mem::take(&mut self.is_woken)
    }

    /// Looks or sleeps, whichever comes next: false when the time is up and nobody has woken this thread.
    pub(super) fn goes_on(
        &mut self,
        look: impl FnOnce(u64) -> bool,
        cancel: impl FnOnce(&Waiter) -> Option<()>,
    ) -> bool {
        match (self.next, &self.waiter, self.deadline) {
            (Next::Look(seen), ..) => {
                if !look(seen) {
                    self.looks = 0;
                }
                true
            }
            (Next::Sleep, Some(waiter), Some(deadline)) => {
                let parked = waiter.park(cancel, deadline, Backoff::None);
                self.is_woken = matches!(parked, Parked::Notified(_));
                self.is_woken
            }
            _ => false,
        }
    }
}
