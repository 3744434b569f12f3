//! The desk between those who submit and those who work.
//!
//! Two mutexes and two buffers: tasks are put into the inbox and taken from the outbox, and a worker that
//! finds the outbox empty swaps the two. So those who submit and those who work meet once a batch, not
//! at every task; and no task is held by a worker that does not run it.

mod closed;

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests;

pub(super) use closed::Closed;

use super::task::Job;
use super::word::Word;
use crate::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use crate::sync::{Arc, Backoff, Deadline, Mutex};
use crate::wait_queue::{WaitQueue, WaitQueueGuard, Wakeup};
use std::collections::VecDeque;

pub(super) type Tasks = VecDeque<Arc<dyn Job>>;

/// So many tasks have room at an empty desk: what a rush of them took besides is given back.
const ROOM: usize = 4096;

#[derive(Default)]
pub(super) struct Desk {
    front: Front,
    back: Back,
}

/// What those who put tasks touch; on cache lines of its own.
#[derive(Default)]
#[repr(align(128))]
struct Front {
    /// What was put and not yet carried over, and the workers that sleep because there is nothing.
    inbox: WaitQueue<Inbox>,
    /// How many tasks were ever put. Changes under the inbox's mutex.
    put: AtomicUsize,
}

#[derive(Default)]
struct Inbox {
    tasks: Tasks,
    /// Once set it stays so. Workers end when it is set and there are no tasks.
    closed: Option<Closed>,
}

/// What those who take tasks touch; on cache lines of its own.
#[derive(Default)]
#[repr(align(128))]
struct Back {
    /// What is to be taken next, older than all in the inbox. Its mutex is taken before the inbox's.
    outbox: Mutex<Tasks>,
    /// How many tasks have left. Changes under the outbox's mutex.
    taken: AtomicUsize,
    /// Workers that have given their [`Word`] to come to the desk before they do anything that may take
    /// long: asleep in line, looking, just started, or about to publish.
    ///
    /// While there is a task at the desk, one of these is awake, or nobody is asleep. Who puts a task
    /// looks here after it was put; who takes back its word looks after that who is asleep and what was
    /// put. All of that is `SeqCst`, so one of the two sees the other, and wakes a sleeper.
    free: AtomicUsize,
    /// How many of those are asleep. Changes under the inbox's mutex.
    asleep: AtomicUsize,
}

/// What a task that was put still needs.
#[must_use = "the task may wait for it"]
pub(super) struct Need {
    /// A sleeper to be woken, when nobody is awake to come for the task.
    pub(super) call: Option<Wakeup>,
    /// There are fewer free workers than tasks: one more may be hired.
    pub(super) is_short_handed: bool,
}

impl Desk {
    /// Puts a task at the end, unless the desk is closed. Whether hands are short is told to those who
    /// may hire; the others need not look at what the workers write all the time.
    pub(super) fn put(&self, task: Arc<dyn Job>, may_hire: bool) -> Result<Need, Closed> {
        let mut inbox = self.front.inbox.lock();
        if let Some(closed) = inbox.closed {
            return Err(closed);
        }
        inbox.tasks.push_back(task);
        self.front.put.fetch_add(1, SeqCst);
        Ok(Need {
            call: self.sleeper_if_nobody_is_awake(&mut inbox),
            is_short_handed: may_hire && self.is_short_handed(),
        })
    }

    fn sleeper_if_nobody_is_awake(&self, inbox: &mut WaitQueueGuard<'_, Inbox>) -> Option<Wakeup> {
        let asleep = inbox.len();
        if asleep == 0 || self.free() > asleep {
            return None;
        }
        let call = inbox.pop_front();
        self.back.asleep.store(inbox.len(), SeqCst);
        call
    }

    /// First the tasks, then the workers: who takes a task does it the other way round, so that no worker
    /// is counted on for two.
    pub(super) fn is_short_handed(&self) -> bool {
        self.waiting() > self.free()
    }

    /// Tasks at the desk.
    pub(super) fn waiting(&self) -> usize {
        let taken = self.back.taken.load(SeqCst);
        self.front.put.load(SeqCst).saturating_sub(taken)
    }

    /// Workers that come to the desk next.
    pub(super) fn free(&self) -> usize {
        self.back.free.load(SeqCst)
    }

    /// One more comes to the desk next.
    pub(super) fn count_in(&self) {
        self.back.free.fetch_add(1, SeqCst);
    }

    /// One that was counted in does not come next any more.
    pub(super) fn count_out(&self) {
        self.back.free.fetch_sub(1, SeqCst);
    }

    pub(super) fn closed(&self) -> Option<Closed> {
        self.front.inbox.lock().closed
    }

    /// The oldest task; `None` when there will be no more. The worker's word is not given any more when
    /// this returns.
    pub(super) fn take(&self, word: &mut Word) -> Option<Arc<dyn Job>> {
        let mut has_looked = false;
        loop {
            let mut outbox = self.back.outbox.lock();
            if outbox.is_empty() {
                // Given before the inbox is looked at, so that whoever puts a task after that counts on it.
                word.give(self);
                let mut inbox = self.front.inbox.lock();
                std::mem::swap(&mut inbox.tasks, &mut outbox);
                if outbox.is_empty() {
                    inbox.tasks.shrink_to(ROOM);
                    outbox.shrink_to(ROOM);
                    drop(outbox);
                    if inbox.closed.is_some() {
                        drop(inbox);
                        word.take_back(self);
                        return None;
                    }
                    self.look_or_sleep(has_looked, inbox);
                    has_looked = !has_looked;
                    continue;
                }
            }
            let task = outbox.pop_front();
            word.others_wait = !outbox.is_empty();
            let others = word.take_back_later(self);
            self.back
                .taken
                .store(self.back.taken.load(SeqCst) + 1, SeqCst);
            drop(outbox);
            if others {
                self.call_another();
            }
            return task;
        }
    }

    /// There is nothing, and nothing can come while the inbox is held.
    fn look_or_sleep(&self, has_looked: bool, mut inbox: WaitQueueGuard<'_, Inbox>) {
        if !has_looked {
            drop(inbox);
            Backoff::Yield.until(|| self.waiting() > 0);
            return;
        }
        let waiter = inbox.enqueue();
        self.back.asleep.store(inbox.len(), SeqCst);
        drop(inbox);
        let _ = waiter.park(|_| None::<()>, Deadline::NEVER, Backoff::None);
    }

    /// After a worker took back its word: if there are tasks and nobody awake to come for them, a sleeper
    /// is woken.
    pub(super) fn call_another(&self) {
        if self.back.asleep.load(SeqCst) == 0 || self.waiting() == 0 {
            return;
        }
        let call = self.sleeper_if_nobody_is_awake(&mut self.front.inbox.lock());
        drop(call);
    }

    /// Takes no more tasks, and wakes everybody to see that.
    pub(super) fn close(&self, why: Closed) {
        let calls = {
            let mut inbox = self.front.inbox.lock();
            inbox.closed = inbox.closed.max(Some(why));
            self.back.asleep.store(0, SeqCst);
            inbox.drain()
        };
        drop(calls);
    }

    /// All tasks, oldest first: they will not be taken by workers any more.
    pub(super) fn clear(&self) -> Tasks {
        let mut outbox = self.back.outbox.lock();
        let mut tasks = std::mem::take(&mut *outbox);
        tasks.append(&mut self.front.inbox.lock().tasks);
        self.back.taken.fetch_add(tasks.len(), SeqCst);
        tasks
    }
}
