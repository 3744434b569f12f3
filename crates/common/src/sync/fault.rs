//! Faults planted on purpose, to prove that `just explore` would find such a one.
//!
//! In an ordinary build there are none: [`planted`] is a constant `false`, and what it guards is not
//! there.

/// A mistake that a primitive could be made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "an ordinary build plants none")]
pub(crate) enum Fault {
    /// A sleeper is taken out of the line and not woken.
    LostWakeUp,
    /// A waiter that was taken reports a timeout: its wake-up is gone.
    SpentOnTimedOut,
    /// A thread is woken besides the one that was to be.
    TwoForOne,
    /// Being woken does not show what was done before.
    WeakWakeUp,
    /// A lock is free before what was done under it can be seen.
    WeakRelease,
    /// A woken thread gives up, and leaves the next release thinking that it will still come.
    StillAwake,
    /// A woken thread has taken its unit, and the next release still counts on it to come.
    StillCountedOn,
    /// A reentrant lock is free after its owner's first release, whatever levels are left.
    OuterLevelForgotten,
    /// Who has waited for a condition has one level of its lock again, whatever it had.
    InnerLevelsForgotten,
    /// A waiter is moved to its lock's line, and the lock's release does not look there.
    MovedWithoutWord,
    /// Who waits for the end of a future, or for an event, is entered when it has come and nobody looks any
    /// more.
    EnteredTooLate,
    /// Those who wait for an event are taken when it could be seen set, and others have come.
    TakenTooLate,
    /// Somebody is in line, and the state says that nobody is.
    WordForgotten,
    /// The last of several futures is done, and who waits for all of them is not woken.
    LastFutureUnheard,
    /// A worker whose callback blocks is still counted as free.
    PromiseKept,
    /// A timer is ended by its cancel, though it is firing already.
    CancelledTooLate,
    /// A function runs and nobody waits for the next timer.
    NobodyLeads,
    /// Who waits for the next timer falls asleep, and others still count on it to look.
    StillExpected,
    /// A worker is hired for a task that a shutdown has cancelled.
    HiredTooLate,
    /// Whoever changes a future's phase looks first and writes then.
    TwoSteps,
    /// A barrier lets the next generation in while an action runs for the last one.
    OpenDoor,
    /// An action ends well for its own thread, though its generation was broken meanwhile.
    ActsForNobody,
    /// An item is put, and a thread that waits for one is not woken.
    ItemUnheard,
    /// An item is got, and a thread that waits for room is not woken.
    RoomUnheard,
    /// A thread that was woken for an item panics, or finds room for more than its own, and calls no other.
    NotPassedOn,
    /// An item is got from the inbox while there are older ones in the outbox.
    Overtaken,
    /// Room is counted without what lies in the outbox.
    OutboxForgotten,
    /// What was done for a task is not seen by who joins.
    WeakTask,
    /// An item can be got before it is counted as unfinished.
    CountedTooLate,
    /// The last task is done, and who joins the queue is not woken.
    LastTaskUnheard,
    /// A queue is shut down, and who waits in it is not woken.
    ShutdownUnheard,
}

#[cfg(not(all(test, any(shuttle, loom))))]
pub(crate) const fn planted(_: Fault) -> bool {
    false
}

#[cfg(all(test, any(shuttle, loom)))]
pub(crate) use exploring::{plant, planted};

#[cfg(all(test, any(shuttle, loom)))]
mod exploring {
    use super::Fault;
    use std::cell::Cell;

    // A model runs on one thread of the system, with the test that checks it.
    std::thread_local!(static PLANTED: Cell<Option<Fault>> = const { Cell::new(None) });

    pub(crate) fn plant(fault: Option<Fault>) {
        PLANTED.set(fault);
    }

    pub(crate) fn planted(fault: Fault) -> bool {
        PLANTED.get() == Some(fault)
    }
}
