//! The lifecycle of a thread, from its start to the end of its system thread.

use super::StartError;
use crate::sync::thread::JoinHandle;
use crate::sync::{Backoff, Deadline, deferred};
use crate::threading::Panic;
use crate::wait_queue::{Parked, UnparkToken, WaitQueue, WaitQueueGuard};

pub(in crate::threading) type Target = Box<dyn FnOnce() + Send>;

/// The wake reason of a joiner: the thread has ended. The main thread may run again before the joiner has looked.
pub(super) const ENDED: UnparkToken = UnparkToken(1);

/// A thread's stage, its target and its system thread. Changes under the mutex of the wait queue that holds it.
pub(super) struct Life {
    pub(super) stage: Stage,
    /// The number of starts so far. A refused start may leave an entry behind, which has the number of that start.
    start: u64,
    /// Taken when the thread begins to run; dropped before the thread ends.
    pub(super) target: Option<Target>,
    system: System,
}

// | stage    | meaning                                                  | set by                                |
// | -------- | -------------------------------------------------------- | ------------------------------------- |
// | New      | not started                                              | `new`; a start that was refused       |
// | Started  | alive; it does not run yet, or it is a timer             | `start`                               |
// | Dropped  | its entry was dropped before the start has returned:     | `entry_dropped`                       |
// |          | that fails the thread, unless it is refused              |                                       |
// | Running  | its target runs                                          | `begin`; `running`; `restart_main`    |
// | Returned | alive; the target has returned or panicked, and          | `Entry::call`, on a thread that       |
// |          | destructors of thread-locals may run                     | the library has spawned               |
// | Ended    | unregistered; its user code has ended                    | `finish`: the drop of the last        |
// |          |                                                          | thread-local; the end of the entry on |
// |          |                                                          | a host's thread; the end of a timer   |
/// The stage of a thread's life.
pub(super) enum Stage {
    New,
    Started,
    Dropped,
    Running,
    Returned(Option<Panic>),
    Ended(Option<Panic>),
}

// | state    | meaning                                                  | set by                     | next states   |
// | -------- | -------------------------------------------------------- | -------------------------- | ------------- |
// | None     | no system thread to join: not started, a host's thread,  | `new`; `start_returned`;   | Spawning      |
// |          | or joined already                                        | `join_system`              |               |
// | Spawning | the spawner has not returned yet                         | `start`                    | None, Spawned |
// | Spawned  | the system thread is not joined yet                      | `start_returned`           | Joining       |
// | Joining  | one thread joins the system thread, and then wakes the   | `take_system`              | None          |
// |          | other joiners                                            |                            |               |
/// The system thread of a [`Thread`](super::Thread).
pub(super) enum System {
    None,
    Spawning,
    Spawned(JoinHandle<()>),
    Joining,
}

impl Life {
    pub(super) fn new(target: impl FnOnce() + Send + 'static) -> Self {
        Self {
            target: Some(Box::new(target)),
            ..Self::with(Stage::New)
        }
    }

    /// The lifecycle of a thread that already runs.
    pub(super) fn running() -> Self {
        Self::with(Stage::Running)
    }

    fn with(stage: Stage) -> Self {
        Self {
            stage,
            start: 0,
            target: None,
            system: System::None,
        }
    }

    /// Returns the number of the start, or `None` when the thread was started before.
    pub(super) fn start(&mut self, is_spawned: bool) -> Option<u64> {
        if !self.is_new() {
            return None;
        }
        self.stage = Stage::Started;
        if is_spawned {
            self.system = System::Spawning;
        }
        self.start += 1;
        Some(self.start)
    }

    /// Stores the result of the spawner, or undoes the start. An error is ignored when the thread runs nevertheless.
    pub(super) fn start_returned(
        &mut self,
        started: Result<System, StartError>,
    ) -> Result<(), StartError> {
        self.system = System::None;
        match started {
            Ok(system) => self.system = system,
            Err(error) if matches!(self.stage, Stage::Started | Stage::Dropped) => {
                self.stage = Stage::New;
                return Err(error);
            }
            Err(_) => {}
        }
        Ok(())
    }

    /// Takes the target to run it. `None` when the entry does not belong to the current start.
    pub(super) fn begin(&mut self, start: u64) -> Option<Target> {
        if !self.is_expected(start) {
            return None;
        }
        self.stage = Stage::Running;
        self.target.take()
    }

    /// Returns whether the caller fails the thread. While the spawner has not returned, its result decides that.
    pub(super) fn entry_dropped(&mut self, start: u64) -> bool {
        let is_expected = self.is_expected(start);
        let is_spawning = matches!(self.system, System::Spawning);
        if is_expected && is_spawning {
            self.stage = Stage::Dropped;
        }
        is_expected && !is_spawning
    }

    fn is_expected(&self, start: u64) -> bool {
        self.start == start && matches!(self.stage, Stage::Started)
    }

    pub(super) fn is_new(&self) -> bool {
        matches!(self.stage, Stage::New)
    }

    pub(super) fn is_alive(&self) -> bool {
        !matches!(self.stage, Stage::New | Stage::Ended(_))
    }

    /// Whether a system thread of the library is not joined yet, and no thread joins it.
    pub(super) fn has_system(&self) -> bool {
        matches!(self.system, System::Spawning | System::Spawned(_))
    }

    /// Whether `join` need not wait: the thread was not started, or it has ended and its system thread was joined.
    /// `has_ended`: the caller was notified of an end, after which the main thread may run again.
    fn is_gone(&self, has_ended: bool) -> bool {
        if fault!(EndedTooEarly) {
            return matches!(self.stage, Stage::Returned(_) | Stage::Ended(_));
        }
        (has_ended || !self.is_alive()) && matches!(self.system, System::None)
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
            Stage::Ended(_) => "stopped",
            _ => "started",
        }
    }

    /// Takes the system thread for a caller that joins it, which blocks. Returns `None` while the thread is alive if
    /// the caller has a deadline: joining a system thread has no timeout.
    fn take_system(&mut self, deadline: Deadline) -> Option<JoinHandle<()>> {
        let may_join = !self.is_alive() || deadline == Deadline::NEVER;
        if !may_join || fault!(EndedTooEarly) {
            return None;
        }
        match std::mem::replace(&mut self.system, System::Joining) {
            System::Spawned(handle) => Some(handle),
            before => {
                self.system = before;
                None
            }
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
    let mut has_ended = false;
    let mut life = queue.lock();
    loop {
        if let Some(handle) = life.take_system(deadline) {
            drop(life);
            join_system(queue, handle);
        } else if life.is_gone(has_ended) {
            return true;
        } else {
            match life.wait(deadline, Backoff::YieldFirst) {
                Parked::Notified(token) => has_ended |= token == ENDED,
                Parked::TimedOut(_) => return false,
            }
        }
        life = queue.lock();
    }
}

/// Joins the system thread of a thread that has ended, unless another thread joins it. Returns false while the spawner
/// has not returned: then the caller tries again later.
pub(super) fn reap(queue: &WaitQueue<Life>) -> bool {
    let mut life = queue.lock();
    if life.is_alive() || matches!(life.system, System::Spawning) {
        return false;
    }
    let handle = life.take_system(Deadline::NEVER);
    drop(life);
    if let Some(handle) = handle {
        join_system(queue, handle);
    }
    true
}

fn join_system(queue: &WaitQueue<Life>, handle: JoinHandle<()>) {
    // The entry catches all panics and stores the outcome in the stage, so the result says nothing.
    let _ = handle.join();
    let mut life = queue.lock();
    life.system = System::None;
    let wakeups = life.drain();
    life.unlock_and_wake(wakeups);
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::*;

    #[test]
    fn join_returns_at_the_end_of_main_although_main_runs_again() {
        let main = WaitQueue::new(Life::running());
        std::thread::scope(|scope| {
            let joiner = scope.spawn(|| wait_until_gone(&main, Deadline::NEVER));
            while main.len() == 0 {
                std::thread::yield_now();
            }
            let mut life = main.lock();
            let wakeups = life.drain_with(ENDED);
            life.unlock_and_wake(wakeups);
            assert!(joiner.join().unwrap());
        });
    }
}
