//! Hearing of several futures at once.

use super::future::{Future, Subscriber};
use crate::sync::{Arc, Deadline};
use crate::threading::Line;
use std::collections::{HashSet, VecDeque};

/// Futures, each once, and the order in which they are done.
pub(super) struct Gathering<T> {
    pub(super) futures: Vec<Option<Future<T>>>,
    mailbox: Arc<Mailbox>,
    /// The mailbox, as the futures know it.
    subscriber: Arc<dyn Subscriber>,
}

/// The numbers of those that are done and have not been taken, and who waits for the next.
struct Mailbox(Line<VecDeque<usize>>);

impl Subscriber for Mailbox {
    fn completed(&self, number: usize) {
        let mut done = self.0.lock();
        done.push_back(number);
        let call = done.take_oldest();
        drop(done);
        drop(call);
    }
}

impl<T> Gathering<T> {
    /// Those that are done already come first, in the order given.
    pub(super) fn of(futures: impl IntoIterator<Item = Future<T>>) -> Self {
        let mut seen = HashSet::new();
        let mut once: Vec<_> = futures.into_iter().collect();
        once.retain(|future| seen.insert(future.clone()));
        drop(seen);
        let mailbox = Arc::new(Mailbox(Line::default()));
        let subscriber: Arc<dyn Subscriber> = Arc::clone(&mailbox) as _;
        for (number, future) in once.iter().enumerate() {
            if !future.core().subscribe(&subscriber, number) {
                mailbox.completed(number);
            }
        }
        Self {
            futures: once.into_iter().map(Some).collect(),
            mailbox,
            subscriber,
        }
    }

    /// The futures back, in the order given, those aside that were handed on.
    pub(super) fn release(mut self) -> Vec<Future<T>> {
        self.unsubscribe();
        std::mem::take(&mut self.futures)
            .into_iter()
            .flatten()
            .collect()
    }

    fn unsubscribe(&self) {
        for future in self.futures.iter().flatten() {
            future.core().unsubscribe(&self.subscriber);
        }
    }

    /// The number of one that is done but of which nobody has been told yet. The telling comes later.
    pub(super) fn done_but_untold(&self) -> Option<usize> {
        let is_done = |future: &Option<Future<T>>| future.as_ref().is_some_and(Future::done);
        self.futures.iter().position(is_done)
    }

    /// The number of the next that is done; `None` when the deadline came first. One of which
    /// it was told by then is never passed over.
    pub(super) fn next(&self, deadline: Deadline) -> Option<usize> {
        let mut done = self.mailbox.0.lock();
        loop {
            if let Some(number) = done.pop_front() {
                return Some(number);
            }
            let place = done.join();
            drop(done);
            let woken = place.look_and_sleep(deadline);
            done = self.mailbox.0.lock();
            if !woken && done.leave(&place) {
                return done.pop_front();
            }
        }
    }
}

impl<T> Drop for Gathering<T> {
    fn drop(&mut self) {
        self.unsubscribe();
    }
}
