//! The units of a semaphore, and those who wait for one.

use crate::sync::atomic::AtomicU64;
use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::fault::{Fault, planted};
use crate::sync::{Deadline, look_again};
use crate::threading::ValueError;
use crate::threading::line::{Call, Held, Line, Place};
use std::time::Duration;

/// Somebody is in line.
const WAITED_FOR: u64 = 1;
/// A unit, as it stands in the word.
const ONE: u64 = 2;
/// More units do not count. The bit above is left for releases of one, which do not look: to use it up
/// they would have to be as many again.
const MOST: u64 = u64::MAX >> 2;

pub(super) struct Units {
    /// How many there are, times `ONE`, and `WAITED_FOR`.
    ///
    /// `WAITED_FOR` is there exactly while somebody is in line: it is changed under the line's mutex only.
    /// While there are units and somebody is in line, at least as many threads as can be served are on
    /// their way, woken or about to be; so a woken thread that finds a unit takes it, whatever the clock says.
    word: AtomicU64,
    line: Line,
}

impl Units {
    pub(super) const fn new(value: usize) -> Self {
        Self {
            word: AtomicU64::new(counted(value) * ONE),
            line: Line::new(()),
        }
    }

    #[inline]
    pub(super) fn take(&self) {
        if !self.try_take() {
            self.take_contended(None);
        }
    }

    #[inline]
    pub(super) fn take_timeout(&self, timeout: Duration) -> bool {
        self.try_take() || self.take_contended(Some(timeout))
    }

    /// The whole of an uncontended acquire: one read-modify-write. Takes a unit though others may wait:
    /// it is wake-ups that are ordered, not ownership.
    #[inline]
    pub(super) fn try_take(&self) -> bool {
        // Acquire: pairs with the Release of whoever gave a unit before.
        self.word
            .fetch_update(Acquire, Relaxed, |word| word.checked_sub(ONE))
            .is_ok()
    }

    /// The whole of an uncontended release: one read-modify-write.
    #[inline]
    pub(super) fn give_one(&self) {
        // Release: pairs with the Acquire of `try_take`, which sees all that was done before.
        let order = if planted(Fault::WeakRelease) {
            Relaxed
        } else {
            Release
        };
        if self.word.fetch_add(ONE, order) & WAITED_FOR != 0 {
            self.wake_oldest(1);
        }
    }

    /// Gives `count` units, or none of them when there would be more than `bound`: in one step, so that
    /// of several who give the last one succeeds. Without a bound, what exceeds `MOST` does not count.
    #[inline]
    pub(super) fn give(&self, count: u64, bound: Option<u64>) -> Result<(), ValueError> {
        let add = |word: u64| {
            let sum = (word / ONE).saturating_add(count);
            let may = bound.is_none_or(|bound| sum <= bound);
            may.then_some((sum.min(MOST) * ONE) | (word & WAITED_FOR))
        };
        let before = self.word.fetch_update(Release, Relaxed, add);
        let before = before.map_err(|_| ValueError::ReleasedTooOften)?;
        if before & WAITED_FOR != 0 {
            self.wake_oldest(count);
        }
        Ok(())
    }

    pub(super) fn value(&self) -> u64 {
        self.word.load(Relaxed) / ONE
    }

    pub(super) fn waiting(&self) -> usize {
        self.line.len()
    }

    #[cold]
    fn take_contended(&self, timeout: Option<Duration>) -> bool {
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

    /// Goes on for a thread that is in line.
    fn wait_and_take(&self, place: &Place, deadline: Deadline) -> bool {
        loop {
            if !place.look_and_sleep(deadline) && self.leave(place) {
                return false;
            }
            if look_again(|| self.try_take()) {
                return true;
            }
            if deadline.has_passed() {
                return false; // there was no unit, so none stays behind while others wait
            }
            let mut line = self.line.lock();
            if self.take_or_leave_word() {
                return true;
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

    /// Wakes up to `count`, and no more than can find a unit: others may have taken some meanwhile.
    #[cold]
    fn wake_oldest(&self, count: u64) {
        let mut line = self.line.lock();
        let mut calls = (0..count.min(self.value())).map_while(|_| line.take_oldest());
        let first = calls.next();
        let others: Vec<Call> = calls.collect(); // most often none, and no allocation
        self.take_word_back(&line);
        drop(line);
        first.into_iter().chain(others).for_each(Call::wake);
    }

    /// Says that nobody is in line, where that is so.
    fn take_word_back(&self, line: &Held<'_, ()>) {
        if line.len() == 0 {
            self.word.fetch_and(!WAITED_FOR, Relaxed);
        }
    }
}

/// A number of units, no more of them than count.
pub(super) const fn counted(units: usize) -> u64 {
    let units = units as u64;
    if units < MOST { units } else { MOST }
}

pub(super) fn at_least_one(n: usize) -> Result<u64, ValueError> {
    if n == 0 {
        return Err(ValueError::ReleaseOfNone);
    }
    Ok(counted(n))
}

pub(super) fn not_negative(value: i64) -> Result<usize, ValueError> {
    let value = u64::try_from(value).map_err(|_| ValueError::NegativeSemaphore)?;
    Ok(usize::try_from(value).unwrap_or(usize::MAX))
}
