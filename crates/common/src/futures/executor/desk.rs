//! The desk between those who submit and those who work.
//!
//! Two mutexes and two buffers: tasks are put into the inbox and taken from the outbox, and a worker that
//! finds the outbox empty swaps the two. So those who submit and those who work meet once a batch, not
//! at every task; and no task is held by a worker that does not run it.

use super::task::Job;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use crate::sync::fault::{Fault, planted};
use crate::sync::{Arc, Deadline, Mutex};
use crate::threading::{Call, Held, Line, RuntimeError, look_again};
use std::collections::VecDeque;

pub(super) type Tasks = VecDeque<Arc<dyn Job>>;

/// Why no more tasks are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    ByShutdown,
    ByExit,
}

impl Closed {
    pub(super) fn refusal(self) -> RuntimeError {
        match self {
            Self::ByShutdown => RuntimeError::SubmitAfterShutdown,
            Self::ByExit => RuntimeError::SubmitAfterExit,
        }
    }
}

#[derive(Default)]
pub(super) struct Desk {
    /// What was put and not yet carried over, and the workers that sleep because there is nothing.
    inbox: Line<Inbox>,
    /// What is to be taken next, older than all in the inbox. Its mutex is taken before the inbox's.
    outbox: Mutex<Tasks>,
    /// Workers that come to the desk before they do anything that may take long: asleep in line,
    /// looking, just started, or about to publish.
    ///
    /// For every task at the desk, one of these is awake, or nobody is asleep. Who puts a task looks
    /// here after it raised `put`; who takes one leaves this before it looks at `put`: one of the two
    /// sees the other (`SeqCst` on both), and wakes a sleeper.
    free: AtomicUsize,
    /// How many of those are asleep. Changes under the inbox's mutex.
    asleep: AtomicUsize,
    /// How many tasks were ever put. Changes under the inbox's mutex.
    put: AtomicUsize,
    /// How many of those have left. Changes under the outbox's mutex.
    taken: AtomicUsize,
}

#[derive(Default)]
struct Inbox {
    tasks: Tasks,
    /// Set once. Workers end when it is set and there are no tasks.
    closed: Option<Closed>,
}

/// What a task that was put still needs.
#[must_use = "the task may wait for it"]
pub(super) struct Need {
    /// A sleeper to be woken, when nobody is awake to come for the task.
    pub(super) call: Option<Call>,
    /// There are fewer free workers than tasks: one more may be hired.
    pub(super) is_short_handed: bool,
}

impl Desk {
    /// Puts a task at the end, unless the desk is closed.
    pub(super) fn put(&self, task: Arc<dyn Job>) -> Result<Need, Closed> {
        let mut inbox = self.inbox.lock();
        if let Some(closed) = inbox.closed {
            return Err(closed);
        }
        inbox.tasks.push_back(task);
        self.put.fetch_add(1, SeqCst);
        Ok(self.need(&mut inbox))
    }

    fn need(&self, inbox: &mut Held<'_, Inbox>) -> Need {
        // First the tasks, then the workers: who takes a task does it the other way round, so that no
        // worker is counted on for two.
        let (tasks, free) = (self.waiting(), self.free.load(SeqCst));
        Need {
            call: self.sleeper_if_nobody_is_awake(free, inbox),
            is_short_handed: tasks > free,
        }
    }

    fn sleeper_if_nobody_is_awake(&self, free: usize, inbox: &mut Held<'_, Inbox>) -> Option<Call> {
        if free > inbox.len() {
            return None;
        }
        let call = inbox.take_oldest();
        self.asleep.store(inbox.len(), Relaxed);
        call
    }

    /// Tasks at the desk.
    pub(super) fn waiting(&self) -> usize {
        let taken = self.taken.load(SeqCst);
        self.put.load(SeqCst).saturating_sub(taken)
    }

    pub(super) fn free(&self) -> usize {
        self.free.load(SeqCst)
    }

    pub(super) fn closed(&self) -> Option<Closed> {
        self.inbox.lock().closed
    }

    /// One more worker that comes to the desk next.
    pub(super) fn count_as_free(&self) {
        self.free.fetch_add(1, SeqCst);
    }

    /// One that was counted does not come after all. Another is woken, if one is needed and asleep.
    pub(super) fn count_as_busy(&self) {
        self.free.fetch_sub(1, SeqCst);
        self.call_another();
    }

    /// After the calling worker is no longer free: if there are tasks and nobody awake to come for them,
    /// a sleeper is.
    fn call_another(&self) {
        if self.waiting() == 0 || self.asleep.load(Relaxed) == 0 {
            return;
        }
        let call = {
            let mut inbox = self.inbox.lock();
            self.sleeper_if_nobody_is_awake(self.free.load(SeqCst), &mut inbox)
        };
        drop(call);
    }

    /// The oldest task, for a worker that is counted as free and is not any more when this returns;
    /// `None` when there will be no more.
    pub(super) fn take(&self) -> Option<Arc<dyn Job>> {
        let mut has_looked = false;
        loop {
            let mut outbox = self.outbox.lock();
            if outbox.is_empty() {
                let mut inbox = self.inbox.lock();
                std::mem::swap(&mut inbox.tasks, &mut outbox);
                if outbox.is_empty() {
                    drop(outbox);
                    if inbox.closed.is_some() {
                        self.free.fetch_sub(1, SeqCst);
                        return None;
                    }
                    self.look_or_sleep(has_looked, inbox);
                    has_looked = !has_looked;
                    continue;
                }
            }
            let task = outbox.pop_front();
            self.free.fetch_sub(1, SeqCst);
            self.taken.fetch_add(1, SeqCst);
            drop(outbox);
            self.call_another();
            return task;
        }
    }

    /// There is nothing, and nothing can come while the inbox is held.
    fn look_or_sleep(&self, has_looked: bool, mut inbox: Held<'_, Inbox>) {
        if !has_looked {
            drop(inbox);
            look_again(|| self.waiting() > 0);
            return;
        }
        let place = inbox.join();
        self.asleep.store(inbox.len(), Relaxed);
        drop(inbox);
        place.sleep(Deadline::NEVER);
    }

    /// Takes no more tasks, and wakes everybody to see that.
    pub(super) fn close(&self, why: Closed) {
        let calls = {
            let mut inbox = self.inbox.lock();
            inbox.closed.get_or_insert(why);
            self.asleep.store(0, Relaxed);
            inbox.take_all()
        };
        drop(calls);
    }

    /// All tasks, oldest first: they will not be taken by workers any more.
    pub(super) fn clear(&self) -> Tasks {
        let mut outbox = self.outbox.lock();
        let mut tasks = std::mem::take(&mut *outbox);
        tasks.append(&mut self.inbox.lock().tasks);
        self.taken.fetch_add(tasks.len(), SeqCst);
        tasks
    }
}

/// A worker's word to the desk, whether it will come next.
#[derive(Default)]
pub(super) struct Word {
    is_given: bool,
}

impl Word {
    /// Of a worker that was just hired: it comes first thing.
    pub(super) fn of_the_new() -> Self {
        Self { is_given: true }
    }

    /// Given before anybody can know of a result, so that the next task finds its worker free.
    pub(super) fn give(&mut self, desk: &Desk) {
        if !std::mem::replace(&mut self.is_given, true) {
            desk.count_as_free();
        }
    }

    /// Taken back before callbacks, of which nobody knows how long they take.
    pub(super) fn take_back(&mut self, desk: &Desk) -> bool {
        let was_given = std::mem::replace(&mut self.is_given, false);
        if was_given && !planted(Fault::PromiseKept) {
            desk.count_as_busy();
        }
        was_given
    }

    /// The worker keeps it.
    pub(super) fn keep(&mut self, desk: &Desk) -> Option<Arc<dyn Job>> {
        self.give(desk);
        self.is_given = false;
        desk.take()
    }
}
