//! Hearing of several futures at once.

use super::future::{Future, Subscriber};
use crate::sync::{Arc, Deadline};
use crate::threading::Line;
use std::collections::{HashSet, VecDeque};

/// Futures, each once, and the order in which they are done.
pub(super) struct Gathering<T> {
    pub(super) futures: Vec<Option<Future<T>>>,
    /// The numbers of those that are done and are to be told next: at first of those that were done
    /// already, then what was found in the mailbox.
    ready: VecDeque<usize>,
    mailbox: Arc<Mailbox>,
    /// The mailbox, as the futures know it.
    subscriber: Arc<dyn Subscriber>,
}

/// The numbers of those that are done and have not been taken, and who waits for the next.
struct Mailbox(Line<VecDeque<usize>>);

impl Mailbox {
    /// Swaps what is in there for nothing; there is nothing when the deadline came first.
    fn empty_into(&self, nothing: &mut VecDeque<usize>, deadline: Deadline) {
        let mut done = self.0.lock();
        while done.is_empty() {
            let place = done.join();
            drop(done);
            let woken = place.look_and_sleep(deadline);
            done = self.0.lock();
            if !woken && done.leave(&place) {
                break;
            }
        }
        std::mem::swap(&mut *done, nothing);
    }
}

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
        let mut once: Vec<_> = futures.into_iter().collect();
        let mut seen = HashSet::with_capacity(once.len());
        once.retain(|future| seen.insert(future.address()));
        drop(seen);
        let mailbox = Arc::new(Mailbox(Line::default()));
        let subscriber: Arc<dyn Subscriber> = Arc::clone(&mailbox) as _;
        let numbered = once.iter().enumerate();
        let is_done =
            |(number, future): &(usize, &Future<T>)| !future.core().subscribe(&subscriber, *number);
        Self {
            ready: numbered.filter(is_done).map(|(number, _)| number).collect(),
            futures: once.into_iter().map(Some).collect(),
            mailbox,
            subscriber,
        }
    }

    /// The futures back, in the order given: those that are done, and the others, of which it is not
    /// told any more.
    pub(super) fn part(mut self) -> (Vec<Future<T>>, Vec<Future<T>>) {
        let futures = std::mem::take(&mut self.futures);
        let mut done: Vec<_> = futures.into_iter().flatten().collect();
        let not_done: Vec<_> = done.extract_if(.., |future| !future.done()).collect();
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
    pub(super) fn next(&mut self, deadline: Deadline) -> Option<usize> {
        self.ready.pop_front().or_else(|| {
            self.mailbox.empty_into(&mut self.ready, deadline);
            self.ready.pop_front()
        })
    }
}

impl<T> Drop for Gathering<T> {
    fn drop(&mut self) {
        self.unsubscribe_from(self.futures.iter().flatten());
    }
}
