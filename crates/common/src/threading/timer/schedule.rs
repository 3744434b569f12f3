//! The state of a timer service: pending timers, leader and workers.

use super::Timer;
use crate::sync::Deadline;
use crate::sync::thread::JoinHandle;
use crate::threading::thread::{System, Thread};
use std::collections::BTreeMap;
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
    next_worker: WorkerId,
    workers: BTreeMap<WorkerId, Worker>,
    /// System threads whose workers have exited.
    exited: Vec<JoinHandle<()>>,
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
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    Vacant,
    Coming,
    Returning,
    Waiting(Deadline),
}

pub(super) type WorkerId = u64;

struct Worker {
    stage: WorkerStage,
    /// `None` for a worker that a host's spawner has started.
    system: Option<JoinHandle<()>>,
}

// | stage    | meaning                                            | set by                                | live | active |
// | -------- | -------------------------------------------------- | ------------------------------------- | ---- | ------ |
// | Reserved | the spawner has not answered                       | `reserve_worker`                      |      | yes    |
// | Refused  | it was refused; or its entry was dropped before    | `spawn_finished`; `entry_dropped`     |      | yes    |
// |          | the spawner has answered                           |                                       |      |        |
// | Expected | the spawner said Ok; the entry does not run yet    | `spawn_finished`                      | yes  | yes    |
// | Running  | in the worker loop                                 | `worker_started`                      | yes  | yes    |
// | Exiting  | left the worker loop; its thread-locals are left   | `worker_exits`                        |      |        |
//
// A worker is removed when its system thread runs no more user code, or when its entry will certainly not run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WorkerStage {
    Reserved,
    Refused,
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
            next_worker: 0,
            workers: BTreeMap::new(),
            exited: Vec::new(),
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
        self.firing.push(due.thread().clone());
        Some(due)
    }

    pub(super) fn has_fired(&mut self, timer: &Timer) {
        self.firing.retain(|firing| firing != timer.thread());
    }

    /// The pending and firing timers. A timer that has just ended may be included.
    pub(super) fn alive(&self) -> Vec<Thread> {
        let pending = self.pending.values().map(Timer::thread);
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
        self.workers.values().any(Worker::is_live)
    }

    fn active_workers(&self) -> usize {
        let is_active = |worker: &&Worker| worker.stage != WorkerStage::Exiting;
        self.workers.values().filter(is_active).count()
    }

    /// Reserves a worker that the caller spawns. Returns `None` when `MAX_WORKERS` are active and one of them is live.
    pub(super) fn reserve_worker(&mut self) -> Option<WorkerId> {
        if self.active_workers() >= MAX_WORKERS && self.has_live_worker() {
            return None;
        }
        let id = self.next_worker;
        self.next_worker += 1;
        let stage = WorkerStage::Reserved;
        self.workers.insert(
            id,
            Worker {
                stage,
                system: None,
            },
        );
        Some(id)
    }

    /// Stores the spawner's result; `None` is a refusal. Returns false when the worker will not run: then it stays
    /// counted until [`worker_exited`](Self::worker_exited).
    pub(super) fn spawn_finished(&mut self, id: WorkerId, spawned: Option<System>) -> bool {
        let is_refused = spawned.is_none();
        let system = match spawned {
            Some(System::Spawned(handle)) => Some(handle),
            _ => None,
        };
        let Some(worker) = self.workers.get_mut(&id) else {
            self.exited.extend(system);
            return true;
        };
        worker.system = system;
        if worker.stage == WorkerStage::Reserved {
            worker.stage = if is_refused {
                WorkerStage::Refused
            } else {
                WorkerStage::Expected
            };
        }
        worker.stage != WorkerStage::Refused
    }

    /// Called when the worker's entry was dropped without being called. Returns true when the spawner had returned Ok:
    /// then this removes the worker.
    pub(super) fn entry_dropped(&mut self, id: WorkerId) -> bool {
        let Some(worker) = self.workers.get_mut(&id) else {
            return false;
        };
        if worker.stage == WorkerStage::Reserved {
            worker.stage = WorkerStage::Refused;
        }
        let was_expected = worker.stage == WorkerStage::Expected;
        if was_expected {
            self.worker_exited(id);
        }
        was_expected
    }

    /// Returns false when the worker was removed before, because its spawner had refused it.
    pub(super) fn worker_started(&mut self, id: WorkerId) -> bool {
        let worker = self.workers.get_mut(&id);
        worker
            .map(|worker| worker.stage = WorkerStage::Running)
            .is_some()
    }

    /// Marks a worker that leaves the worker loop: it checks no more timers.
    pub(super) fn worker_exits(&mut self, id: WorkerId) {
        if let Some(worker) = self.workers.get_mut(&id) {
            worker.stage = WorkerStage::Exiting;
        }
    }

    pub(super) fn worker_exited(&mut self, id: WorkerId) {
        let worker = self.workers.remove(&id);
        self.exited.extend(worker.and_then(|worker| worker.system));
    }

    /// Takes the system threads of exited workers, which the caller joins. The joins do not block for long.
    #[must_use = "join them"]
    pub(super) fn take_exited(&mut self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut self.exited)
    }

    /// The workers, and the system threads of exited ones.
    #[cfg(all(test, not(any(shuttle, loom))))]
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.workers.len(), self.exited.len())
    }

    /// Whether a worker exists that neither runs a function nor is the leader. A worker that a host has not started yet
    /// does not count.
    pub(super) fn has_idle_worker(&self) -> bool {
        let is_present = |worker: &&Worker| worker.has_begun() || worker.system.is_some();
        let present = self.workers.values().filter(is_present).count();
        let busy = self.firing.iter().filter(|timer| timer.is_alive()).count();
        present > busy + usize::from(matches!(self.lead, Lead::Waiting(_)))
    }
}

impl Worker {
    fn is_live(&self) -> bool {
        matches!(self.stage, WorkerStage::Expected | WorkerStage::Running)
    }

    fn has_begun(&self) -> bool {
        matches!(self.stage, WorkerStage::Running | WorkerStage::Exiting)
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
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
    fn system_threads_of_exited_workers_do_not_accumulate() {
        let service = leaked(Duration::ZERO);
        for _ in 0..100 {
            fire_one(service);
            while service.schedule.lock().counts().0 > 0 {
                std::thread::yield_now();
            }
            assert!(service.schedule.lock().counts().1 <= 1);
        }
        service.end_idle();
        assert_eq!(service.schedule.lock().counts(), (0, 0));
    }

    #[test]
    fn end_idle_wakes_a_leader_that_waits_for_nothing() {
        let service = leaked(Duration::MAX);
        for _ in 0..100 {
            fire_one(service);
            service.end_idle();
            assert_eq!(service.schedule.lock().counts(), (0, 0));
        }
    }

    #[test]
    fn refused_worker_is_counted_until_its_timer_is_withdrawn() {
        let service = leaked(Duration::ZERO);
        let timer = Timer::with(service, Duration::ZERO, || ());
        let mut schedule = service.schedule.lock();
        let id = schedule.reserve_worker().unwrap();
        let _key = schedule.add(crate::sync::Deadline::after(Duration::ZERO), timer);
        assert!(!schedule.entry_dropped(id));
        assert!(!schedule.spawn_finished(id, None));
        assert!(schedule.take_orphans().is_empty() && !schedule.has_live_worker());
        schedule.worker_exited(id);
        assert_eq!(schedule.take_orphans().len(), 1);
    }
}
