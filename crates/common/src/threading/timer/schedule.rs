//! Which timers wait, and which of the service's threads waits for the next of them.

use crate::sync::Deadline;
use crate::threading::thread::Thread;
use crate::threading::timer::Timer;
use std::collections::BTreeMap;
use std::time::Duration;

/// Threads that the service may have: 64 that run functions, and one that leads.
const MOST_THREADS: usize = 64 + 1;

/// When a timer fires, and its number among those of the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    deadline: Deadline,
    number: u64,
}

/// What the service knows; all of it changes under one mutex.
pub(super) struct Schedule {
    next_number: u64,
    /// Timers that were started and have neither fired nor been cancelled. A timer belongs to whoever
    /// takes it out of here: so it fires or is cancelled, never both.
    pending: BTreeMap<Moment, Timer>,
    /// Those whose functions run.
    firing: Vec<Thread>,
    /// While something is pending that will be due, somebody leads who sleeps no longer than to the first of them, or is
    /// on the way to look; or all threads are busy, and each looks when it is done.
    pub(super) lead: Lead,
    /// All threads, those that are only on order among them.
    threads: usize,
    /// On order: the spawner has not said yes or no.
    on_order: usize,
    /// For how long a thread with nothing to do stays.
    pub(super) rest: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    Nobody,
    /// Somebody was called or is on order, and will look at what is pending before anything else.
    OnTheWay,
    /// A function has just returned, and its thread will look next.
    Returning,
    /// The leader is in line, and wakes by itself at this time.
    Asleep(Deadline),
}

impl Schedule {
    pub(super) const fn new(rest: Duration) -> Self {
        Self {
            next_number: 0,
            pending: BTreeMap::new(),
            firing: Vec::new(),
            lead: Lead::Nobody,
            threads: 0,
            on_order: 0,
            rest,
        }
    }

    pub(super) fn add(&mut self, deadline: Deadline, timer: Timer) -> Moment {
        let number = self.next_number;
        self.next_number += 1;
        let moment = Moment { deadline, number };
        self.pending.insert(moment, timer);
        moment
    }

    /// False when it is not here any more.
    pub(super) fn remove(&mut self, moment: Moment) -> bool {
        // Whoever takes it back has another handle: nothing of it is dropped in here.
        self.pending.remove(&moment).is_some()
    }

    /// The first timer, if it is time for it, which is now firing.
    pub(super) fn take_due(&mut self) -> Option<Timer> {
        let first = self.pending.first_entry()?;
        let due = first.key().deadline.has_passed().then(|| first.remove())?;
        self.firing.push(due.thread().clone());
        Some(due)
    }

    pub(super) fn has_fired(&mut self, timer: &Timer) {
        self.firing.retain(|firing| firing != timer.thread());
    }

    /// Those that have been started and have neither been cancelled nor ended.
    pub(super) fn alive(&self) -> Vec<Thread> {
        let pending = self.pending.values().map(Timer::thread);
        pending.chain(&self.firing).cloned().collect()
    }

    pub(super) fn has(&self, moment: Moment) -> bool {
        self.pending.contains_key(&moment)
    }

    /// When the first timer is due, if one ever is.
    pub(super) fn first(&self) -> Option<Deadline> {
        let first = self.pending.keys().next()?.deadline;
        (first != Deadline::NEVER).then_some(first)
    }

    /// Whether somebody is there, or has surely been started, who will look sooner or later.
    pub(super) fn is_manned(&self) -> bool {
        self.threads > self.on_order
    }

    /// Counts a thread that is to be started, if there may be one more. While it is not certain that there
    /// is any, there may be.
    pub(super) fn order(&mut self) -> bool {
        let may = self.threads < MOST_THREADS || !self.is_manned();
        if may {
            self.threads += 1;
            self.on_order += 1;
        }
        may
    }

    /// The spawner has spoken.
    pub(super) fn ordered(&mut self, came: bool) {
        self.on_order -= 1;
        if !came {
            self.dismiss();
        }
    }

    pub(super) fn dismiss(&mut self) {
        self.threads -= 1;
    }
}
