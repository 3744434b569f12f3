//! What a semaphore does when there is no unit, or somebody waits for one.

use super::{ONE, Units, WAITED_FOR};
use crate::sync::atomic::Ordering::{Acquire, Relaxed};
use crate::sync::fault::{Fault, planted};
use crate::sync::{Deadline, look_again};
use crate::threading::line::{Call, Held, Place};
use std::time::Duration;

impl Units {
    #[cold]
    pub(super) fn take_contended(&self, timeout: Option<Duration>) -> bool {
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
        self.wait_and_take(&place, deadline)
    }

    /// After a release.
    #[cold]
    pub(super) fn wake_oldest(&self) {
        self.wake_for_units(self.line.lock());
    }

    /// Goes on for a thread that is in line.
    fn wait_and_take(&self, place: &Place, deadline: Deadline) -> bool {
        loop {
            if !place.look_and_sleep(deadline) && self.leave(place) {
                return false;
            }
            // Woken, it takes the unit that it finds, whatever the clock says.
            let taken = look_again(|| self.try_take());
            if taken && planted(Fault::StillCountedOn) {
                return true;
            }
            let mut line = self.line.lock();
            *line -= 1;
            let taken = taken || self.take_or_leave_word();
            if taken || deadline.has_passed() {
                self.wake_for_units(line);
                return taken;
            }
            line.rejoin(place);
        }
    }

    /// Looks for a short while before joining, but only while nobody is in line: there is no one to
    /// overtake then, and a unit taken for a moment is back before its line would be worth joining.
    fn take_before_joining(&self) -> bool {
        let mut taken = false;
        look_again(|| {
            let word = self.word.load(Relaxed);
            taken = word >= ONE && self.try_take();
            taken || word & WAITED_FOR != 0
        });
        taken
    }

    /// Takes a unit; if there is none, has whoever gives one look into the line. In one step, or a release
    /// in between would wake nobody. Called under the line's mutex.
    fn take_or_leave_word(&self) -> bool {
        let step = |word: u64| match word.checked_sub(ONE) {
            None if planted(Fault::WordForgotten) => Some(word),
            None => Some(WAITED_FOR),
            taken => taken,
        };
        let before = self.word.fetch_update(Acquire, Relaxed, step);
        before.is_ok_and(|before| before >= ONE)
    }

    /// Takes the calling thread out of the line, because its time is up; false when it has been woken.
    fn leave(&self, place: &Place) -> bool {
        let mut line = self.line.lock();
        let left = line.leave(place);
        self.take_word_back(&line);
        left
    }

    /// Wakes as many as there are units that nobody is expected for. Who takes a unit and gives it back before
    /// a woken thread has come for it wakes no other: that one is still expected.
    fn wake_for_units(&self, mut line: Held<'_, u64>) {
        let spare = self.value().saturating_sub(*line);
        let mut calls = (0..spare).map_while(|_| line.take_oldest());
        let first = calls.next();
        let others: Vec<Call> = calls.collect(); // most often none, and no allocation
        *line += u64::from(first.is_some()) + others.len() as u64;
        self.take_word_back(&line);
        drop(line);
        first.into_iter().chain(others).for_each(Call::wake);
    }

    /// Says that nobody is in line, where that is so.
    fn take_word_back(&self, line: &Held<'_, u64>) {
        if line.len() == 0 {
            self.word.fetch_and(!WAITED_FOR, Relaxed);
        }
    }
}
