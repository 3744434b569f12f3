//! One mutex: for the kinds in which the next item depends on all others, as the newest does and the smallest.

#![allow(
    clippy::inline_always,
    reason = "the fast path has one caller, but the loop calls it too"
)]

use super::error::{GetError, PutError};
use super::flavor::{Attempt, Flavor, GetStep, PutStep, State, Step, Version, notify_front};
use super::task::TaskCounter;
use crate::wait_queue::{WaitQueue, WaitQueueGuard, Waiter, Wakeup};
use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Where an item is pushed, and which one is popped: without methods, the newest.
pub trait Order<T> {
    /// When `cmp` panics, the item is added nevertheless.
    fn push(items: &mut Vec<T>, item: T) {
        items.push(item);
    }

    /// When `cmp` panics, no item is removed.
    fn pop(items: &mut Vec<T>) -> Option<T> {
        items.pop()
    }
}

/// The flavor of `LifoQueue` and `PriorityQueue`.
///
/// Invariant, while the core's mutex is held: a getter is queued and `items.len() > reserved_items` ⇒ a notified getter
/// is on its way.
pub struct SingleLock<T, O> {
    /// The threads that wait for an item, and the state that changes under the same mutex.
    core: WaitQueue<Core<T>>,
    /// The threads that wait for room. Locked after the core.
    putters: WaitQueue,
    tasks: TaskCounter,
    room_version: Version,
    order: PhantomData<fn(O)>,
}

/// What one mutex protects.
struct Core<T> {
    items: Vec<T>,
    /// 0 when the queue is unbounded.
    maxsize: usize,
    is_shutdown: bool,
    /// False only if no thread waits for room.
    has_putters: bool,
    /// The number of items that are left to starving getters, which were notified.
    ///
    /// Invariant: `reserved_items <= items.len()`.
    reserved_items: usize,
    /// The number of places that are left to starving putters, which were notified.
    reserved_places: usize,
}

impl<T> Core<T> {
    fn has_room(&self) -> bool {
        !self.is_shutdown
            && (self.maxsize == 0 || self.items.len() + self.reserved_places < self.maxsize)
    }
}

impl<T, O> SingleLock<T, O> {
    pub(super) const fn new(maxsize: usize) -> Self {
        Self {
            core: WaitQueue::new(Core {
                items: Vec::new(),
                maxsize,
                is_shutdown: false,
                has_putters: false,
                reserved_items: 0,
                reserved_places: 0,
            }),
            putters: WaitQueue::new(()),
            tasks: TaskCounter::new(),
            room_version: Version::new(),
            order: PhantomData,
        }
    }
}

impl<T, O: Order<T>> SingleLock<T, O> {
    /// Puts an item for which there is room.
    #[inline(always)]
    fn admit(&self, core: WaitQueueGuard<'_, Core<T>>, item: T) -> PutStep<T> {
        // Dropped in reverse order, also when `cmp` panics: the mutex is released before the wake-up.
        let wakeup;
        let mut core = core;
        fault!(CountedTooLate, (), else self.tasks.add());
        wakeup = notify_getter(&mut core);
        O::push(&mut core.items, item);
        drop(core);
        drop(wakeup);
        if fault!(CountedTooLate) {
            self.tasks.add();
        }
        Step::Done(Ok(()))
    }

    /// Takes the next item of a queue that has one.
    #[inline(always)]
    fn take(&self, mut core: WaitQueueGuard<'_, Core<T>>) -> T {
        let item = match catch_unwind(AssertUnwindSafe(|| O::pop(&mut core.items))) {
            Ok(item) => item.expect("the queue has an item"),
            Err(panic) => pass_on(core, panic),
        };
        let qsize = core.items.len();
        if qsize == 0 || qsize == core.maxsize / 2 {
            self.room_version.change();
        }
        let wakeup = self.notify_putter(&mut core);
        drop(core);
        drop(wakeup);
        item
    }

    /// Notifies the oldest putter, if there is one.
    #[inline(always)]
    fn notify_putter(&self, core: &mut Core<T>) -> Option<Wakeup> {
        if !core.has_putters || fault!(RoomNotNotified) {
            return None;
        }
        let mut putters = self.putters.lock();
        let wakeup = notify_front(&mut putters, |()| core.reserved_places += 1);
        core.has_putters = putters.len() > 0;
        wakeup
    }
}

/// Notifies the oldest getter, if there is one.
#[inline]
fn notify_getter<T>(core: &mut WaitQueueGuard<'_, Core<T>>) -> Option<Wakeup> {
    fault!(ItemNotNotified, None, else notify_front(core, |core| core.reserved_items += 1))
}

/// A getter that was notified and could not take its item, because `cmp` panicked, notifies the next getter: the item
/// is still there.
#[cold]
fn pass_on<T>(mut core: WaitQueueGuard<'_, Core<T>>, panic: Box<dyn Any + Send>) -> ! {
    let wakeup = fault!(NotPassedOn, None, else notify_getter(&mut core));
    drop(core);
    drop(wakeup);
    resume_unwind(panic)
}

impl<T, O: Order<T>> Flavor<T> for SingleLock<T, O> {
    #[inline(always)]
    fn put(&self, item: T, attempt: Attempt) -> PutStep<T> {
        let mut core = self.core.lock();
        if core.is_shutdown {
            return Step::Done(Err(PutError::ShutDown(item)));
        }
        core.reserved_places -= attempt.reserved();
        if core.has_room() {
            return self.admit(core, item);
        }
        let mut putters = self.putters.lock();
        let step = attempt.fail(&mut putters, self.room_version.get(), item);
        core.has_putters = putters.len() > 0;
        step
    }

    #[inline(always)]
    fn get(&self, attempt: Attempt) -> GetStep<T> {
        let mut core = self.core.lock();
        core.reserved_items = core.reserved_items.saturating_sub(attempt.reserved());
        if core.items.len() > core.reserved_items {
            return Step::Done(Ok(self.take(core)));
        }
        if core.is_shutdown {
            return Step::Done(Err(GetError::ShutDown));
        }
        attempt.fail(&mut core, self.tasks.added(), ())
    }

    fn room_version(&self) -> u64 {
        self.room_version.get()
    }

    fn cancel_put(&self, waiter: &Waiter) -> Option<()> {
        self.putters.lock().cancel(waiter).map(drop)
    }

    fn cancel_get(&self, waiter: &Waiter) -> Option<()> {
        self.core.lock().cancel(waiter).map(drop)
    }

    fn tasks(&self) -> &TaskCounter {
        &self.tasks
    }

    fn state(&self) -> State {
        let core = self.core.lock();
        State {
            maxsize: core.maxsize,
            qsize: core.items.len(),
            is_shutdown: core.is_shutdown,
            waiting: core.len() + self.putters.len(),
        }
    }

    fn set_maxsize(&self, maxsize: usize) {
        let mut core = self.core.lock();
        core.maxsize = maxsize;
        let wakeups = self.putters.lock().drain();
        drop(core);
        drop(wakeups);
    }

    fn shutdown(&self, drain: bool) -> Vec<T> {
        let mut core = self.core.lock();
        core.is_shutdown = true;
        (core.reserved_items, core.reserved_places) = (0, 0);
        let mut items = Vec::new();
        if drain {
            items.append(&mut core.items);
        }
        let wakeups = fault!(ShutdownNotNotified, <_>::default(), else (core.drain(), self.putters.lock().drain()));
        drop(core);
        drop(wakeups);
        self.tasks
            .finish(fault!(RemovedNotDone, 0, else items.len()));
        in_order::<T, O>(items)
    }
}

/// The items in the order of get. When `cmp` panics, the items that are left follow unsorted.
fn in_order<T, O: Order<T>>(mut items: Vec<T>) -> Vec<T> {
    let mut ordered = Vec::with_capacity(items.len());
    // By `pop` and not by `sort`, which panics when `cmp` contradicts itself.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        while let Some(item) = O::pop(&mut items) {
            ordered.push(item);
        }
    }));
    ordered.append(&mut items);
    ordered
}
