//! Injected faults, which prove that `just explore` finds such bugs.
//!
//! `fault!(Name)` is false, and `fault!(Name, wrong, else right)` is `right`, in every build but that of the
//! model checkers: there a test plants one fault at a time.

#[cfg(not(all(test, any(shuttle, loom))))]
macro_rules! fault {
    ($name:ident) => {
        false
    };
    ($name:ident, $wrong:expr, else $right:expr) => {
        $right
    };
}

#[cfg(all(test, any(shuttle, loom)))]
macro_rules! fault {
    ($name:ident) => {
        $crate::sync::fault::is_planted($crate::sync::fault::Fault::$name)
    };
    ($name:ident, $wrong:expr, else $right:expr) => {
        if fault!($name) { $wrong } else { $right }
    };
}

#[cfg(all(test, any(shuttle, loom)))]
pub(crate) use planted::{Fault, is_planted, plant};

#[cfg(all(test, any(shuttle, loom)))]
mod planted {
    use std::cell::Cell;

    /// A bug that can be injected into a primitive.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[allow(dead_code, reason = "shuttle and loom each look for their own")]
    pub(crate) enum Fault {
        /// A parked waiter is removed from its queue and not woken.
        LostWakeup,
        /// A waiter that was popped reports a timeout: its notification is lost.
        CancelledAfterNotify,
        /// A second waiter is popped along with the first.
        TwoForOne,
        /// A notification does not show what happened before it.
        WeakWakeup,
        /// A release does not show what happened before it.
        WeakRelease,
        /// A notified waiter gives up without marking the lock as contended.
        GaveUpUnmarked,
        /// A release is never fair to a starving waiter.
        UnfairRelease,
        /// A waiter blocks with the park token that belongs to the application.
        StolenParkToken,
        /// A join returns when the target has returned, while thread-locals are left.
        EndedTooEarly,
        /// A notified waiter has its permit, and still counts as in flight.
        StillInFlight,
        /// A reentrant lock is free after its owner's first release, even if levels are left.
        ReleasedOuterLevel,
        /// After a condition's wait a reentrant lock has one level, regardless of its level before.
        RestoredOneLevel,
        /// A condition's waiter is moved to the lock's queue, and the lock is not marked as contended.
        RequeuedUnmarked,
        /// A waiter enqueues after the final state was set.
        EnqueuedTooLate,
        /// An event is seen set before its waiters are drained.
        DrainedTooLate,
        /// A waiter is queued, and the state does not say so.
        UnmarkedWaiter,
        /// A worker whose callback blocks still counts as idle.
        StillIdle,
        /// An idle worker takes a task, and wakes no other worker for the tasks that relied on it.
        OthersNotWoken,
        /// A cancelled task still counts as waiting.
        CancelledStillWaits,
        /// The call of a cancelled future is dropped before the threads that wait for it are woken.
        CallDroppedBeforeWakeup,
        /// A thread blocks before it has run its deferred work.
        BlockedBeforeDeferred,
        /// After a refused spawn a submit spawns one worker, regardless of the number of waiting tasks.
        OneWorkerShort,
        /// A timer that is firing is ended by its cancel.
        CancelledWhileFiring,
        /// A timer's function runs and no worker is the leader.
        NoLeader,
        /// The leader blocks, and the other threads still expect it to check the timers.
        LeaderExpected,
        /// A worker is spawned for a task that a shutdown has cancelled.
        SpawnedTooLate,
        /// The phase of a future is changed in two steps.
        TwoSteps,
        /// A barrier admits the next generation while an action runs for the last one.
        OpenGate,
        /// `wait` returns Ok to the thread that ran the action, although its generation was broken during the action.
        ActionOfBrokenGeneration,
        /// An item is put, and no getter is notified.
        ItemNotNotified,
        /// An item is taken or the bound is raised, and no putter is notified.
        RoomNotNotified,
        /// A notified waiter that cannot use its item or room, or not all of it, does not notify the next one.
        NotPassedOn,
        /// An item is taken from the inbox while the outbox has older ones.
        Overtaken,
        /// The items of the outbox are not counted against the bound.
        OutboxNotCounted,
        /// Writes before `task_done` are not visible to the thread that joins the queue.
        WeakTaskDone,
        /// A thread sees tasks of others as done, and not their items as put.
        WeakTaskCount,
        /// An item can be taken before it counts as unfinished.
        CountedTooLate,
        /// The last task is done, and the thread that joins the queue is not notified.
        LastTaskNotNotified,
        /// No item and no place is ever reserved for a starving waiter of a queue.
        UnfairNotify,
        /// A queue is shut down, and its waiters are not notified.
        ShutdownNotNotified,
        /// The items that `shutdown_now` removes still count as unfinished.
        RemovedNotDone,
    }

    // A model runs on one system thread, that of the test that checks it.
    std::thread_local!(static PLANTED: Cell<Option<Fault>> = const { Cell::new(None) });

    pub(crate) fn plant(fault: Option<Fault>) {
        PLANTED.set(fault);
    }

    pub(crate) fn is_planted(fault: Fault) -> bool {
        PLANTED.get() == Some(fault)
    }
}
