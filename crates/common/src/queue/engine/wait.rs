//! One call's waiting.

use crate::sync::Deadline;
use crate::threading::{Held, Place};
use std::time::Duration;

/// A call that waits: for how long, and where it stands.
pub struct Wait {
    /// `None` when it does not wait at all.
    deadline: Option<Deadline>,
    /// From the first time it joins; after that it takes its old place again.
    place: Option<Place>,
    has_looked: bool,
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
            place: None,
            has_looked: false,
            is_woken: false,
            next: Next::GiveUp,
        }
    }

    /// Enters the calling thread in the line, for the time that is left. Before the first time it looks
    /// for a while whether what was `seen` changes: it may overtake those in line by that, as any running
    /// thread may, and saves the sleep that would make everybody's next call wait for a wake-up.
    pub(super) fn join<D>(&mut self, line: &mut Held<'_, D>, seen: u64) {
        let is_over = |deadline: Deadline| deadline.has_passed();
        self.next = if self.deadline.is_none_or(is_over) {
            Next::GiveUp
        } else if !self.has_looked {
            self.has_looked = true;
            Next::Look(seen)
        } else {
            match &self.place {
                Some(place) => line.rejoin(place),
                None => self.place = Some(line.join()),
            }
            Next::Sleep
        };
    }

    /// Whether this is the first step after it was taken out of the line.
    pub(super) fn comes_from_line(&mut self) -> bool {
        std::mem::take(&mut self.is_woken)
    }

    /// Takes the calling thread out of the line. False when it was taken before that: then it has been
    /// woken, whatever the clock says.
    pub(super) fn leave<D>(&self, line: &mut Held<'_, D>) -> bool {
        self.place.as_ref().is_none_or(|place| line.leave(place))
    }

    /// Looks or sleeps, whichever comes next: false when the time is up and nobody has woken this thread.
    pub(super) fn goes_on(
        &mut self,
        look: impl FnOnce(u64) -> bool,
        leave: impl FnOnce(&Self) -> bool,
    ) -> bool {
        match (self.next, &self.place, self.deadline) {
            (Next::Look(seen), ..) => {
                look(seen);
                true
            }
            (Next::Sleep, Some(place), Some(deadline)) => {
                self.is_woken = place.sleep(deadline) || !leave(self);
                self.is_woken
            }
            _ => false,
        }
    }
}
