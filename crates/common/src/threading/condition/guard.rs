//! The guard of a condition.

use super::{Condition, ConditionLock, Guard, LockError, Truth};
use std::time::Duration;

/// Holds the lock of a [`Condition`] until it is dropped, and may wait and notify.
///
/// Over an [`RLock`](super::RLock) it is not `Send`, as the lock's own guard is not. Its waits panic when an explicit
/// `release` has released the lock.
///
/// ```
/// use common::threading::Condition;
/// use std::time::Duration;
///
/// let condition = Condition::new();
/// let guard = condition.guard();
/// guard.notify_all();
/// assert!(!guard.wait_timeout(Duration::from_millis(1)), "no notification");
/// ```
#[must_use = "an unused guard releases the lock at once; bind it to a name: `let _guard`, not `let _`"]
#[derive(Debug)]
pub struct ConditionGuard<'a, L: ConditionLock + 'a> {
    pub(super) condition: &'a Condition<L>,
    /// Releases the lock, or one level of it, when it is dropped.
    pub(super) _held: Guard<'a, L>,
}

impl<L: ConditionLock> ConditionGuard<'_, L> {
    /// Waits for a notification, as [`Condition::wait`] does.
    ///
    /// # Panics
    ///
    /// If the lock was released through the condition or the lock itself instead of the guard.
    #[track_caller]
    pub fn wait(&self) {
        still_held(self.condition.wait());
    }

    /// Waits for a notification no longer than `timeout`, as [`Condition::wait_timeout`] does.
    ///
    /// # Panics
    ///
    /// If the lock was released through the condition or the lock itself instead of the guard.
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        still_held(self.condition.wait_timeout(timeout))
    }

    /// Waits until `predicate` is true, as [`Condition::wait_for`] does.
    ///
    /// # Panics
    ///
    /// If the lock was released through the condition or the lock itself instead of the guard, or if the predicate
    /// panics.
    #[track_caller]
    pub fn wait_for<T: Truth>(&self, predicate: impl FnMut() -> T) -> T {
        still_held(self.condition.wait_for(predicate))
    }

    /// Waits until `predicate` is true, no longer than `timeout`, as [`Condition::wait_for_timeout`] does.
    ///
    /// # Panics
    ///
    /// If the lock was released through the condition or the lock itself instead of the guard, or if the predicate
    /// panics.
    #[track_caller]
    pub fn wait_for_timeout<T: Truth>(&self, predicate: impl FnMut() -> T, timeout: Duration) -> T {
        still_held(self.condition.wait_for_timeout(predicate, timeout))
    }

    /// Wakes up to `n` waiters, as [`Condition::notify`] does.
    #[inline]
    pub fn notify(&self, n: usize) {
        self.condition.notify_under_lock(n);
    }

    /// Wakes all waiters, as [`Condition::notify_all`] does.
    #[inline]
    pub fn notify_all(&self) {
        self.condition.notify_under_lock(usize::MAX);
    }
}

#[track_caller]
fn still_held<T>(outcome: Result<T, LockError>) -> T {
    outcome.unwrap_or_else(|error| panic!("{error}"))
}
