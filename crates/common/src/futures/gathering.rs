//! Hearing of several futures at once.

mod mailbox;
mod once;

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests;

use super::future::{Future, Subscriber};
use crate::sync::{Arc, Deadline};
use mailbox::Mailbox;
use std::collections::VecDeque;
use std::iter::Enumerate;
use std::vec;

/// Futures, each once, and the order in which they are done.
pub(super) struct Gathering<T> {
    pub(super) futures: Vec<Option<Future<T>>>,
    /// Which of them were done already: they are told first.
    were_done: Enumerate<vec::IntoIter<bool>>,
    /// The numbers that were found in the mailbox and are to be told next.
    found: VecDeque<usize>,
    /// How many have not been told yet.
    pub(super) untold: usize,
    mailbox: Arc<Mailbox>,
    /// The mailbox, as the futures know it.
    subscriber: Arc<dyn Subscriber>,
}

impl<T> Gathering<T> {
    /// Those that are done already come first, in the order given.
    pub(super) fn of(futures: impl IntoIterator<Item = Future<T>>) -> Self {
        let futures = once::each(futures);
        let mailbox = Arc::new(Mailbox::default());
        let subscriber: Arc<dyn Subscriber> = Arc::clone(&mailbox) as _;
        let is_done =
            |(number, future): (usize, &Future<T>)| !future.core().subscribe(&subscriber, number);
        let were_done: Vec<_> = futures.iter().enumerate().map(is_done).collect();
        Self {
            untold: futures.len(),
            futures: futures.into_iter().map(Some).collect(),
            were_done: were_done.into_iter().enumerate(),
            found: VecDeque::new(),
            mailbox,
            subscriber,
        }
    }

    /// The futures back, in the order given: those that are done, and the others, of which it is not
    /// told any more.
    pub(super) fn part(mut self) -> (Vec<Future<T>>, Vec<Future<T>>) {
        let futures = std::mem::take(&mut self.futures);
        let futures = futures.into_iter().flatten();
        if self.untold == 0 {
            return (futures.collect(), Vec::new());
        }
        let (done, not_done): (Vec<_>, Vec<_>) = futures.partition(Future::done);
        self.unsubscribe_from(&not_done);
        (done, not_done)
    }

    fn unsubscribe_from<'a>(&self, futures: impl IntoIterator<Item = &'a Future<T>>)
    where
        T: 'a,
    {
        for future in futures {
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
    ///
    /// When there is none yet it returns once `wanted` more are done, so that whoever can do nothing
    /// before that is woken once, and not for each.
    pub(super) fn next(&mut self, wanted: usize, deadline: Deadline) -> Option<usize> {
        let next = self.next_at_hand().or_else(|| {
            self.mailbox.empty_into(&mut self.found, wanted, deadline);
            self.found.pop_front()
        });
        self.untold -= usize::from(next.is_some());
        next
    }

    fn next_at_hand(&mut self) -> Option<usize> {
        let was_done = |(number, was_done): (usize, bool)| was_done.then_some(number);
        let first = self.were_done.find_map(was_done);
        first.or_else(|| self.found.pop_front())
    }
}

impl<T> Drop for Gathering<T> {
    fn drop(&mut self) {
        self.unsubscribe_from(self.futures.iter().flatten());
    }
}
