//! One mutex: for the kinds in which the next item depends on all others, as the newest does and the
//! smallest.

use super::{Drained, Engine, State, Wait, everybody};
use crate::queue::error::{GetError, PutError};
use crate::queue::tally::Tally;
use crate::wait_queue::{WaitQueue, WaitQueueGuard, Waiter, Wakeup};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// What the items lie in.
pub trait Items: Default {
    type Item;

    fn len(&self) -> usize;

    /// When `cmp` panics, the item is in all the same.
    fn push(&mut self, item: Self::Item);

    /// When `cmp` panics, all items are still in.
    fn pop(&mut self) -> Option<Self::Item>;

    /// All of them, in the order in which `pop` would give them out.
    fn into_vec(self) -> Vec<Self::Item>;
}

pub struct Single<I> {
    /// Everything that is checked and changed in one step, and those who wait for an item.
    core: WaitQueue<Core<I>>,
    /// Those who wait for room. Its mutex is taken after the core's.
    putters: WaitQueue,
    tally: Tally,
    drained: Drained,
}

#[derive(Default)]
struct Core<I> {
    items: I,
    /// 0 when there is no bound.
    maxsize: usize,
    is_shutdown: bool,
    /// Somebody may wait for room. Set whenever somebody joins that line; cleared by who finds it empty.
    has_putters: bool,
}

impl<I> Single<I> {
    pub(in crate::queue) const fn new(items: I, maxsize: usize) -> Self {
        Self {
            core: WaitQueue::new(Core {
                items,
                maxsize,
                is_shutdown: false,
                has_putters: false,
            }),
            putters: WaitQueue::new(()),
            tally: Tally::new(),
            drained: Drained::new(),
        }
    }
}

impl<I: Items> Single<I> {
    /// Whoever waited longest for room, if anybody does.
    #[inline]
    fn next_putter(&self, core: &mut WaitQueueGuard<'_, Core<I>>) -> Option<Wakeup> {
        if !core.has_putters || fault!(RoomNotNotified) {
            return None;
        }
        let mut putters = self.putters.lock();
        let call = putters.pop_front();
        core.has_putters = putters.len() > 0;
        call
    }

    /// Puts an item for which there is room.
    #[inline]
    fn admit(&self, core: WaitQueueGuard<'_, Core<I>>, item: I::Item) {
        // Dropped in the other order, also when `cmp` panics: the mutex is released before the wake-up.
        let call;
        let mut core = core;
        self.tally.count_in();
        call = next_getter(&mut core);
        core.items.push(item);
        drop(core);
        drop(call);
        self.tally.count_in_late();
    }

    /// Takes the next item, if there is one, and makes room for a putter; gives the core back if there is none.
    #[inline]
    fn take<'a>(
        &'a self,
        mut core: WaitQueueGuard<'a, Core<I>>,
    ) -> Result<I::Item, WaitQueueGuard<'a, Core<I>>> {
        let item = match catch_unwind(AssertUnwindSafe(|| core.items.pop())) {
            Ok(Some(item)) => item,
            Ok(None) => return Err(core),
            Err(panic) => pass_on(core, panic),
        };
        let qsize = core.items.len();
        if qsize == 0 || qsize == core.maxsize / 2 {
            self.drained.count();
        }
        let call = self.next_putter(&mut core);
        drop(core);
        drop(call);
        Ok(item)
    }
}

/// A thread that was woken for an item and could not take it, because `cmp` panicked, wakes the next one: the
/// item is still there.
#[cold]
fn pass_on<I>(mut core: WaitQueueGuard<'_, Core<I>>, panic: Box<dyn Any + Send>) -> ! {
    let call = fault!(NotPassedOn, None, else next_getter(&mut core));
    drop(core);
    drop(call);
    resume_unwind(panic)
}

/// Whoever waited longest for an item, if anybody does.
#[inline]
fn next_getter<I>(core: &mut WaitQueueGuard<'_, Core<I>>) -> Option<Wakeup> {
    if core.len() == 0 || fault!(ItemNotNotified) {
        return None;
    }
    core.pop_front()
}

impl<I: Items> Core<I> {
    fn has_room(&self) -> bool {
        !self.is_shutdown && (self.maxsize == 0 || self.items.len() < self.maxsize)
    }
}

impl<I: Items> Engine<I::Item> for Single<I> {
    #[inline]
    fn put_at_once(&self, item: I::Item) -> Result<(), I::Item> {
        let core = self.core.lock();
        if !core.has_room() {
            return Err(item);
        }
        self.admit(core, item);
        Ok(())
    }

    fn put_or_join(&self, item: I::Item, wait: &mut Wait) -> Result<(), PutError<I::Item>> {
        let mut core = self.core.lock();
        if core.is_shutdown {
            return Err(PutError::ShutDown(item));
        }
        if core.has_room() {
            self.admit(core, item);
            return Ok(());
        }
        let mut putters = self.putters.lock();
        wait.join(&mut putters, self.drained.times());
        core.has_putters = putters.len() > 0;
        Err(PutError::Full(item))
    }

    #[inline]
    fn get_at_once(&self) -> Option<I::Item> {
        self.take(self.core.lock()).ok()
    }

    fn get_or_join(&self, wait: &mut Wait) -> Result<I::Item, GetError> {
        let mut core = match self.take(self.core.lock()) {
            Ok(item) => return Ok(item),
            Err(core) => core,
        };
        if core.is_shutdown {
            return Err(GetError::ShutDown);
        }
        wait.join(&mut core, self.tally.put());
        Err(GetError::Empty)
    }

    fn sees_room(&self, seen: u64) -> bool {
        self.drained.times() != seen
    }

    fn cancel_putter(&self, waiter: &Waiter) -> Option<()> {
        self.putters.lock().cancel(waiter).map(drop)
    }

    fn cancel_getter(&self, waiter: &Waiter) -> Option<()> {
        self.core.lock().cancel(waiter).map(drop)
    }

    fn tally(&self) -> &Tally {
        &self.tally
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
        let calls = self.putters.lock().drain();
        drop(core);
        drop(calls);
    }

    fn shutdown(&self, drains: bool) -> Vec<I::Item> {
        let mut core = self.core.lock();
        core.is_shutdown = true;
        let items = drains.then(|| std::mem::take(&mut core.items));
        let calls = everybody(&mut core, &mut self.putters.lock());
        drop(core);
        drop(calls);
        let Some(items) = items else {
            return Vec::new();
        };
        self.tally.finish(items.len() as u64);
        items.into_vec()
    }
}
