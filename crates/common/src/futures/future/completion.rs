//! Completion of a future: blocked threads are woken, completion queues notified, callbacks called.

use super::Future;
use crate::sync::Arc;
use crate::wait_queue::{WaitQueue, WakeList};
use std::mem;

/// What `add_done_callback` adds.
pub(super) type Callback<T> = Box<dyn FnOnce(Future<T>) + Send>;

/// The numbers of completed futures that were not taken yet, in the order of completion. One thread waits for them.
pub(in crate::futures) type CompletionQueue = WaitQueue<Vec<usize>>;

/// What a future's wait queue holds besides the blocked threads.
pub(in crate::futures) enum Observer<T> {
    Callback(Callback<T>),
    /// The queue to notify, and the queue's own number for the future.
    Queue(Arc<CompletionQueue>, usize),
}

/// What a completed future owes to the threads, queues and callbacks that its wait queue held; nothing if that was
/// never allocated.
#[must_use = "blocked threads are to be woken"]
pub(in crate::futures) struct Completion<T>(Option<(WakeList, Vec<Observer<T>>)>);

impl<T> Completion<T> {
    pub(super) const NOTHING: Self = Self(None);

    /// Empties the wait queue.
    pub(super) fn take(queue: &WaitQueue<Vec<Observer<T>>>) -> Self {
        let mut observers = queue.lock();
        Self(Some((observers.drain(), mem::take(&mut *observers))))
    }

    pub(in crate::futures) fn has_callbacks(&self) -> bool {
        let is_callback = |observer: &Observer<T>| matches!(observer, Observer::Callback(_));
        let taken = self.0.as_ref();
        taken.is_some_and(|(_, observers)| observers.iter().any(is_callback))
    }

    /// Wakes the blocked threads, then notifies the queues. The callbacks are left to the caller: one that blocks keeps
    /// no thread from the result.
    pub(in crate::futures) fn notify(self) -> Vec<Callback<T>> {
        let Some((wakeups, observers)) = self.0 else {
            return Vec::new();
        };
        drop(wakeups);
        let mut callbacks = Vec::new();
        for observer in observers {
            match observer {
                Observer::Callback(callback) => callbacks.push(callback),
                Observer::Queue(queue, number) => {
                    let mut completed = queue.lock();
                    completed.push(number);
                    let wakeup = completed.pop_front();
                    completed.unlock_and_wake(wakeup);
                }
            }
        }
        callbacks
    }
}
