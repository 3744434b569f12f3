//! The lifecycle of a thread, from its start to the end of its system thread.

use crate::sync::thread::JoinHandle;
use crate::sync::{Backoff, Deadline, deferred};
use crate::threading::Panic;
use crate::wait_queue::{Parked, WaitQueue, WaitQueueGuard, Waiter};

/// A thread's stage, and its system thread. Changes under the mutex of the wait queue that holds it.
pub(super) struct Life {
    pub(super) stage: Stage,
    pub(super) system: System,
}

// | stage    | meaning                                                  | set by                                |
// | -------- | -------------------------------------------------------- | ------------------------------------- |
// | New      | not started                                              | `new`; a start that was refused       |
// | Started  | alive and registered; it need not run yet                | `start`                               |
// | Returned | alive; the target has returned or panicked, and          | `run_target`, on a system thread that |
// |          | destructors of thread-locals may run                     | the library has spawned               |
// | Ended    | unregistered; its user code has ended                    | `finish`: the drop of the last        |
// |          |                                                          | thread-local; the end of the entry on |
// |          |                                                          | a host's thread                       |
pub(super) enum Stage {
    New,
    Started,
    Returned(Option<Panic>),
    Ended(Option<Panic>),
}

// | state    | meaning                                                  | set by                     | next states   |
// | -------- | -------------------------------------------------------- | -------------------------- | ------------- |
// | None     | no system thread to join: not started, a host's thread,  | `new`; `start_with`;       | Spawning      |
// |          | or joined already                                        | `join_system`              |               |
// | Spawning | `start_with` has not stored the result of the spawn yet  | `start`                    | None, Spawned |
// | Spawned  | the system thread is not joined yet                      | `start_with`               | Joining       |
// | Joining  | one thread joins the system thread, and then wakes the   | `take_system`              | None          |
// |          | other joiners                                            |                            |               |
/// The system thread of a [`Thread`](super::Thread).
#[derive(Debug)]
pub(in crate::threading) enum System {
    None,
    Spawning,
    Spawned(JoinHandle<()>),
    Joining,
}

impl Life {
    pub(super) const fn new() -> Self {
        Self {
            stage: Stage::New,
            system: System::None,
        }
    }

    /// The lifecycle of a thread that already runs.
    pub(super) const fn running() -> Self {
        Self {
            stage: Stage::Started,
            system: System::None,
        }
    }

    /// Returns false when the thread was started before.
    pub(super) fn start(&mut self) -> bool {
        let is_new = self.is_new();
        if is_new {
            self.stage = Stage::Started;
            self.system = System::Spawning;
        }
        is_new
    }

    pub(super) fn is_new(&self) -> bool {
        matches!(self.stage, Stage::New)
    }

    pub(super) fn is_alive(&self) -> bool {
        matches!(self.stage, Stage::Started | Stage::Returned(_))
    }

    /// Whether the system thread is not joined yet and no thread joins it.
    pub(super) fn has_system(&self) -> bool {
        matches!(self.system, System::Spawning | System::Spawned(_))
    }

    /// Whether `join` need not wait: the thread was not started, or it has ended and its system thread was joined.
    fn is_gone(&self) -> bool {
        let is_ended =
            fault!(EndedTooEarly, !matches!(self.stage, Stage::Started), else !self.is_alive());
        is_ended && (matches!(self.system, System::None) || fault!(EndedTooEarly))
    }

    /// Takes the panic of the target, if it panicked.
    pub(super) fn take_outcome(&mut self) -> Option<Panic> {
        match &mut self.stage {
            Stage::Returned(outcome) => outcome.take(),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self.stage {
            Stage::New => "initial",
            Stage::Started | Stage::Returned(_) => "started",
            Stage::Ended(_) => "stopped",
        }
    }

    /// Takes the system thread for a caller that joins it, which blocks. Returns `None` while the thread is alive if
    /// the caller has a deadline: joining a system thread has no timeout.
    fn take_system(&mut self, deadline: Deadline) -> Option<JoinHandle<()>> {
        let may_join = !self.is_alive() || deadline == Deadline::NEVER;
        if fault!(EndedTooEarly) || !may_join || !matches!(self.system, System::Spawned(_)) {
            return None;
        }
        match std::mem::replace(&mut self.system, System::Joining) {
            System::Spawned(handle) => Some(handle),
            _ => None,
        }
    }
}

/// The number of threads that wait for the end: those in the queue, and the one that joins the system thread.
pub(super) fn waiting(life: &WaitQueueGuard<'_, Life>) -> usize {
    life.len() + usize::from(matches!(life.system, System::Joining))
}

/// Blocks until the thread has ended and its system thread is gone. False when the deadline came first.
///
/// One joiner joins the system thread; the others wait in the queue until that joiner wakes them.
pub(super) fn wait_until_gone(queue: &WaitQueue<Life>, deadline: Deadline) -> bool {
    deferred::run_before_blocking();
    let mut life = queue.lock();
    loop {
        if let Some(handle) = life.take_system(deadline) {
            drop(life);
            join_system(queue, handle);
            life = queue.lock();
        } else if life.is_gone() {
            return true;
        } else {
            let waiter = life.enqueue();
            drop(life);
            let cancel = |waiter: &Waiter| queue.lock().cancel(waiter);
            life = match waiter.park(cancel, deadline, Backoff::YieldFirst) {
                Parked::Notified(_) => queue.lock(),
                Parked::TimedOut(_) => return false,
            };
        }
    }
}

/// Joins the system thread of a thread that has ended, unless another thread joins it. Returns false while `start_with`
/// has not stored it yet: then the caller keeps the thread and tries again later.
pub(super) fn reap(queue: &WaitQueue<Life>) -> bool {
    let handle = {
        let mut life = queue.lock();
        if life.is_alive() || matches!(life.system, System::Spawning) {
            return false;
        }
        life.take_system(Deadline::NEVER)
    };
    if let Some(handle) = handle {
        join_system(queue, handle);
    }
    true
}

fn join_system(queue: &WaitQueue<Life>, handle: JoinHandle<()>) {
    // The entry catches all panics and stores the outcome in the stage, so the result says nothing.
    let _ = handle.join();
    let wakeups = {
        let mut life = queue.lock();
        life.system = System::None;
        life.drain()
    };
    drop(wakeups);
}
