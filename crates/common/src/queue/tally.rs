//! The count of unfinished tasks, and those who wait until there are none.

use crate::sync::atomic::AtomicU64;
use crate::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use crate::sync::{Backoff, Deadline};
use crate::threading::ValueError;
use crate::wait_queue::{Parked, WaitQueue, Waiter};
use std::time::Duration;

/// Somebody may be in the line of the joiners: who finishes a task is to look whether it was the last.
const JOINED: u64 = 1;
/// One task, beside that bit.
const ONE: u64 = 2;

/// How many were put and how many are done: two counts, so that those who put and those who work do not
/// write to the same place.
#[derive(Debug)]
pub struct Tally {
    put: Put,
    done: Done,
}

/// What those who put write; on a cache line of its own.
#[derive(Debug)]
#[repr(align(128))]
struct Put {
    /// Items ever put. Changes under the mutex that the item is put under, before it can be got.
    count: AtomicU64,
}

/// What those who work write; on cache lines of its own.
#[derive(Debug)]
#[repr(align(128))]
struct Done {
    /// Tasks ever done, in steps of `ONE`, and `JOINED`. Never more than were put. The bit is set and
    /// cleared under the joiners' mutex.
    word: AtomicU64,
    /// So many were put for certain: who finishes a task need not look at the other count for that.
    known: AtomicU64,
    joiners: WaitQueue,
}

impl Tally {
    pub(super) const fn new() -> Self {
        Self {
            put: Put {
                count: AtomicU64::new(0),
            },
            done: Done {
                word: AtomicU64::new(0),
                known: AtomicU64::new(0),
                joiners: WaitQueue::new(()),
            },
        }
    }

    /// One more is put. Called under the mutex that it is put under.
    #[inline]
    pub(super) fn count_in(&self) {
        if !fault!(CountedTooLate) {
            self.add_one();
        }
    }

    /// The same, after the mutex: a fault that is there to be found.
    #[inline]
    pub(super) fn count_in_late(&self) {
        if fault!(CountedTooLate) {
            self.add_one();
        }
    }

    #[inline]
    fn add_one(&self) {
        let count = self.put.count.load(Relaxed) + 1;
        // Release: pairs with the Acquire of `put`, for those who do not come by way of the mutex.
        self.put.count.store(count, Release);
    }

    /// How many were ever put.
    #[inline]
    pub(super) fn put(&self) -> u64 {
        self.put.count.load(Acquire)
    }

    pub(super) fn unfinished(&self) -> u64 {
        // First those done: more may have been put meanwhile, but never fewer than were done.
        let done = self.done.word.load(Acquire) / ONE;
        self.put() - done
    }

    /// One task is done.
    #[inline]
    pub(super) fn task_done(&self) -> Result<(), ValueError> {
        if self.finish(1) == 1 {
            Ok(())
        } else {
            Err(ValueError::TaskDoneTooOften)
        }
    }

    /// So many are done, or as many as there are; says how many.
    #[inline]
    pub(super) fn finish(&self, most: u64) -> u64 {
        let mut word = self.done.word.load(Relaxed);
        loop {
            let count = most.min(self.left(word / ONE, most));
            if count == 0 {
                return 0;
            }
            // AcqRel: what was done for any of the tasks is seen by who finishes the last, and by who joins.
            let order = fault!(WeakTaskDone, Relaxed, else AcqRel);
            let done = word + count * ONE;
            match self
                .done
                .word
                .compare_exchange_weak(word, done, order, Relaxed)
            {
                Ok(_) => {
                    if word & JOINED != 0 {
                        self.call_joiners();
                    }
                    return count;
                }
                Err(now) => word = now,
            }
        }
    }

    /// How many are certainly unfinished when so many are done: `most` of them will do.
    #[inline]
    fn left(&self, done: u64, most: u64) -> u64 {
        // Acquire: pairs with the Release below; who knows of a put from here sees it in the count too.
        let known = self.done.known.load(Acquire);
        if known >= done + most {
            return known - done;
        }
        let put = self.put();
        self.done.known.store(put, Release);
        put.saturating_sub(done)
    }

    /// Wakes those who wait for the last one, if that was it.
    #[cold]
    fn call_joiners(&self) {
        if self.unfinished() > 0 {
            return;
        }
        let mut joiners = self.done.joiners.lock();
        // Again, under the mutex: one that has joined the line since then may wait for something new.
        if self.unfinished() > 0 || fault!(LastTaskNotNotified) {
            return;
        }
        self.done.word.fetch_and(!JOINED, Relaxed);
        let calls = joiners.drain();
        drop(joiners);
        drop(calls);
    }

    /// Waits until all that was put is done: false when the time was up first.
    pub(super) fn join(&self, timeout: Option<Duration>) -> bool {
        let deadline = Deadline::within(timeout);
        let is_done = || self.unfinished() == 0;
        if is_done() || timeout != Some(Duration::ZERO) && Backoff::Yield.until(is_done) {
            return true;
        }
        let waiter = {
            let mut joiners = self.done.joiners.lock();
            // In this order: who finishes the last task after the bit was set finds it.
            self.done.word.fetch_or(JOINED, AcqRel);
            if self.unfinished() == 0 {
                return true;
            }
            if deadline.has_passed() {
                return false;
            }
            joiners.enqueue()
        };
        let cancel = |waiter: &Waiter| self.done.joiners.lock().cancel(waiter);
        matches!(
            waiter.park(cancel, deadline, Backoff::None),
            Parked::Notified(_)
        )
    }

    pub(super) fn joining(&self) -> usize {
        self.done.joiners.len()
    }
}
