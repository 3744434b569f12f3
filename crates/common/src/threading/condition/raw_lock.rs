//! What a condition needs of its lock.

use crate::threading::{Lock, LockError, LockGuard, RLock, RLockGuard};
use std::fmt::Debug;
use std::time::Duration;

/// A lock that a [`Condition`](super::Condition) can have: [`Lock`] or [`RLock`].
pub trait ConditionLock: RawLock {}

impl ConditionLock for Lock {}
impl ConditionLock for RLock {}

/// Cannot be named outside of the crate, and so cannot be implemented there.
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

    /// The caller's recursion level, as far as the lock can tell; 0 means that it does not hold the lock.
    fn recursion(&self) -> u64;

    /// Releases all levels. False when the lock was not held after all.
    fn release_all(&self) -> bool;

    /// The caller, which has acquired the raw lock, has this recursion level again.
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

/// A plain lock has no owner: that it is held is all it can tell.
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
