//! The operations that a condition requires of its lock.

use super::{Lock, LockError};
use std::fmt::Debug;

/// A lock with one queue, perhaps with recursion levels. Outside this crate the trait cannot be named, so a public trait
/// over it is sealed.
pub trait RawLock: Debug + Send + Sync {
    /// `()` when any thread may release the lock, and a type that is not `Send` when only its owner may.
    type Releaser: Debug;

    /// The lock in whose queue the waiters are.
    fn raw(&self) -> &Lock;

    /// Acquires the raw lock by `acquire`, with one level; the owner of the lock only adds a level.
    fn acquire_with(&self, acquire: impl FnOnce(&Lock) -> bool) -> bool;

    /// Releases one level.
    fn release(&self) -> Result<(), LockError>;

    /// The caller's recursion level; 0 means that the caller does not hold the lock. A plain lock has no owner and
    /// returns 1 while any thread holds it.
    fn recursion(&self) -> u64;

    /// Releases all levels. Called while [`recursion`](Self::recursion) is not 0. Returns false when another thread has
    /// released the lock since.
    fn release_all(&self) -> bool;

    /// Restores the recursion level. Called after the caller has acquired the raw lock.
    fn restore(&self, level: u64);
}

/// A plain lock has no owner: it only knows whether it is held.
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
