//! What a lock must offer a condition.

use crate::threading::{Lock, LockGuard, RLock, RLockGuard, RuntimeError};
use std::fmt::Debug;
use std::time::Duration;

/// A lock that a [`Condition`](super::Condition) can stand on: [`Lock`] or [`RLock`], and no other.
pub trait ConditionLock: Underlying {}

impl ConditionLock for Lock {}
impl ConditionLock for RLock {}

/// Not to be named outside, and so not to be implemented.
pub trait Underlying: Debug + Send + Sync {
    type Guard<'a>: Debug
    where
        Self: 'a;

    fn acquire(&self);
    fn try_acquire(&self) -> bool;
    fn acquire_timeout(&self, timeout: Duration) -> bool;
    fn release(&self) -> Result<(), RuntimeError>;
    fn locked(&self) -> bool;
    fn guard(&self) -> Self::Guard<'_>;
    fn try_guard(&self) -> Option<Self::Guard<'_>>;
    fn guard_timeout(&self, timeout: Duration) -> Option<Self::Guard<'_>>;

    /// The lock whose line one waits in.
    fn plain(&self) -> &Lock;

    /// How often the caller holds it, as far as the lock can tell; 0 means not at all.
    fn levels(&self) -> u64;

    /// Lets all levels go. False when it was not held after all.
    fn release_all(&self) -> bool;

    /// The caller, who has taken the plain lock, has so many levels again.
    fn restore(&self, levels: u64);
}

/// What a condition passes on to its lock as it is.
macro_rules! the_locks_own {
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
        fn release(&self) -> Result<(), RuntimeError> {
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

/// A plain lock does not know who holds it: that somebody does is all it can say.
impl Underlying for Lock {
    the_locks_own!(Lock, LockGuard);

    #[inline]
    fn plain(&self) -> &Lock {
        self
    }

    #[inline]
    fn levels(&self) -> u64 {
        self.locked().into()
    }

    fn release_all(&self) -> bool {
        self.release().is_ok()
    }

    fn restore(&self, _: u64) {}
}

impl Underlying for RLock {
    the_locks_own!(RLock, RLockGuard);

    #[inline]
    fn plain(&self) -> &Lock {
        RLock::plain(self)
    }

    #[inline]
    fn levels(&self) -> u64 {
        RLock::levels(self)
    }

    fn release_all(&self) -> bool {
        RLock::release_all(self);
        true
    }

    fn restore(&self, levels: u64) {
        RLock::restore(self, levels);
    }
}
