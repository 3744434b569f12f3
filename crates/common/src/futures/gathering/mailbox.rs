//! Where futures leave word that they are done.

use crate::futures::future::Subscriber;
use crate::sync::{Backoff, Deadline};
use crate::wait_queue::{Parked, WaitQueue, Waiter};
use std::collections::VecDeque;

/// The numbers of those that are done and have not been taken, and who waits for them.
#[derive(Default)]
pub(super) struct Mailbox(WaitQueue<Letters>);

#[derive(Default)]
struct Letters {
    done: VecDeque<usize>,
    /// Who waits is woken when there are so many.
    wanted: usize,
}

impl Mailbox {
    /// Swaps what is in there for `found`, which is empty, once there is as much as is wanted; when the
    /// deadline comes first, there may be less, or nothing.
    pub(super) fn empty_into(
        &self,
        found: &mut VecDeque<usize>,
        wanted: usize,
        deadline: Deadline,
    ) {
        let mut letters = self.0.lock();
        letters.wanted = wanted;
        while letters.done.len() < wanted {
            let waiter = letters.enqueue();
            drop(letters);
            let cancel = |waiter: &Waiter| self.0.lock().cancel(waiter);
            letters = match waiter.park(cancel, deadline, Backoff::Yield) {
                Parked::Notified(_) => self.0.lock(),
                Parked::TimedOut(timed_out) => {
                    letters = timed_out;
                    break;
                }
            };
        }
        std::mem::swap(&mut letters.done, found);
    }

    #[cfg(all(test, not(any(shuttle, loom))))]
    pub(super) fn waiting(&self) -> usize {
        self.0.len()
    }
}

impl Subscriber for Mailbox {
    fn completed(&self, number: usize) {
        let mut letters = self.0.lock();
        letters.done.push_back(number);
        let is_enough = letters.done.len() >= letters.wanted && !fault!(LastFutureNotNotified);
        let call = if is_enough { letters.pop_front() } else { None };
        drop(letters);
        drop(call);
    }
}
