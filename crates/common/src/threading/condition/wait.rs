//! Waiting for a notification, and for what it is about.

use super::{Condition, ConditionLock, Truth};
use crate::sync::Deadline;
use crate::threading::RuntimeError;
use crate::threading::line::Place;
use std::time::Duration;

impl<L: ConditionLock> Condition<L> {
    /// Lets the lock go, all levels of it, waits to be notified, and takes the lock again as it was.
    /// Python's `wait()`.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::WaitUnacquired`], without waiting, when the calling thread does not hold the lock;
    /// over a plain lock, when nobody does.
    pub fn wait(&self) -> Result<(), RuntimeError> {
        self.wait_until(Deadline::NEVER).map(drop)
    }

    /// As [`wait`](Self::wait), but waits for the notification no longer than `timeout`: true when it
    /// came. Python's `wait(timeout)`.
    ///
    /// The lock is taken again in either case, however long that takes. Zero lets the others have it for
    /// a moment; a timeout beyond the clock is for ever.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub fn wait_timeout(&self, timeout: Duration) -> Result<bool, RuntimeError> {
        self.wait_until(Deadline::after(timeout))
    }

    /// Waits until `predicate` says true, and returns what it said. Python's `wait_for(predicate)`.
    ///
    /// It is called under the lock: at once, and after each notification. When it panics, the lock is
    /// held, as it is by any panic under it.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), once there is something to wait for.
    ///
    /// ```
    /// use common::threading::Condition;
    /// use std::cell::RefCell;
    ///
    /// let (changed, pages) = (Condition::new(), RefCell::new(vec!["index"]));
    /// changed.acquire();
    /// assert_eq!(changed.wait_for(|| pages.borrow_mut().pop()), Ok(Some("index")));
    /// ```
    pub fn wait_for<T: Truth>(&self, mut predicate: impl FnMut() -> T) -> Result<T, RuntimeError> {
        loop {
            let value = predicate();
            if value.is_true() {
                return Ok(value);
            }
            self.wait()?;
        }
    }

    /// As [`wait_for`](Self::wait_for), but gives up after `timeout`, and returns what `predicate` said
    /// last. Python's `wait_for(predicate, timeout)`.
    ///
    /// The clock starts with the first wait and runs for all of them; after the last one the predicate is
    /// asked once more, so a timeout of zero asks it twice.
    ///
    /// # Errors
    ///
    /// As [`wait_for`](Self::wait_for).
    pub fn wait_for_timeout<T: Truth>(
        &self,
        mut predicate: impl FnMut() -> T,
        timeout: Duration,
    ) -> Result<T, RuntimeError> {
        let first = predicate();
        if first.is_true() {
            return Ok(first);
        }
        let deadline = Deadline::after(timeout);
        loop {
            self.wait_until(deadline)?;
            let value = predicate();
            if value.is_true() || deadline.has_passed() {
                return Ok(value);
            }
        }
    }

    fn wait_until(&self, deadline: Deadline) -> Result<bool, RuntimeError> {
        let levels = self.lock.levels();
        if levels == 0 {
            return Err(RuntimeError::WaitUnacquired);
        }
        // In line before the lock is free, or a notification could come in between.
        let place = self.join();
        let released = self.lock.release_all();
        // Another thread may have released a plain lock in this moment: then there is none to take again,
        // unless a notification has come already.
        if !released && self.leave(&place) {
            return Err(RuntimeError::WaitUnacquired);
        }
        let notified = place.look_and_sleep(deadline) || !self.leave(&place);
        self.take_again(&place, notified);
        self.lock.restore(levels);
        Ok(notified)
    }

    /// Who was notified is in the lock's line, whatever its deadline, or has been woken from there.
    fn take_again(&self, place: &Place, notified: bool) {
        let lock = self.lock.plain();
        if notified {
            place.sleep(Deadline::NEVER);
            lock.take_when_woken(place, Deadline::NEVER);
        } else {
            lock.acquire();
        }
    }

    fn join(&self) -> Place {
        let mut line = self.line.lock();
        let place = line.join();
        self.note(&line);
        place
    }

    /// False when it was notified before that.
    fn leave(&self, place: &Place) -> bool {
        let mut line = self.line.lock();
        let left = line.leave(place);
        self.note(&line);
        left
    }
}
