//! Two mutexes and two buffers: for FIFO, where the next item does not depend on what is put after it.
//!
//! Producers put into the inbox, consumers get from the outbox. A consumer that finds the outbox empty swaps the
//! two, under both mutexes: producers and consumers contend once a batch, and otherwise run in parallel, on separate
//! cache lines. The outbox's mutex is locked before the inbox's.
//!
//! - **Room.** `room` is a lower bound of the free places, because consumers only free more. A producer that has used
//!   it up counts again, under the inbox's mutex alone: the outbox can only become emptier. So a bound costs nothing
//!   until it is reached, and is never exceeded.
//! - **Waiters for an item** are in the inbox's wait queue, enqueued under both mutexes while no item was left: a
//!   producer sees them under the mutex that it holds anyway.
//! - **Waiters for room** are in the outbox's wait queue, enqueued under both mutexes while there was no room: a
//!   consumer sees them in the same way, and notifies one. That one notifies the next if it finds room for two: so
//!   draining a full queue takes one wake-up, not one for each item.
//! - **A reserved item** is one of the youngest, and a swap leaves it in the inbox. **A reserved place** counts as
//!   occupied. So neither costs the fast path anything.

#![allow(
    clippy::inline_always,
    reason = "the fast path has one caller, but the loop calls it too"
)]

use super::error::{GetError, PutError};
use super::flavor::{Attempt, Flavor, GetStep, PutStep, State, Step, Version, notify_front};
use super::task::TaskCounter;
use crate::sync::CachePadded;
use crate::sync::atomic::AtomicUsize;
use crate::sync::atomic::Ordering::{Acquire, Release};
use crate::wait_queue::{WaitQueue, WaitQueueGuard, Waiter, Wakeup};
use std::collections::VecDeque;
use std::mem;

/// A buffer with a larger capacity is freed when it is mostly unused.
const KEPT_CAPACITY: usize = 256;

/// The flavor of `Queue`.
///
/// Invariant, while both mutexes are held: `outbox.items.len() + outbox.reserved + inbox.items.len() + inbox.room` is at
/// most `maxsize`, unless that is 0 or was lowered.
pub struct TwoLock<T> {
    /// Padded to its own cache lines, because all other fields are padded.
    inbox: WaitQueue<Inbox<T>>,
    consumers: CachePadded<Consumers<T>>,
    tasks: TaskCounter,
    room_version: Version,
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
    items: VecDeque<T>,
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
    /// Half of the number of items that were swapped in last.
    half: usize,
    /// The number of places that are left to starving putters, which were notified.
    reserved: usize,
}

impl<T> Inbox<T> {
    /// Counts the room again.
    #[inline(always)]
    fn count_room(&mut self, occupied: usize) {
        self.room = match self.maxsize {
            _ if self.is_shutdown => 0,
            0 => usize::MAX,
            maxsize => maxsize.saturating_sub(occupied + self.items.len()),
        };
    }
}

impl<T> TwoLock<T> {
    pub(super) const fn new(maxsize: usize) -> Self {
        Self {
            inbox: WaitQueue::new(Inbox {
                items: VecDeque::new(),
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
            room_version: Version::new(),
        }
    }

    fn lock_both(&self) -> (WaitQueueGuard<'_, Outbox<T>>, WaitQueueGuard<'_, Inbox<T>>) {
        let outbox = self.consumers.outbox.lock();
        (outbox, self.inbox.lock())
    }

    /// Puts an item for which there is room.
    #[inline(always)]
    fn admit(&self, mut inbox: WaitQueueGuard<'_, Inbox<T>>, item: T) -> PutStep<T> {
        fault!(CountedTooLate, (), else self.tasks.add());
        inbox.room -= 1;
        inbox.items.push_back(item);
        let wakeup = fault!(ItemNotNotified, None, else notify_front(&mut inbox, |inbox| inbox.reserved += 1));
        drop(inbox);
        drop(wakeup);
        if fault!(CountedTooLate) {
            self.tasks.add();
        }
        Step::Done(Ok(()))
    }

    /// Puts the item if there is room once that is counted again, under the inbox's mutex alone.
    #[cold]
    fn count_and_put(&self, mut inbox: WaitQueueGuard<'_, Inbox<T>>, item: T) -> PutStep<T> {
        let version = self.room_version.get();
        let occupied = fault!(OutboxNotCounted, 0, else self.consumers.occupied.load(Acquire));
        inbox.count_room(occupied);
        if inbox.is_shutdown {
            return Step::Done(Err(PutError::ShutDown(item)));
        }
        if inbox.room == 0 {
            return Step::Retry(version, item);
        }
        self.admit(inbox, item)
    }

    /// Stores how much of the room the outbox occupies, and returns it.
    #[inline(always)]
    fn store_occupied(&self, outbox: &Outbox<T>) -> usize {
        let occupied = outbox.items.len() + outbox.reserved;
        // Release: pairs with the Acquire of a thread that holds the inbox's mutex only.
        self.consumers.occupied.store(occupied, Release);
        occupied
    }

    /// An item of the outbox was taken: its place is free.
    #[inline(always)]
    fn vacate(&self, mut outbox: WaitQueueGuard<'_, Outbox<T>>) {
        let left = outbox.items.len();
        if left == 0 || left == outbox.half {
            self.room_version.change();
        }
        let wakeup = notify_putter(&mut outbox);
        self.store_occupied(&outbox);
        drop(outbox);
        drop(wakeup);
    }

    /// Takes the next item if that needs one mutex only.
    #[inline(always)]
    fn try_get(&self) -> Option<T> {
        if self.consumers.occupied.load(Acquire) == 0 {
            return self.take_the_only_one();
        }
        let mut outbox = self.consumers.outbox.lock();
        let item = outbox.items.pop_front()?;
        self.vacate(outbox);
        Some(item)
    }

    /// Takes the only item of the queue out of the inbox: to swap for one would cost another mutex.
    #[inline(always)]
    fn take_the_only_one(&self) -> Option<T> {
        let mut inbox = self.inbox.lock();
        // Checked again, now under the mutex.
        let is_next = self.consumers.occupied.load(Acquire) == 0 || fault!(Overtaken);
        if !is_next || inbox.items.len() != 1 || inbox.has_putters || inbox.reserved > 0 {
            return None;
        }
        let item = inbox.items.pop_front();
        self.room_version.change();
        inbox.count_room(0);
        item
    }

    /// Takes the next item after a try that found none. That the queue is empty is seen under one mutex.
    #[cold]
    fn get_or_miss(&self) -> GetStep<T> {
        let inbox = self.inbox.lock();
        if self.consumers.occupied.load(Acquire) > 0 || !inbox.items.is_empty() {
            drop(inbox);
            return self.swap_and_get(Attempt::Try);
        }
        if inbox.is_shutdown {
            return Step::Done(Err(GetError::ShutDown));
        }
        Step::Retry(self.tasks.added(), ())
    }

    /// Puts the item, or enqueues the calling thread, under both mutexes.
    #[cold]
    fn put_or_enqueue(&self, item: T, attempt: Attempt) -> PutStep<T> {
        let (mut outbox, mut inbox) = self.lock_both();
        if inbox.is_shutdown {
            return Step::Done(Err(PutError::ShutDown(item)));
        }
        let is_notified = matches!(attempt, Attempt::Notified(..));
        outbox.has_notified &= !is_notified;
        outbox.reserved -= attempt.reserved();
        inbox.count_room(self.store_occupied(&outbox));
        if inbox.room == 0 {
            let step = attempt.fail(&mut outbox, self.room_version.get(), item);
            inbox.has_putters = outbox.len() > 0;
            return step;
        }
        let passes_on = is_notified && inbox.room > 1 && !fault!(NotPassedOn);
        let wakeup = passes_on.then(|| notify_putter(&mut outbox));
        inbox.count_room(self.store_occupied(&outbox));
        drop(outbox);
        let step = self.admit(inbox, item);
        drop(wakeup);
        step
    }

    /// Gets an item, swaps the buffers for one, or fails, under both mutexes.
    #[cold]
    fn swap_and_get(&self, attempt: Attempt) -> GetStep<T> {
        let (mut outbox, mut inbox) = self.lock_both();
        inbox.has_putters = outbox.len() > 0;
        inbox.reserved = inbox.reserved.saturating_sub(attempt.reserved());
        if outbox.items.is_empty() {
            self.swap(&mut outbox, &mut inbox);
        }
        match outbox.items.pop_front() {
            Some(item) => {
                drop(inbox);
                self.vacate(outbox);
                Step::Done(Ok(item))
            }
            None if inbox.is_shutdown => Step::Done(Err(GetError::ShutDown)),
            None => attempt.fail(&mut inbox, self.tasks.added(), ()),
        }
    }

    /// Moves the inbox's items to the empty outbox, except those that are reserved.
    fn swap(&self, outbox: &mut Outbox<T>, inbox: &mut Inbox<T>) {
        mem::swap(&mut outbox.items, &mut inbox.items);
        if inbox.items.capacity() > KEPT_CAPACITY
            && inbox.items.capacity() / 16 > outbox.items.len()
        {
            // The memory of an earlier backlog.
            inbox.items = VecDeque::new();
        }
        if inbox.reserved > 0 {
            inbox.items = outbox.items.split_off(outbox.items.len() - inbox.reserved);
        }
        outbox.half = outbox.items.len() / 2;
        inbox.count_room(self.store_occupied(outbox));
    }
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

impl<T> Flavor<T> for TwoLock<T> {
    #[inline(always)]
    fn put(&self, item: T, attempt: Attempt) -> PutStep<T> {
        if !matches!(attempt, Attempt::Try) {
            return self.put_or_enqueue(item, attempt);
        }
        let inbox = self.inbox.lock();
        if inbox.room == 0 {
            return self.count_and_put(inbox, item);
        }
        self.admit(inbox, item)
    }

    #[inline(always)]
    fn get(&self, attempt: Attempt) -> GetStep<T> {
        if !matches!(attempt, Attempt::Try) {
            return self.swap_and_get(attempt);
        }
        match self.try_get() {
            Some(item) => Step::Done(Ok(item)),
            None => self.get_or_miss(),
        }
    }

    fn room_version(&self) -> u64 {
        self.room_version.get()
    }

    fn cancel_put(&self, waiter: &Waiter) -> Option<()> {
        self.consumers.outbox.lock().cancel(waiter).map(drop)
    }

    fn cancel_get(&self, waiter: &Waiter) -> Option<()> {
        self.inbox.lock().cancel(waiter).map(drop)
    }

    fn tasks(&self) -> &TaskCounter {
        &self.tasks
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
        inbox.count_room(self.store_occupied(&outbox));
        let wakeups = outbox.drain();
        drop((outbox, inbox));
        drop(wakeups);
    }

    fn shutdown(&self, drain: bool) -> Vec<T> {
        let (mut outbox, mut inbox) = self.lock_both();
        inbox.is_shutdown = true;
        inbox.room = 0;
        (inbox.reserved, outbox.reserved) = (0, 0);
        let mut items = VecDeque::new();
        if drain {
            items.append(&mut outbox.items);
            items.append(&mut inbox.items);
        }
        self.store_occupied(&outbox);
        let wakeups =
            fault!(ShutdownNotNotified, <_>::default(), else (inbox.drain(), outbox.drain()));
        drop((outbox, inbox));
        drop(wakeups);
        self.tasks
            .finish(fault!(RemovedNotDone, 0, else items.len()));
        items.into()
    }
}
