//! The state of a timer service: pending timers, leader and workers.

use super::Timer;
use crate::sync::Deadline;
use crate::threading::thread::Thread;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::time::Duration;

/// 64 workers that run functions, and one that leads.
const MAX_WORKERS: usize = 64 + 1;

/// The sort key of a pending timer: its deadline, then its start order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TimerKey {
    deadline: Deadline,
    number: u64,
}

/// The state of a timer service, protected by one mutex.
///
/// Invariant: a pending timer has a deadline other than `NEVER` ⇒ a worker is active.
pub(super) struct Schedule {
    next_number: u64,
    /// Timers that were started and have neither fired nor been cancelled. A timer belongs to the thread that removes
    /// it from here: so it fires or is cancelled, never both.
    pending: BTreeMap<TimerKey, Timer>,
    /// Timers whose functions run or have just returned, each on a worker.
    firing: Vec<Thread>,
    pub(super) lead: Lead,
    workers: Vec<Worker>,
    /// How long a worker idles before it exits.
    idle_timeout: Duration,
    /// Set during `end_idle`: an idle worker exits at once.
    pub(super) is_ending: bool,
}

// The worker that checks the pending timers when the first of them is due.
//
// | state     | meaning                                          | set by                        | left for          |
// | --------- | ------------------------------------------------ | ----------------------------- | ----------------- |
// | Vacant    | none: nothing is pending, or all workers run     | a worker that looks; a worker | any other         |
// |           | functions and look when these have returned      | that will not come            |                   |
// | Coming    | a worker was woken or is being spawned, and      | `ensure_leader`, `end_idle`   | Vacant, by the    |
// |           | looks before anything else                       |                               | worker that looks |
// | Returning | a function has returned, and its worker looks    | `callback_returned`, over     | Vacant, by the    |
// |           | next                                             | Vacant only                   | worker that looks |
// | Waiting   | the leader is in the wait queue and looks at     | the leader                    | Coming, when it   |
// |           | this deadline, or when it is woken               |                               | is woken; Vacant, |
// |           |                                                  |                               | when it times out |
/// The state of the leader.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    Vacant,
    Coming,
    Returning,
    Waiting(Deadline),
}

/// A thread that fires timers, or will.
struct Worker {
    thread: Thread,
    stage: WorkerStage,
}

// | stage    | meaning                                            | set by                       | live | active |
// | -------- | -------------------------------------------------- | ---------------------------- | ---- | ------ |
// | Spawning | its start has not returned, or was just refused    | `reserve_worker`             |      | yes    |
// | Expected | its start returned Ok; it does not run yet         | `Service::spawn_worker`      | yes  | yes    |
// | Running  | in the worker loop                                 | `Service::worker_loop`       | yes  | yes    |
// | Exiting  | left the worker loop; its thread-locals are left   | `Service::worker_loop`       |      |        |
//
// The stages are passed in this order. A worker is removed when its thread has ended, or when its start was refused.
/// How far a worker is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WorkerStage {
    Spawning,
    Expected,
    Running,
    Exiting,
}

impl Schedule {
    pub(super) const fn new(idle_timeout: Duration) -> Self {
        Self {
            next_number: 0,
            pending: BTreeMap::new(),
            firing: Vec::new(),
            lead: Lead::Vacant,
            workers: Vec::new(),
            idle_timeout,
            is_ending: false,
        }
    }

    pub(super) fn add(&mut self, deadline: Deadline, timer: Timer) -> TimerKey {
        let number = self.next_number;
        self.next_number += 1;
        let key = TimerKey { deadline, number };
        self.pending.insert(key, timer);
        key
    }

    /// Returns false when the timer is no longer pending.
    pub(super) fn remove(&mut self, key: TimerKey) -> bool {
        // The caller holds another handle, so no user value is dropped under the mutex.
        self.pending.remove(&key).is_some()
    }

    pub(super) fn is_pending(&self, key: TimerKey) -> bool {
        self.pending.contains_key(&key)
    }

    /// The deadline of the first pending timer, or `None` if there is none or it is `NEVER`.
    pub(super) fn first_deadline(&self) -> Option<Deadline> {
        let first = self.pending.keys().next()?.deadline;
        (first != Deadline::NEVER).then_some(first)
    }

    /// Removes the first pending timer if it is due; its function runs from now on.
    pub(super) fn take_due(&mut self) -> Option<Timer> {
        let first = self.pending.first_entry()?;
        let due = first.key().deadline.has_passed().then(|| first.remove())?;
        self.firing.push(Thread::clone(&due));
        Some(due)
    }

    pub(super) fn has_fired(&mut self, timer: &Timer) {
        self.firing.retain(|firing| *firing != **timer);
    }

    /// The pending and firing timers. A timer that has just ended may be included.
    pub(super) fn alive(&self) -> Vec<Thread> {
        let pending = self.pending.values().map(Deref::deref);
        pending.chain(&self.firing).cloned().collect()
    }

    /// If no worker is active, removes and returns the pending timers with a deadline, because no worker will fire
    /// them.
    pub(super) fn take_orphans(&mut self) -> Vec<Timer> {
        if self.active_workers() > 0 {
            return Vec::new();
        }
        let never = TimerKey {
            deadline: Deadline::NEVER,
            number: 0,
        };
        let endless = self.pending.split_off(&never);
        let orphans = std::mem::replace(&mut self.pending, endless);
        orphans.into_values().collect()
    }

    /// The deadline of a worker that begins to idle now.
    pub(super) fn idle_deadline(&self) -> Deadline {
        Deadline::after(self.idle_timeout)
    }

    /// Whether a live worker exists: it will check the pending timers eventually.
    pub(super) fn has_live_worker(&self) -> bool {
        let is_live = |stage| matches!(stage, WorkerStage::Expected | WorkerStage::Running);
        self.workers.iter().any(|worker| is_live(worker.stage))
    }

    fn active_workers(&self) -> usize {
        let is_active = |worker: &&Worker| worker.stage != WorkerStage::Exiting;
        self.workers.iter().filter(is_active).count()
    }

    /// Adds the worker that `new` returns, which the caller starts. Returns `None` when `MAX_WORKERS` are active and one
    /// of them is live.
    pub(super) fn reserve_worker(&mut self, new: impl FnOnce() -> Thread) -> Option<Thread> {
        if self.active_workers() >= MAX_WORKERS && self.has_live_worker() {
            return None;
        }
        let thread = new();
        self.workers.push(Worker {
            thread: thread.clone(),
            stage: WorkerStage::Spawning,
        });
        Some(thread)
    }

    /// Advances a worker to `stage`, unless it is further already. Returns false when the worker was removed before.
    pub(super) fn advance(&mut self, thread: &Thread, stage: WorkerStage) -> bool {
        let worker = self
            .workers
            .iter_mut()
            .find(|worker| worker.thread == *thread);
        worker
            .map(|worker| worker.stage = worker.stage.max(stage))
            .is_some()
    }

    /// Removes a worker and returns its stage, or `None` when it was removed before.
    pub(super) fn remove_worker(&mut self, thread: &Thread) -> Option<WorkerStage> {
        let place = self
            .workers
            .iter()
            .position(|worker| worker.thread == *thread)?;
        Some(self.workers.swap_remove(place).stage)
    }

    #[cfg(all(test, not(any(shuttle, loom))))]
    pub(super) fn workers(&self) -> usize {
        self.workers.len()
    }

    /// Whether a worker exists that neither runs a function nor is the leader. A worker that a host has not started yet
    /// does not count.
    pub(super) fn has_idle_worker(&self) -> bool {
        let is_present = |worker: &&Worker| match worker.stage {
            WorkerStage::Spawning => false,
            WorkerStage::Expected => worker.thread.has_system(),
            WorkerStage::Running | WorkerStage::Exiting => true,
        };
        let present = self.workers.iter().filter(is_present).count();
        let busy = self.firing.iter().filter(|timer| timer.is_alive()).count();
        present > busy + usize::from(matches!(self.lead, Lead::Waiting(_)))
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use crate::threading::Thread;
    use crate::threading::timer::Timer;
    use crate::threading::timer::service::Service;
    use std::time::Duration;

    fn leaked(idle_timeout: Duration) -> &'static Service {
        Box::leak(Box::new(Service::new(idle_timeout)))
    }

    fn fire_one(service: &'static Service) {
        let timer = Timer::with(service, Duration::ZERO, || ());
        timer.start().unwrap();
        timer.join().unwrap();
    }

    #[test]
    fn exited_workers_do_not_accumulate() {
        let service = leaked(Duration::ZERO);
        for _ in 0..100 {
            fire_one(service);
            while service.schedule.lock().workers() > 0 {
                std::thread::yield_now();
            }
        }
    }

    #[test]
    fn end_idle_wakes_a_leader_that_waits_for_nothing() {
        let service = leaked(Duration::MAX);
        for _ in 0..100 {
            fire_one(service);
            service.end_idle();
            assert_eq!(service.schedule.lock().workers(), 0);
        }
    }

    #[test]
    fn refused_worker_is_counted_until_its_timer_is_withdrawn() {
        let service = leaked(Duration::ZERO);
        let timer = Timer::with(service, Duration::ZERO, || ());
        let mut schedule = service.schedule.lock();
        let worker = schedule.reserve_worker(|| Thread::new(|| ())).unwrap();
        let _key = schedule.add(crate::sync::Deadline::after(Duration::ZERO), timer);
        assert!(schedule.take_orphans().is_empty() && !schedule.has_live_worker());
        schedule.remove_worker(&worker);
        assert_eq!(schedule.take_orphans().len(), 1);
    }
}
