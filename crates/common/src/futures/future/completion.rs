//! What is done when a future completes: blocked threads are woken, observers notified, callbacks called.

use super::Future;
use crate::sync::Arc;
use crate::wait_queue::{WaitQueueGuard, WakeList};
use std::mem;

pub(in crate::futures) type Callback<T> = Box<dyn FnOnce(Future<T>) + Send>;

/// Is notified when one of several futures completes.
pub(in crate::futures) trait Observer: Send + Sync {
    /// `index` is the observer's own number for the future.
    fn completed(&self, index: usize);
}

/// What a future's wait queue holds besides the blocked threads.
pub(super) struct Observers<T> {
    pub(super) callbacks: Vec<Callback<T>>,
    /// Most futures have one observer at most: no allocation for it.
    first: Option<(Arc<dyn Observer>, usize)>,
    others: Vec<(Arc<dyn Observer>, usize)>,
}

impl<T> Default for Observers<T> {
    fn default() -> Self {
        let (callbacks, others) = (Vec::new(), Vec::new());
        Self {
            callbacks,
            first: None,
            others,
        }
    }
}

impl<T> Observers<T> {
    pub(super) fn add(&mut self, observer: Arc<dyn Observer>, index: usize) {
        if self.first.is_none() {
            self.first = Some((observer, index));
        } else {
            self.others.push((observer, index));
        }
    }

    pub(super) fn remove(&mut self, observer: &Arc<dyn Observer>) {
        let is_it = |other: &mut (Arc<dyn Observer>, usize)| Arc::ptr_eq(&other.0, observer);
        self.first.take_if(is_it);
        self.others.retain_mut(|other| !is_it(other));
    }
}

/// What a completed future owes to others; the future's wait queue does not hold it any more.
#[must_use = "blocked threads are to be woken"]
pub(in crate::futures) struct Completion<T> {
    wakeups: WakeList,
    observers: Observers<T>,
}

impl<T> Completion<T> {
    pub(super) fn take(observers: &mut WaitQueueGuard<'_, Observers<T>>) -> Self {
        let wakeups = observers.drain();
        let observers = mem::take(&mut **observers);
        Self { wakeups, observers }
    }

    pub(in crate::futures) fn has_callbacks(&self) -> bool {
        !self.observers.callbacks.is_empty()
    }

    /// Wakes the blocked threads, then notifies the observers. The callbacks are left to the caller: one that blocks
    /// keeps no thread from the result.
    pub(in crate::futures) fn notify(self) -> Vec<Callback<T>> {
        drop(self.wakeups);
        for (observer, index) in self
            .observers
            .first
            .into_iter()
            .chain(self.observers.others)
        {
            observer.completed(index);
        }
        self.observers.callbacks
    }
}
