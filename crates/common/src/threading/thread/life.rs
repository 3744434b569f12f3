//! The lifecycle of a thread, from its start to the end of its system thread.

use crate::sync::thread::JoinHandle;
use crate::sync::{Backoff, Deadline};
use crate::threading::panic::Panic;
use crate::wait_queue::{Parked, UnparkToken, WaitQueue, WaitQueueGuard};

pub(in crate::threading) type Target = Box<dyn FnOnce() + Send>;

/// Wake reason of a joiner: the thread has ended. The stage may differ, because the main thread may run again before
/// the joiner reads it.
pub(super) const ENDED: UnparkToken = UnparkToken(1);

/// A thread's stage, target, panic and system thread, protected by the mutex of the wait queue that holds it.
pub(super) struct Life {
    pub(super) stage: Stage,
    /// Taken by the start of a system thread, and by the thread that fires or ends a timer. Dropped before the thread
    /// ends.
    pub(super) target: Option<Target>,
    /// How the target ended. Set before the stage is `Ended`.
    pub(super) panic: Option<Panic>,
    pub(super) system: System,
}

// | stage    | meaning                                                  | set by                                |
// | -------- | -------------------------------------------------------- | ------------------------------------- |
// | New      | not started                                              | `new`; a start that was refused       |
// | Started  | alive; it may not run yet, or no longer run its target   | `start`; `new`, without a target;     |
// |          | but destructors of thread-locals                         | `run`, for the main thread            |
// | Ended    | unregistered; its user code has ended                    | `finish`: the drop of the last        |
// |          |                                                          | thread-local; the end or drop of the  |
// |          |                                                          | entry on a host's thread; the end of  |
// |          |                                                          | a timer; `run`, for the main thread   |
/// The stage of a thread's life.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    New,
    Started,
    Ended,
}

// | state    | meaning                                                  | set by                     | next states   |
// | -------- | -------------------------------------------------------- | -------------------------- | ------------- |
// | None     | no system thread to join: not started, a timer, a host's | `new`; `entry::spawn`;     | Spawning      |
// |          | thread, or joined already                                | `wait_until_gone`          |               |
// | Spawning | the spawner has not returned yet                         | `entry::spawn`             | None, Spawned |
// | Spawned  | the system thread is not joined yet; without the handle, | `entry::spawn`;            | None          |
// |          | a thread joins it, and then wakes the other joiners      | `take_system`              |               |
/// The system thread of a [`Thread`](super::Thread).
pub(super) enum System {
    None,
    Spawning,
    Spawned(Option<JoinHandle<()>>),
}

impl Life {
    /// The lifecycle of a thread that is to run `target`. Without a target, the thread runs already.
    pub(super) fn new(target: Option<Target>) -> Self {
        Self {
            stage: target.as_ref().map_or(Stage::Started, |_| Stage::New),
            target,
            panic: None,
            system: System::None,
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.stage == Stage::Started
    }

    /// Whether a system thread of the library is not joined yet, and no thread joins it.
    pub(super) fn has_system(&self) -> bool {
        matches!(self.system, System::Spawning | System::Spawned(Some(_)))
    }

    /// Takes the system thread for a caller that joins it, which blocks. Returns `None` while the thread is alive if
    /// the caller has a deadline: joining a system thread has no timeout.
    fn take_system(&mut self, deadline: Deadline) -> Option<JoinHandle<()>> {
        let may_join = !self.is_alive() || deadline == Deadline::NEVER;
        match &mut self.system {
            System::Spawned(handle) if may_join => handle.take(),
            _ => None,
        }
    }
}

/// Blocks while the thread is alive, and until its system thread is gone. Returns its lifecycle at that moment, or
/// `None` when the deadline expires first. A thread that was not started is not waited for.
///
/// One joiner joins the system thread; the others wait in the queue until that joiner wakes them.
pub(super) fn wait_until_gone(
    queue: &WaitQueue<Life>,
    deadline: Deadline,
) -> Option<WaitQueueGuard<'_, Life>> {
    let mut has_ended = false;
    let mut life = queue.lock();
    loop {
        if let Some(handle) = life.take_system(deadline) {
            drop(life);
            // The result says nothing: the panics of the target are caught, and kept in the lifecycle.
            let _ = handle.join();
            life = queue.lock();
            life.system = System::None;
            let wakeups = life.drain();
            life.unlock_and_wake(wakeups);
        } else if (has_ended || !life.is_alive()) && matches!(life.system, System::None) {
            return Some(life);
        } else if deadline.has_passed() {
            return None;
        } else {
            match life.wait(deadline, Backoff::YieldFirst) {
                Parked::Notified(token) => has_ended |= token == ENDED,
                Parked::TimedOut(_) => return None,
            }
        }
        life = queue.lock();
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::*;

    #[test]
    fn join_returns_at_the_end_of_main_although_main_runs_again() {
        let main = WaitQueue::new(Life::new(None));
        std::thread::scope(|scope| {
            let joiner = scope.spawn(|| wait_until_gone(&main, Deadline::NEVER).is_some());
            while main.waiting() == 0 {
                std::thread::yield_now();
            }
            let mut life = main.lock();
            let wakeups = life.drain_with(ENDED);
            life.unlock_and_wake(wakeups);
            assert!(joiner.join().unwrap());
        });
    }
}
