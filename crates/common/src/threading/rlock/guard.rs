//! The lock held for as long as a value lives.

use super::RLock;
use crate::sync::MutexGuard;
use std::marker::PhantomData;

/// Holds one level of an [`RLock`] until it is dropped. It stays on its thread, which alone may release
/// the lock:
///
/// ```compile_fail,E0277
/// let lock = common::threading::RLock::new();
/// let guard = lock.guard();
/// std::thread::scope(|scope| scope.spawn(move || drop(guard)));
/// ```
#[must_use = "an unused guard releases the lock at once; bind it to a name: `let _guard`, not `let _`"]
#[derive(Debug)]
pub struct RLockGuard<'a> {
    lock: &'a RLock,
    /// As a mutex's guard it may be shared with other threads, but not sent to one.
    stays_here: PhantomData<MutexGuard<'a, ()>>,
}

impl<'a> RLockGuard<'a> {
    /// For one level that the caller has taken.
    #[inline]
    pub(super) fn of(lock: &'a RLock) -> Self {
        let stays_here = PhantomData;
        Self { lock, stays_here }
    }
}

impl Drop for RLockGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        // An error means that the level was released by hand meanwhile: then there is nothing to give back.
        let _ = self.lock.release();
    }
}
