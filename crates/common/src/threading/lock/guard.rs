//! The guard of a lock.

use super::RawLock;
use std::marker::PhantomData;

/// Releases its lock, or one level of it, when it is dropped. [`LockGuard`](super::LockGuard) and
/// [`RLockGuard`](crate::threading::RLockGuard) are the public names.
#[must_use = "an unused guard releases the lock at once; bind it to a name: `let _guard`, not `let _`"]
#[derive(Debug)]
pub struct Guard<'a, L: RawLock> {
    lock: &'a L,
    /// Decides whether the guard is `Send`.
    _releaser: PhantomData<L::Releaser>,
}

impl<'a, L: RawLock> Guard<'a, L> {
    /// A guard for a level that the caller has acquired.
    #[inline]
    pub(in crate::threading) fn new(lock: &'a L) -> Self {
        Self {
            lock,
            _releaser: PhantomData,
        }
    }
}

impl<L: RawLock> Drop for Guard<'_, L> {
    #[inline]
    fn drop(&mut self) {
        // An error means that an explicit `release` has released the lock or the level already. If another thread has
        // acquired a plain lock since, this releases that thread's lock: a plain lock has no owner.
        let _ = self.lock.release();
    }
}
