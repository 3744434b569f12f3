//! Who is counted on.

use super::desk::Desk;

/// A worker's word to the desk that it will come there next. Who has given it is counted as free.
#[derive(Default)]
pub(super) struct Word {
    is_given: bool,
    /// There were further tasks when it took its last one.
    pub(super) others_wait: bool,
}

impl Word {
    /// Of a worker that was just hired: given in its name.
    pub(super) fn of_the_new() -> Self {
        Self {
            is_given: true,
            others_wait: false,
        }
    }

    /// Given before anybody can know of a result, so that the next task finds its worker free. Where
    /// others wait already, the next task is not for this worker, and nothing need be said.
    pub(super) fn give_if_needed(&mut self, desk: &Desk) {
        if !self.others_wait {
            self.give(desk);
        }
    }

    /// From now on it is counted on.
    pub(super) fn give(&mut self, desk: &Desk) {
        if !std::mem::replace(&mut self.is_given, true) {
            desk.count_in();
        }
    }

    /// Taken back before callbacks, of which nobody knows how long they take.
    pub(super) fn take_back(&mut self, desk: &Desk) {
        if self.take_back_later(desk) {
            desk.call_another();
        }
    }

    /// The same without seeing to it that another comes: that is left to the caller when it is true.
    pub(super) fn take_back_later(&mut self, desk: &Desk) -> bool {
        let was_given = std::mem::replace(&mut self.is_given, false);
        if was_given && !fault!(StillIdle) {
            desk.count_out();
        }
        was_given
    }
}
