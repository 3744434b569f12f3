//! Completion of a future: blocked threads are woken, completion queues notified, callbacks called.

use super::Future;
use crate::sync::{Arc, Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, WaitQueue, Waiter, WakeList};
use std::collections::VecDeque;
use std::mem;

/// What `add_done_callback` adds.
pub(in crate::futures) type Callback<T> = Box<dyn FnOnce(Future<T>) + Send>;

/// The numbers of completed futures that were not taken yet, in the order of completion. One thread takes them.
#[derive(Default)]
pub(in crate::futures) struct CompletionQueue(WaitQueue<Completed>);

/// What the queue's mutex protects.
#[derive(Default)]
struct Completed {
    indices: VecDeque<usize>,
    /// The waiting thread is woken once there are this many.
    wanted: usize,
}

impl CompletionQueue {
    /// Called by the thread that completes the future.
    pub(super) fn completed(&self, index: usize) {
        let mut completed = self.0.lock();
        completed.indices.push_back(index);
        let is_enough =
            completed.indices.len() >= completed.wanted && !fault!(LastFutureNotNotified);
        let wakeup = is_enough.then(|| completed.pop_front());
        drop(completed);
        drop(wakeup);
    }

    /// Swaps the completed indices for `ready`, which is empty, once there are `wanted`; when the deadline comes first,
    /// there may be fewer, or none.
    pub(in crate::futures) fn drain_into(
        &self,
        ready: &mut VecDeque<usize>,
        wanted: usize,
        deadline: Deadline,
    ) {
        deferred::run_before_blocking();
        let mut completed = self.0.lock();
        completed.wanted = wanted;
        if completed.indices.len() < wanted {
            let waiter = completed.enqueue();
            drop(completed);
            let cancel = |waiter: &Waiter| self.0.lock().cancel(waiter);
            completed = match waiter.park(cancel, deadline, Backoff::Yield) {
                Parked::Notified(_) => self.0.lock(),
                Parked::TimedOut(completed) => completed,
            };
        }
        mem::swap(&mut completed.indices, ready);
    }
}

/// A queue to notify, and the queue's own number for the future.
type Observer = (Arc<CompletionQueue>, usize);

/// What a future's wait queue holds besides the blocked threads.
pub(super) struct Observers<T> {
    pub(super) callbacks: Vec<Callback<T>>,
    /// Most futures have one observer at most: no allocation for it.
    first: Option<Observer>,
    others: Vec<Observer>,
}

impl<T> Default for Observers<T> {
    fn default() -> Self {
        Self {
            callbacks: Vec::new(),
            first: None,
            others: Vec::new(),
        }
    }
}

impl<T> Observers<T> {
    pub(super) fn add(&mut self, observer: Observer) {
        if self.first.is_none() {
            self.first = Some(observer);
        } else {
            self.others.push(observer);
        }
    }

    pub(super) fn remove(&mut self, queue: &Arc<CompletionQueue>) {
        let is_it = |observer: &mut Observer| Arc::ptr_eq(&observer.0, queue);
        self.first.take_if(is_it);
        self.others.retain_mut(|other| !is_it(other));
    }
}

/// What a completed future owes to the threads, queues and callbacks that its wait queue held; nothing if that was
/// never allocated.
#[must_use = "blocked threads are to be woken"]
pub(in crate::futures) struct Completion<T>(Option<(WakeList, Observers<T>)>);

impl<T> Completion<T> {
    pub(super) const NOTHING: Self = Self(None);

    /// Empties the wait queue.
    pub(super) fn take(queue: &WaitQueue<Observers<T>>) -> Self {
        let mut observers = queue.lock();
        Self(Some((observers.drain(), mem::take(&mut *observers))))
    }

    pub(in crate::futures) fn has_callbacks(&self) -> bool {
        let taken = self.0.as_ref();
        taken.is_some_and(|(_, observers)| !observers.callbacks.is_empty())
    }

    /// Wakes the blocked threads, then notifies the queues. The callbacks are left to the caller: one that blocks keeps
    /// no thread from the result.
    pub(in crate::futures) fn notify(self) -> Vec<Callback<T>> {
        let Some((wakeups, observers)) = self.0 else {
            return Vec::new();
        };
        drop(wakeups);
        for (queue, index) in observers.first.into_iter().chain(observers.others) {
            queue.completed(index);
        }
        observers.callbacks
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::CompletionQueue;
    use crate::sync::Deadline;
    use std::collections::VecDeque;
    use std::thread;

    #[test]
    fn drain_into_is_woken_by_the_last_wanted_completion() {
        let queue = CompletionQueue::default();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let mut ready = VecDeque::new();
                queue.drain_into(&mut ready, 3, Deadline::NEVER);
                ready
            });
            while queue.0.len() == 0 {
                thread::yield_now();
            }
            let waiting_after = [2, 0, 1].map(|number| {
                queue.completed(number);
                queue.0.len()
            });
            assert_eq!(waiting.join().unwrap(), [2, 0, 1]);
            assert_eq!(waiting_after, [1, 1, 0]);
        });
    }
}
