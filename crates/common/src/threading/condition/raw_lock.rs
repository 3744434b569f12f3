//! The operations that a condition requires of its lock.

use crate::threading::{Lock, LockError, LockGuard, RLock, RLockGuard};
use std::fmt::Debug;
use std::time::Duration;

/// A lock that a [`Condition`](super::Condition) can use: [`Lock`] or [`RLock`]. This trait is sealed.
pub trait ConditionLock: RawLock {}

impl ConditionLock for Lock {}
impl ConditionLock for RLock {}

/// Seals [`ConditionLock`]: no other crate can name this trait, so none can implement it.
pub trait RawLock: Debug + Send + Sync {
    type Guard<'a>: Debug
    where
        Self: 'a;

    fn acquire(&self);
    fn try_acquire(&self) -> bool;
    fn acquire_timeout(&self, timeout: Duration) -> bool;
    fn release(&self) -> Result<(), LockError>;
    fn locked(&self) -> bool;
    fn guard(&self) -> Self::Guard<'_>;
    fn try_guard(&self) -> Option<Self::Guard<'_>>;
    fn guard_timeout(&self, timeout: Duration) -> Option<Self::Guard<'_>>;

    /// The lock in whose queue the waiters are.
    fn raw(&self) -> &Lock;

    /// The caller's recursion level; 0 means that the caller does not hold the lock. A plain lock has no owner and
    /// returns 1 while any thread holds it.
    fn recursion(&self) -> u64;

    /// Releases all levels. Returns false when the lock is not held.
    fn release_all(&self) -> bool;

    /// Restores the recursion level. Called after the caller has acquired the raw lock.
    fn restore(&self, level: u64);
}

/// The methods that a condition forwards to its lock.
macro_rules! forward_to_lock {
    ($lock:ident, $guard:ident) => {
        type Guard<'a> = $guard<'a>;

        #[inline]
        fn acquire(&self) {
            $lock::acquire(self);
        }

        #[inline]
        fn try_acquire(&self) -> bool {
            $lock::try_acquire(self)
        }

        #[inline]
        fn acquire_timeout(&self, timeout: Duration) -> bool {
            $lock::acquire_timeout(self, timeout)
        }

        #[inline]
        fn release(&self) -> Result<(), LockError> {
            $lock::release(self)
        }

        fn locked(&self) -> bool {
            $lock::locked(self)
        }

        #[inline]
        fn guard(&self) -> $guard<'_> {
            $lock::guard(self)
        }

        #[inline]
        fn try_guard(&self) -> Option<$guard<'_>> {
            $lock::try_guard(self)
        }

        #[inline]
        fn guard_timeout(&self, timeout: Duration) -> Option<$guard<'_>> {
            $lock::guard_timeout(self, timeout)
        }
    };
}

/// A plain lock has no owner: it only knows whether it is held.
impl RawLock for Lock {
    forward_to_lock!(Lock, LockGuard);

    #[inline]
    fn raw(&self) -> &Lock {
        self
    }

    #[inline]
    fn recursion(&self) -> u64 {
        self.locked().into()
    }

    fn release_all(&self) -> bool {
        self.release().is_ok()
    }

    fn restore(&self, _: u64) {}
}

impl RawLock for RLock {
    forward_to_lock!(RLock, RLockGuard);

    #[inline]
    fn raw(&self) -> &Lock {
        RLock::raw(self)
    }

    #[inline]
    fn recursion(&self) -> u64 {
        RLock::recursion(self)
    }

    fn release_all(&self) -> bool {
        RLock::release_all(self);
        true
    }

    fn restore(&self, level: u64) {
        RLock::restore(self, level);
    }
}
