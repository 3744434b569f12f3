//! Two mutexes and two buffers: for FIFO, where the next item does not depend on what is put after it.
//!
//! Items are put into the inbox and got from the outbox. Who finds the outbox empty swaps the two, under both
//! mutexes: so those who put and those who get meet once a batch, and otherwise work side by side, each
//! on cache lines of their own.
//!
//! - **Room.** The inbox knows how many more it may take, no matter what is got meanwhile: at least so many
//!   are free. When that is used up, who puts counts anew, under the inbox's mutex alone: meanwhile the outbox
//!   can only become emptier. So a bound costs nothing until it is met, and is never exceeded.
//! - **Who waits for an item** is in the inbox's line, entered under both mutexes while both buffers were empty:
//!   who puts the next one sees it under the mutex that it holds anyway.
//! - **Who waits for room** is in the outbox's line, entered under both mutexes while there was none: who gets
//!   the next item sees it in the same way, and calls one. That one calls the next, if it finds room for
//!   two: who drains a full queue makes one wake-up, not one for each item.
//!
//! The outbox's mutex is taken before the inbox's.

mod buffers;

use super::{Drained, Engine, State, Wait, everybody};
use crate::queue::error::{GetError, PutError};
use crate::queue::tally::Tally;
use crate::sync::atomic::AtomicUsize;
use crate::sync::atomic::Ordering::{Acquire, Release};
use crate::wait_queue::{WaitQueue, WaitQueueGuard, Waiter, Wakeup};
use buffers::{Inbox, Outbox};
use std::collections::VecDeque;

pub struct Swapping<T> {
    front: Front<T>,
    back: Back<T>,
    tally: Tally,
    drained: Drained,
}

/// What those who put touch; on a cache line of its own.
#[repr(align(128))]
struct Front<T>(WaitQueue<Inbox<T>>);

/// What those who get touch; on a cache line of its own.
#[repr(align(128))]
struct Back<T> {
    outbox: WaitQueue<Outbox<T>>,
    /// How many items are in the outbox. Grows under both mutexes only, so whoever holds either one knows that
    /// there are no more than that, and whoever finds 0 knows that it is so.
    left: AtomicUsize,
}

impl<T> Swapping<T> {
    pub(in crate::queue) const fn new(maxsize: usize) -> Self {
        Self {
            front: Front(WaitQueue::new(Inbox::new(maxsize))),
            back: Back {
                outbox: WaitQueue::new(Outbox::new()),
                left: AtomicUsize::new(0),
            },
            tally: Tally::new(),
            drained: Drained::new(),
        }
    }

    /// Both, in the order in which they must be taken.
    fn lock_both(&self) -> (WaitQueueGuard<'_, Outbox<T>>, WaitQueueGuard<'_, Inbox<T>>) {
        let outbox = self.back.outbox.lock();
        (outbox, self.front.0.lock())
    }

    /// Puts an item for which there is room.
    #[inline]
    fn admit(&self, mut inbox: WaitQueueGuard<'_, Inbox<T>>, item: T) {
        self.tally.count_in();
        inbox.room -= 1;
        inbox.items.push_back(item);
        let call = next_getter(&mut inbox);
        drop(inbox);
        drop(call);
        self.tally.count_in_late();
    }

    /// Puts the item if there is room once that is counted anew, or has `wait` look.
    fn put_or_look(&self, item: T, wait: &mut Wait) -> Result<(), PutError<T>> {
        let seen = self.drained.times();
        let mut inbox = self.front.0.lock();
        if inbox.is_shutdown {
            return Err(PutError::ShutDown(item));
        }
        let in_outbox = fault!(OutboxNotCounted, 0, else self.back.left.load(Acquire));
        inbox.grant_room(in_outbox);
        if inbox.room > 0 {
            self.admit(inbox, item);
            return Ok(());
        }
        wait.look(seen);
        Err(PutError::Full(item))
    }

    /// Takes the oldest item of the outbox, if it has any, and makes room for a putter.
    #[inline]
    fn take(&self, mut outbox: WaitQueueGuard<'_, Outbox<T>>) -> Option<T> {
        let item = outbox.items.pop_front()?;
        let left = outbox.items.len();
        if outbox.is_drained() {
            self.drained.count();
        }
        // Release: pairs with the Acquire of who goes on from here by way of the inbox.
        self.back.left.store(left, Release);
        let call = next_putter(&mut outbox);
        drop(outbox);
        drop(call);
        Some(item)
    }

    /// Takes the only item there is out of the inbox: to swap for one would cost another mutex.
    #[inline]
    fn take_the_only_one(&self) -> Option<T> {
        let mut inbox = self.front.0.lock();
        // Looked at again, now under the mutex.
        let is_next = self.back.left.load(Acquire) == 0 || fault!(Overtaken);
        if !is_next || inbox.items.len() != 1 || inbox.has_putters {
            return None;
        }
        let item = inbox.items.pop_front();
        self.drained.count();
        inbox.grant_room(0);
        item
    }

    /// Has all that is in the inbox lie in the outbox, where there is nothing.
    fn swap(&self, outbox: &mut Outbox<T>, inbox: &mut Inbox<T>) {
        outbox.swap(inbox);
        self.back.left.store(outbox.items.len(), Release);
    }
}

/// Whoever waited longest for an item, if anybody does.
#[inline]
fn next_getter<T>(inbox: &mut WaitQueueGuard<'_, Inbox<T>>) -> Option<Wakeup> {
    if inbox.len() == 0 || fault!(ItemNotNotified) {
        return None;
    }
    inbox.pop_front()
}

/// Whoever waited longest for room, if anybody does and nobody is on the way.
#[inline]
fn next_putter<T>(outbox: &mut WaitQueueGuard<'_, Outbox<T>>) -> Option<Wakeup> {
    if outbox.len() == 0 || outbox.has_called || fault!(RoomNotNotified) {
        return None;
    }
    outbox.has_called = true;
    outbox.pop_front()
}

impl<T> Engine<T> for Swapping<T> {
    #[inline]
    fn put_at_once(&self, item: T) -> Result<(), T> {
        let inbox = self.front.0.lock();
        if inbox.room == 0 {
            return Err(item);
        }
        self.admit(inbox, item);
        Ok(())
    }

    fn put_or_join(&self, item: T, wait: &mut Wait) -> Result<(), PutError<T>> {
        if wait.looks_first() {
            return self.put_or_look(item, wait);
        }
        let (mut outbox, mut inbox) = self.lock_both();
        if inbox.is_shutdown {
            return Err(PutError::ShutDown(item));
        }
        let was_called = wait.comes_from_line();
        if was_called {
            outbox.has_called = false;
        }
        inbox.grant_room(outbox.items.len());
        if inbox.room > 0 {
            let passes_on = was_called && inbox.room > 1 && !fault!(NotPassedOn);
            let call = passes_on.then(|| next_putter(&mut outbox));
            drop(outbox);
            self.admit(inbox, item);
            drop(call);
            return Ok(());
        }
        wait.join(&mut outbox, self.drained.times());
        inbox.has_putters = outbox.len() > 0;
        Err(PutError::Full(item))
    }

    #[inline]
    fn get_at_once(&self) -> Option<T> {
        if self.back.left.load(Acquire) == 0 {
            self.take_the_only_one()
        } else {
            self.take(self.back.outbox.lock())
        }
    }

    fn get_or_join(&self, wait: &mut Wait) -> Result<T, GetError> {
        let (mut outbox, mut inbox) = self.lock_both();
        inbox.has_putters = outbox.len() > 0;
        if outbox.items.is_empty() {
            self.swap(&mut outbox, &mut inbox);
        }
        if outbox.items.is_empty() {
            if inbox.is_shutdown {
                return Err(GetError::ShutDown);
            }
            wait.join(&mut inbox, self.tally.put());
            return Err(GetError::Empty);
        }
        drop(inbox);
        self.take(outbox).ok_or(GetError::Empty)
    }

    fn sees_room(&self, seen: u64) -> bool {
        self.drained.times() != seen
    }

    fn cancel_putter(&self, waiter: &Waiter) -> Option<()> {
        self.back.outbox.lock().cancel(waiter).map(drop)
    }

    fn cancel_getter(&self, waiter: &Waiter) -> Option<()> {
        self.front.0.lock().cancel(waiter).map(drop)
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }

    fn state(&self) -> State {
        let (outbox, inbox) = self.lock_both();
        State {
            maxsize: inbox.maxsize,
            qsize: outbox.items.len() + inbox.items.len(),
            is_shutdown: inbox.is_shutdown,
            waiting: outbox.len() + inbox.len(),
        }
    }

    fn set_maxsize(&self, maxsize: usize) {
        let (mut outbox, mut inbox) = self.lock_both();
        inbox.maxsize = maxsize;
        inbox.grant_room(outbox.items.len());
        drop(inbox);
        let calls = outbox.drain();
        drop(outbox);
        drop(calls);
    }

    fn shutdown(&self, drains: bool) -> Vec<T> {
        let (mut outbox, mut inbox) = self.lock_both();
        inbox.is_shutdown = true;
        inbox.room = 0;
        let mut items = VecDeque::new();
        if drains {
            items.append(&mut outbox.items);
            self.back.left.store(0, Release);
            items.append(&mut inbox.items);
        }
        let calls = everybody(&mut inbox, &mut outbox);
        drop((outbox, inbox));
        drop(calls);
        self.tally.finish(items.len() as u64);
        items.into()
    }
}
