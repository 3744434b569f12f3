//! The lock of a condition, held for as long as a value lives.

use super::{Condition, ConditionLock, Truth};
use crate::threading::RuntimeError;
use std::time::Duration;

/// Holds the lock of a [`Condition`] until it is dropped. Who has it may wait and notify.
///
/// Over an [`RLock`](super::RLock) it stays on its thread, as the lock's own guard does. Its waits panic
/// when the lock was released by hand meanwhile: then there is nothing to let go.
///
/// ```
/// use common::threading::Condition;
/// use std::time::Duration;
///
/// let condition = Condition::new();
/// let guard = condition.guard();
/// guard.notify_all();
/// assert!(!guard.wait_timeout(Duration::from_millis(1)), "nobody notified");
/// ```
#[must_use = "an unused guard releases the lock at once; bind it to a name: `let _guard`, not `let _`"]
#[derive(Debug)]
pub struct ConditionGuard<'a, L: ConditionLock + 'a> {
    condition: &'a Condition<L>,
    /// Releases when it is dropped.
    _held: L::Guard<'a>,
}

impl<'a, L: ConditionLock> ConditionGuard<'a, L> {
    #[inline]
    pub(super) fn of(condition: &'a Condition<L>, held: L::Guard<'a>) -> Self {
        Self {
            condition,
            _held: held,
        }
    }

    /// As [`Condition::wait`].
    ///
    /// # Panics
    ///
    /// When the lock was released by hand.
    #[track_caller]
    pub fn wait(&self) {
        still_held(self.condition.wait());
    }

    /// As [`Condition::wait_timeout`].
    ///
    /// # Panics
    ///
    /// As [`wait`](Self::wait).
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        still_held(self.condition.wait_timeout(timeout))
    }

    /// As [`Condition::wait_for`].
    ///
    /// # Panics
    ///
    /// As [`wait`](Self::wait); and with `predicate`'s own panic.
    #[track_caller]
    pub fn wait_for<T: Truth>(&self, predicate: impl FnMut() -> T) -> T {
        still_held(self.condition.wait_for(predicate))
    }

    /// As [`Condition::wait_for_timeout`].
    ///
    /// # Panics
    ///
    /// As [`wait_for`](Self::wait_for).
    #[track_caller]
    pub fn wait_for_timeout<T: Truth>(&self, predicate: impl FnMut() -> T, timeout: Duration) -> T {
        still_held(self.condition.wait_for_timeout(predicate, timeout))
    }

    /// As [`Condition::notify`].
    #[inline]
    pub fn notify(&self, n: usize) {
        self.condition.wake(n);
    }

    /// As [`Condition::notify_all`].
    #[inline]
    pub fn notify_all(&self) {
        self.condition.wake(usize::MAX);
    }
}

#[track_caller]
fn still_held<T>(outcome: Result<T, RuntimeError>) -> T {
    outcome.unwrap_or_else(|error| panic!("{error}"))
}
