//! Two mutexes and two buffers.
//!
//! Producers put into the inbox. For FIFO, where the next item does not depend on what is put after it, consumers get
//! from the outbox: a consumer that finds it empty swaps the two, under both mutexes. So producers and consumers
//! contend once a batch, and otherwise run in parallel, on separate cache lines. For the other kinds, consumers get
//! from the inbox, and the outbox holds an item only within one operation. The outbox's mutex is locked before the
//! inbox's.
//!
//! - **Room.** `room` is a lower bound of the free places, because consumers only free more. A producer that has used
//!   it up counts again, under the inbox's mutex alone: the outbox can only become emptier. So a bound costs nothing
//!   until it is reached, and is never exceeded.
//! - **Waiters for an item** are in the inbox's wait queue, enqueued under both mutexes while no item was left: a
//!   producer sees them under the mutex that it holds anyway.
//! - **Waiters for room** are in the outbox's wait queue, enqueued under both mutexes while there was no room: a
//!   consumer sees them in the same way, and notifies one. That one notifies the next if it finds room for two: so
//!   draining a full queue takes one wake-up, not one for each item.
//! - **A reserved item** stays in the inbox: for FIFO it is one of the youngest. **A reserved place** counts as
//!   occupied. So neither costs the fast path anything.

#![allow(
    clippy::inline_always,
    reason = "each has a caller in the fast path and one in the slow path"
)]

use super::error::{GetError, PutError};
use super::kinds::Kind;
use super::task::TaskCounter;
use super::wait::{Wait, notify_front};
use crate::sync::CachePadded;
use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::atomic::{AtomicU64, AtomicUsize};
use crate::wait_queue::{WaitQueue, WaitQueueGuard, Waiter, Wakeup};
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::{iter, mem};

/// A FIFO buffer with a larger capacity is freed when it is mostly unused.
const KEPT_CAPACITY: usize = 256;

/// The items of a queue of the kind `S`, and the threads that wait.
///
/// Invariant, while both mutexes are held: `outbox.items.len() + outbox.reserved + inbox.items.len() + inbox.room` is at
/// most `maxsize`, unless that is 0 or was lowered.
pub(super) struct TwoLock<T, S> {
    /// Padded to its own cache lines, because all other fields are padded.
    inbox: WaitQueue<Inbox<T>>,
    consumers: CachePadded<Consumers<T>>,
    pub(super) tasks: TaskCounter,
    /// Changes when half of the items of a full queue have been taken, or all: so rarely that a producer that polls it
    /// disturbs no other thread.
    room_version: CachePadded<AtomicU64>,
    kind: PhantomData<fn(S)>,
}

/// What consumers write.
struct Consumers<T> {
    outbox: WaitQueue<Outbox<T>>,
    /// The outbox's items and reserved places. Changes under the outbox's mutex, grows under both mutexes only: under
    /// the inbox's it is an upper bound, and 0 is exact.
    occupied: AtomicUsize,
}

/// What the producers' mutex protects.
struct Inbox<T> {
    /// Younger than all in the outbox.
    items: Vec<T>,
    /// The number of items that may be put without counting again. 0 after the shutdown.
    room: usize,
    /// 0 when the queue is unbounded.
    maxsize: usize,
    is_shutdown: bool,
    /// False only if the outbox's wait queue is empty. Set under both mutexes.
    has_putters: bool,
    /// The number of items that are left to starving getters, which were notified.
    ///
    /// Invariant: `reserved <= items.len()`.
    reserved: usize,
}

/// What the consumers' mutex protects.
struct Outbox<T> {
    items: VecDeque<T>,
    /// A notified putter is on its way. It notifies the next one, so that a consumer need not.
    has_notified: bool,
    /// Half of the number of items that were moved in last.
    half: usize,
    /// The number of places that are left to starving putters, which were notified.
    reserved: usize,
}

/// A queue's state at one moment.
pub(super) struct State {
    pub(super) maxsize: usize,
    pub(super) qsize: usize,
    pub(super) is_shutdown: bool,
    /// The threads that are blocked in put or get.
    pub(super) waiting: usize,
}

impl<T> Inbox<T> {
    /// Counts the room again.
    fn count_room(&mut self, occupied: usize) {
        self.room = match self.maxsize {
            _ if self.is_shutdown => 0,
            0 => usize::MAX,
            maxsize => maxsize.saturating_sub(occupied + self.items.len()),
        };
    }

    /// The number of items that are not reserved.
    fn available(&self) -> usize {
        self.items.len() - self.reserved
    }

    /// Why no item is put.
    fn refusal(&self, item: T) -> PutError<T> {
        if self.is_shutdown {
            return PutError::ShutDown(item);
        }
        PutError::Full(item)
    }
}

impl<T, S> TwoLock<T, S> {
    pub(super) const fn new(maxsize: usize) -> Self {
        Self {
            inbox: WaitQueue::new(Inbox {
                items: Vec::new(),
                room: 0,
                maxsize,
                is_shutdown: false,
                has_putters: false,
                reserved: 0,
            }),
            consumers: CachePadded::new(Consumers {
                outbox: WaitQueue::new(Outbox {
                    items: VecDeque::new(),
                    has_notified: false,
                    half: 0,
                    reserved: 0,
                }),
                occupied: AtomicUsize::new(0),
            }),
            tasks: TaskCounter::new(),
            room_version: CachePadded::new(AtomicU64::new(0)),
            kind: PhantomData,
        }
    }
}

impl<T, S: Kind<T>> TwoLock<T, S> {
    fn lock_both(&self) -> (WaitQueueGuard<'_, Outbox<T>>, WaitQueueGuard<'_, Inbox<T>>) {
        let outbox = self.consumers.outbox.lock();
        (outbox, self.inbox.lock())
    }

    /// Stores how much of the room the outbox occupies, and returns it.
    fn store_occupied(&self, outbox: &Outbox<T>) -> usize {
        let occupied = outbox.items.len() + outbox.reserved;
        // Release: pairs with the Acquire of a thread that holds the inbox's mutex only.
        self.consumers.occupied.store(occupied, Release);
        occupied
    }

    /// Tells producers that poll when all items are taken, or half of them. Called under the mutex of the buffer: so two
    /// threads may overwrite each other's change. A producer that misses it enqueues, and checks under both mutexes.
    #[inline]
    fn count_taken(&self, left: usize, half: usize) {
        if left == 0 || left == half {
            let next = self.room_version() + 1;
            self.room_version.store(next, Relaxed);
        }
    }

    /// A version for putters that poll.
    pub(super) fn room_version(&self) -> u64 {
        self.room_version.load(Relaxed)
    }

    /// Puts the item, under the inbox's mutex alone. Does not block.
    #[inline]
    pub(super) fn try_put(&self, item: T) -> Result<(), PutError<T>> {
        let mut inbox = self.inbox.lock();
        if inbox.room == 0 && !self.finds_room(&mut inbox) {
            return Err(inbox.refusal(item));
        }
        self.admit(inbox, item);
        Ok(())
    }

    #[cold]
    fn finds_room(&self, inbox: &mut Inbox<T>) -> bool {
        let occupied = fault!(OutboxNotCounted, 0, else self.consumers.occupied.load(Acquire));
        inbox.count_room(occupied);
        inbox.room > 0
    }

    /// Puts an item for which there is room.
    #[inline(always)]
    fn admit(&self, inbox: WaitQueueGuard<'_, Inbox<T>>, item: T) {
        // Dropped in reverse order, also when `cmp` panics: the mutex is released before the wake-up.
        let wakeup;
        let mut inbox = inbox;
        fault!(CountedTooLate, (), else self.tasks.add());
        wakeup = notify_getter(&mut inbox);
        inbox.room -= 1;
        S::push(&mut inbox.items, item);
        drop(inbox);
        drop(wakeup);
        if fault!(CountedTooLate) {
            self.tasks.add();
        }
    }

    /// One attempt of a call that blocks.
    pub(super) fn put(&self, item: T, wait: &mut Wait) -> Result<(), PutError<T>> {
        if wait.only_tries() {
            return self.try_put(item);
        }
        let (mut outbox, mut inbox) = self.lock_both();
        if inbox.is_shutdown {
            return Err(inbox.refusal(item));
        }
        outbox.has_notified &= !wait.is_notified();
        outbox.reserved -= wait.reserved();
        inbox.count_room(self.store_occupied(&outbox));
        if inbox.room == 0 {
            wait.enqueue(&mut outbox);
            inbox.has_putters = true;
            return Err(inbox.refusal(item));
        }
        let passes_on = wait.is_notified() && inbox.room > 1 && !fault!(NotPassedOn);
        let wakeup = passes_on.then(|| notify_putter(&mut outbox));
        inbox.count_room(self.store_occupied(&outbox));
        drop(outbox);
        self.admit(inbox, item);
        drop(wakeup);
        Ok(())
    }

    /// Removes and returns the next item if that needs one mutex only. Does not block.
    #[inline]
    pub(super) fn try_get(&self) -> Option<T> {
        if self.consumers.occupied.load(Acquire) == 0 {
            return self.take_in_place();
        }
        let mut outbox = self.consumers.outbox.lock();
        let item = outbox.items.pop_front()?;
        self.vacate(outbox);
        Some(item)
    }

    /// Takes the next item out of the inbox. For FIFO it must be the only one, and saves the swap.
    #[inline]
    fn take_in_place(&self) -> Option<T> {
        let mut inbox = self.inbox.lock();
        // Checked again, now under the mutex.
        let is_next = self.consumers.occupied.load(Acquire) == 0 || fault!(Overtaken);
        let is_last = inbox.items.len() == 1 || !S::IS_FIFO;
        if !is_next || !is_last || inbox.has_putters || inbox.available() == 0 {
            return None;
        }
        let item = S::pop(&mut inbox.items);
        self.count_taken(inbox.items.len(), inbox.maxsize / 2);
        item
    }

    /// An item of the outbox was taken: its place is free.
    #[inline(always)]
    fn vacate(&self, mut outbox: WaitQueueGuard<'_, Outbox<T>>) {
        self.count_taken(outbox.items.len(), outbox.half);
        let wakeup = notify_putter(&mut outbox);
        self.store_occupied(&outbox);
        drop(outbox);
        drop(wakeup);
    }

    /// Removes and returns the next item, or enqueues the thread of a call that blocks, under both mutexes.
    #[cold]
    pub(super) fn get(&self, wait: &mut Wait) -> Result<T, GetError> {
        if wait.only_tries() {
            if let Some(item) = self.try_get() {
                return Ok(item);
            }
        }
        let (mut outbox, mut inbox) = self.lock_both();
        inbox.has_putters = outbox.waiting() > 0;
        inbox.reserved = inbox.reserved.saturating_sub(wait.reserved());
        if outbox.items.is_empty() {
            let refill = AssertUnwindSafe(|| self.refill(&mut outbox, &mut inbox));
            if let Err(panic) = catch_unwind(refill) {
                // The item that this thread may have been notified of is still there.
                let wakeup = fault!(NotPassedOn, None, else notify_getter(&mut inbox));
                drop((outbox, inbox));
                drop(wakeup);
                resume_unwind(panic);
            }
        }
        if let Some(item) = outbox.items.pop_front() {
            drop(inbox);
            self.vacate(outbox);
            return Ok(item);
        }
        if inbox.is_shutdown {
            return Err(GetError::ShutDown);
        }
        if !wait.only_tries() {
            wait.enqueue(&mut inbox);
        }
        Err(GetError::Empty)
    }

    /// Moves the items that are not reserved from the inbox to the empty outbox; if the kind is not FIFO, only the next.
    fn refill(&self, outbox: &mut Outbox<T>, inbox: &mut Inbox<T>) {
        let available = inbox.available();
        if S::IS_FIFO {
            let mut emptied = Vec::from(mem::take(&mut outbox.items));
            if emptied.capacity() > KEPT_CAPACITY.max(16 * available) {
                // The memory of an earlier backlog.
                emptied = Vec::new();
            }
            emptied.extend(inbox.items.drain(available..));
            outbox.items = mem::replace(&mut inbox.items, emptied).into();
        } else if available > 0 {
            outbox.items.extend(S::pop(&mut inbox.items));
        }
        outbox.half = outbox.items.len() / 2;
        inbox.count_room(self.store_occupied(outbox));
    }

    /// Cancels a waiter for room whose timeout has expired; `None` when it was notified before.
    pub(super) fn cancel_put(&self, waiter: &Waiter) -> Option<()> {
        self.consumers.outbox.lock().cancel(waiter).map(drop)
    }

    /// Cancels a waiter for an item whose timeout has expired; `None` when it was notified before.
    pub(super) fn cancel_get(&self, waiter: &Waiter) -> Option<()> {
        self.inbox.lock().cancel(waiter).map(drop)
    }

    pub(super) fn state(&self) -> State {
        let (outbox, inbox) = self.lock_both();
        State {
            maxsize: inbox.maxsize,
            qsize: outbox.items.len() + inbox.items.len(),
            is_shutdown: inbox.is_shutdown,
            waiting: outbox.waiting() + inbox.waiting(),
        }
    }

    pub(super) fn set_maxsize(&self, maxsize: usize) {
        let (mut outbox, mut inbox) = self.lock_both();
        inbox.maxsize = maxsize;
        inbox.count_room(self.store_occupied(&outbox));
        let wakeups = fault!(RoomNotNotified, <_>::default(), else outbox.drain());
        drop((outbox, inbox));
        drop(wakeups);
    }

    /// Refuses items from now on and notifies all waiters. With `drain`, it removes the items, which count as done, and
    /// returns them in the order of get. When `cmp` panics, the items that are left follow unsorted.
    pub(super) fn shutdown(&self, drain: bool) -> Vec<T> {
        let (mut outbox, mut inbox) = self.lock_both();
        inbox.is_shutdown = true;
        inbox.room = 0;
        (inbox.reserved, outbox.reserved) = (0, 0);
        let (mut ordered, mut items) = (Vec::new(), Vec::new());
        if drain {
            ordered.extend(outbox.items.drain(..));
            if S::IS_FIFO { &mut ordered } else { &mut items }.append(&mut inbox.items);
        }
        self.store_occupied(&outbox);
        let wakeups =
            fault!(ShutdownNotNotified, <_>::default(), else (inbox.drain(), outbox.drain()));
        drop((outbox, inbox));
        drop(wakeups);
        let removed = ordered.len() + items.len();
        self.tasks.finish(fault!(RemovedNotDone, 0, else removed));
        // By `pop` and not by `sort`, which panics when `cmp` contradicts itself.
        let popped = iter::from_fn(|| S::pop(&mut items));
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| ordered.extend(popped))) {
            mem::forget(panic); // dropping it may panic too
        }
        ordered.extend(items);
        ordered
    }
}

/// Notifies the oldest getter, if there is one.
#[inline]
fn notify_getter<T>(inbox: &mut WaitQueueGuard<'_, Inbox<T>>) -> Option<Wakeup> {
    fault!(ItemNotNotified, None, else notify_front(inbox, |inbox| inbox.reserved += 1))
}

/// Notifies the oldest putter, if there is one and none is on its way.
#[inline]
fn notify_putter<T>(outbox: &mut WaitQueueGuard<'_, Outbox<T>>) -> Option<Wakeup> {
    if outbox.has_notified || fault!(RoomNotNotified) {
        return None;
    }
    let wakeup = notify_front(outbox, |outbox| outbox.reserved += 1);
    outbox.has_notified = wakeup.is_some();
    wakeup
}
