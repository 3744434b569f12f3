//! Who hears of a future's end.

use super::Future;
use crate::sync::Arc;
use crate::wait_queue::{WaitQueueGuard, WakeList};
use std::mem;

pub(in crate::futures) type Callback<T> = Box<dyn FnOnce(Future<T>) + Send>;

/// Who is told of completions of several futures at once.
pub(in crate::futures) trait Subscriber: Send + Sync {
    /// The future that it knows by this number is done.
    fn completed(&self, number: usize);
}

/// A subscriber and its number for the future.
type Subscription = (Arc<dyn Subscriber>, usize);

/// Who is to hear of the end, besides the threads in line.
pub(super) struct Watchers<T> {
    pub(super) subscribers: Subscribers,
    pub(super) callbacks: Vec<Callback<T>>,
}

impl<T> Watchers<T> {
    pub(super) fn new() -> Self {
        Self {
            subscribers: Subscribers::default(),
            callbacks: Vec::new(),
        }
    }
}

/// As a rule there is one, for which nothing is allocated.
#[derive(Default)]
pub(super) struct Subscribers {
    one: Option<Subscription>,
    others: Vec<Subscription>,
}

impl Subscribers {
    pub(super) fn enter(&mut self, subscriber: Arc<dyn Subscriber>, number: usize) {
        if self.one.is_none() {
            self.one = Some((subscriber, number));
        } else {
            self.others.push((subscriber, number));
        }
    }

    pub(super) fn strike(&mut self, subscriber: &Arc<dyn Subscriber>) {
        let is_it = |entry: &mut Subscription| Arc::ptr_eq(&entry.0, subscriber);
        self.one.take_if(is_it);
        self.others.retain_mut(|entry| !is_it(entry));
    }

    fn tell(self) {
        for (subscriber, number) in self.one.into_iter().chain(self.others) {
            subscriber.completed(number);
        }
    }
}

/// Who is to be told of an end that has come.
#[must_use = "those who wait are waiting"]
pub(in crate::futures) struct End<T> {
    calls: WakeList,
    subscribers: Subscribers,
    callbacks: Vec<Callback<T>>,
}

impl<T> End<T> {
    /// Takes them all out.
    pub(super) fn of(watchers: &mut WaitQueueGuard<'_, Watchers<T>>) -> Self {
        Self {
            calls: watchers.drain(),
            subscribers: mem::take(&mut watchers.subscribers),
            callbacks: mem::take(&mut watchers.callbacks),
        }
    }

    pub(in crate::futures) fn has_callbacks(&self) -> bool {
        !self.callbacks.is_empty()
    }

    /// Threads first, then subscribers. The callbacks are left to the caller, so that one that blocks
    /// keeps nobody from the result.
    pub(in crate::futures) fn tell(self) -> Vec<Callback<T>> {
        drop(self.calls);
        self.subscribers.tell();
        self.callbacks
    }
}
