//! The operations that a condition and a guard require of their lock.

use super::{Lock, LockError};
use std::fmt::Debug;

/// A [`Lock`], or a lock with recursion levels that is built on one. Outside this crate the trait cannot be named, so a
/// public trait over it is sealed.
pub trait RawLock: Debug + Send + Sync {
    /// `()` when any thread may release the lock, and a type that is not `Send` when only its owner may.
    type Releaser: Debug;

    /// The lock in whose queue the waiters block.
    fn raw(&self) -> &Lock;

    /// Acquires one level: the owner adds it, another thread calls `acquire` with the raw lock. Returns false when that
    /// returns false.
    fn acquire_with(&self, acquire: impl FnOnce(&Lock) -> bool) -> bool;

    /// Releases the lock, or one level of it.
    fn release(&self) -> Result<(), LockError>;

    /// The caller's recursion level; 0 means that the caller does not hold the lock. A plain lock has no owner and
    /// returns 1 while any thread holds it.
    fn recursion(&self) -> u64;

    /// Releases all levels. Called after [`recursion`](Self::recursion) was not 0. Returns false when another thread
    /// has released a plain lock since.
    fn release_all(&self) -> bool;

    /// Restores the recursion level. Called after the caller has acquired the raw lock.
    fn restore(&self, level: u64);
}

impl RawLock for Lock {
    type Releaser = ();

    #[inline]
    fn raw(&self) -> &Lock {
        self
    }

    #[inline]
    fn acquire_with(&self, acquire: impl FnOnce(&Lock) -> bool) -> bool {
        acquire(self)
    }

    #[inline]
    fn release(&self) -> Result<(), LockError> {
        Lock::release(self)
    }

    #[inline]
    fn recursion(&self) -> u64 {
        self.locked().into()
    }

    fn release_all(&self) -> bool {
        Lock::release(self).is_ok()
    }

    fn restore(&self, _: u64) {}
}
