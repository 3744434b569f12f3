//! The life of a thread, from its start to the end of its system thread.

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
// | Returned | alive; the target has returned or panicked, and          | the thread itself, when it has a      |
// |          | thread-locals are left to be dropped                     | system thread of its own              |
// | Ended    | not registered any more; no user code of it runs         | its last thread-local; the end of the |
// |          |                                                          | entry on a host's thread              |
pub(super) enum Stage {
    New,
    Started,
    Returned(Option<Panic>),
    Ended(Option<Panic>),
}

/// The system thread of a thread.
#[derive(Debug)]
pub(in crate::threading) enum System {
    /// There is none that could be joined: not started, a host's thread, or joined already.
    None,
    /// `start` is about to say which of the others it is.
    Spawning,
    /// Not joined yet.
    Spawned(JoinHandle<()>),
    /// A thread joins it now, and notifies the others that wait for its end.
    Joining,
}

impl Life {
    pub(super) const fn new() -> Self {
        Self {
            stage: Stage::New,
            system: System::None,
        }
    }

    /// Of a thread that runs already.
    pub(super) const fn running() -> Self {
        Self {
            stage: Stage::Started,
            system: System::None,
        }
    }

    /// False when the thread was started before.
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

    /// Whether its system thread is left to be joined.
    pub(super) fn has_system(&self) -> bool {
        matches!(self.system, System::Spawning | System::Spawned(_))
    }

    /// Whether nothing is left to be waited for: it ended, with its system thread, or was not started.
    fn is_gone(&self) -> bool {
        let is_ended =
            fault!(EndedTooEarly, !matches!(self.stage, Stage::Started), else !self.is_alive());
        is_ended && (matches!(self.system, System::None) || fault!(EndedTooEarly))
    }

    /// The panic that the target ended by.
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

    /// The system thread for one that may block until it is gone. With a deadline it may not while the thread runs.
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
/// One joiner joins the system thread, the others wait for that one.
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

/// Joins the system thread of a thread that has ended, if no other thread does. False while `start` has not said
/// which one it is.
pub(super) fn reap(queue: &WaitQueue<Life>) -> bool {
    let (handle, is_spawning) = {
        let mut life = queue.lock();
        let is_spawning = matches!(life.system, System::Spawning);
        (life.take_system(Deadline::NEVER), is_spawning)
    };
    if let Some(handle) = handle {
        join_system(queue, handle);
    }
    !is_spawning
}

fn join_system(queue: &WaitQueue<Life>, handle: JoinHandle<()>) {
    // Its panics are caught, and the outcome is in its stage.
    let _ = handle.join();
    let wakeups = {
        let mut life = queue.lock();
        life.system = System::None;
        life.drain()
    };
    drop(wakeups);
}
