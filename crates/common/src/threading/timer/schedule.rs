//! The state of a timer service: pending timers, leader and workers.

use super::{NOT_PENDING, TAKEN, Timer, TimerInner};
use crate::sync::{Deadline, global_atomic::Ordering::Relaxed};
use crate::threading::get_ident;
use crate::threading::thread::Thread;
use WorkerStage::{Exiting, Expected, Firing, Looking, Spawning};
use std::collections::BTreeMap;

/// 64 workers that run functions, and one that leads.
const MAX_WORKERS: usize = 64 + 1;

/// The state of a timer service, protected by one mutex.
///
/// Invariant: a pending timer has a deadline other than `NEVER` ⇒ a worker is active.
pub(super) struct Schedule {
    /// Timers that were started and have neither fired nor been cancelled. A timer belongs to the thread that removes
    /// it from here: so it fires or is cancelled, never both.
    ///
    /// A binary heap by deadline: no deadline is earlier than that of the parent, the timer at `(index - 1) / 2`. Invariant: each
    /// timer's `place` is its index.
    pending: Vec<(Deadline, Timer)>,
    pub(super) lead: Lead,
    /// By ident. A worker is removed when its thread has ended, or when its start was refused.
    workers: BTreeMap<u64, WorkerStage>,
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

// | stage    | meaning                                            | set by                       | live | active |
// | -------- | -------------------------------------------------- | ---------------------------- | ---- | ------ |
// | Spawning | its start has not returned                         | `reserve_worker`             |      | yes    |
// | Expected | its start returned Ok, and a host has not called   | `worker_started`             | yes  | yes    |
// |          | its entry yet                                      |                              |      |        |
// | Looking  | in the worker loop, or a system thread that will   | the worker; `worker_started` | yes  | yes    |
// |          | enter it: looks at the timers, or waits            |                              |      |        |
// | Firing   | runs the function of this timer, or has just       | the worker                   | yes  | yes    |
// |          | returned from it                                   |                              |      |        |
// | Exiting  | left the worker loop; its thread-locals are left   | the worker                   |      |        |
/// How far a worker is.
pub(super) enum WorkerStage {
    Spawning,
    Expected,
    Looking,
    Firing(Thread),
    Exiting,
}

impl WorkerStage {
    /// Whether the worker runs no function. The leader counts; a worker that a host has not started yet does not.
    fn is_idle(&self) -> bool {
        match self {
            Spawning | Expected => false,
            Firing(timer) => !timer.is_alive(),
            Looking | Exiting => true,
        }
    }
}

impl Schedule {
    pub(super) const fn new() -> Self {
        Self {
            pending: Vec::new(),
            lead: Lead::Vacant,
            workers: BTreeMap::new(),
            is_ending: false,
        }
    }

    pub(super) fn add(&mut self, deadline: Deadline, timer: Timer) {
        self.pending.push((deadline, timer));
        self.sift(self.pending.len() - 1);
    }

    /// Returns false when the timer is not pending.
    pub(super) fn remove(&mut self, timer: &TimerInner) -> bool {
        let index = timer.place.load(Relaxed);
        let is_pending = index < self.pending.len();
        if is_pending {
            // The caller holds another handle, so no user value is dropped under the mutex.
            self.remove_at(index, NOT_PENDING);
        }
        is_pending
    }

    fn remove_at(&mut self, index: usize, place: usize) -> Timer {
        let (_, timer) = self.pending.swap_remove(index);
        timer.inner().place.store(place, Relaxed);
        if index < self.pending.len() {
            self.sift(index);
        }
        timer
    }

    /// Moves the timer at `index` up or down to where its deadline belongs.
    fn sift(&mut self, mut index: usize) {
        while let Some(better) = self.better_index(index) {
            self.pending.swap(index, better);
            self.store_place(index);
            index = better;
        }
        self.store_place(index);
    }

    /// The index with which the timer at `index` must change places, if any: its parent's, or that of its earlier child.
    fn better_index(&self, index: usize) -> Option<usize> {
        let deadline = |index: usize| self.pending[index].0;
        let parent = index.saturating_sub(1) / 2;
        if deadline(index) < deadline(parent) {
            return Some(parent);
        }
        let children = 2 * index + 1..self.pending.len().min(2 * index + 3);
        let child = children.min_by_key(|&child| deadline(child))?;
        (deadline(child) < deadline(index)).then_some(child)
    }

    fn store_place(&self, index: usize) {
        let (_, timer) = &self.pending[index];
        timer.inner().place.store(index, Relaxed);
    }

    /// The deadline of the first pending timer, or `None` if there is none or it is `NEVER`.
    pub(super) fn first_deadline(&self) -> Option<Deadline> {
        let (first, _) = self.pending.first()?;
        (*first != Deadline::NEVER).then_some(*first)
    }

    /// Removes the first pending timer if it is due; the calling worker runs its function from now on.
    pub(super) fn take_due(&mut self) -> Option<Timer> {
        self.first_deadline().filter(|first| first.has_passed())?;
        let due = self.remove_at(0, TAKEN);
        self.set_stage(Firing(Thread::clone(&due)));
        Some(due)
    }

    /// The pending and firing timers. A timer that has just ended may be included.
    pub(super) fn alive(&self) -> Vec<Thread> {
        let pending = self.pending.iter().map(|(_, timer)| &**timer);
        let firing = self.workers.values().filter_map(|stage| match stage {
            Firing(timer) => Some(timer),
            _ => None,
        });
        pending.chain(firing).cloned().collect()
    }

    /// If no worker is active, removes and returns the pending timers with a deadline, because no worker will fire
    /// them.
    pub(super) fn take_orphans(&mut self) -> Vec<Timer> {
        let mut orphans = Vec::new();
        while self.active_workers() == 0 && self.first_deadline().is_some() {
            orphans.push(self.remove_at(0, TAKEN));
        }
        orphans
    }

    /// Whether a worker exists that will look at the pending timers eventually.
    pub(super) fn has_live_worker(&self) -> bool {
        let mut stages = self.workers.values();
        stages.any(|stage| !matches!(stage, Spawning | Exiting))
    }

    fn active_workers(&self) -> usize {
        let is_active = |stage: &&_| !matches!(stage, Exiting);
        self.workers.values().filter(is_active).count()
    }

    /// Whether a worker exists that neither runs a function nor is the leader.
    pub(super) fn has_idle_worker(&self) -> bool {
        let idle = self.workers.values().filter(|stage| stage.is_idle());
        idle.count() > usize::from(matches!(self.lead, Lead::Waiting(_)))
    }

    /// Adds the worker that `new` returns, which the caller starts. Returns `None` when `MAX_WORKERS` are active and one
    /// of them is live.
    pub(super) fn reserve_worker(&mut self, new: impl FnOnce() -> Thread) -> Option<Thread> {
        if self.active_workers() >= MAX_WORKERS && self.has_live_worker() {
            return None;
        }
        let worker = new();
        self.workers.insert(worker.ident(), Spawning);
        Some(worker)
    }

    /// Called when the start of a worker has returned Ok. The worker may run already, or have ended.
    pub(super) fn worker_started(&mut self, worker: &Thread) {
        if let Some(stage @ Spawning) = self.workers.get_mut(&worker.ident()) {
            *stage = if worker.has_system() {
                Looking
            } else {
                Expected
            };
        }
    }

    /// Sets the stage of the calling worker.
    pub(super) fn set_stage(&mut self, stage: WorkerStage) {
        self.workers.insert(get_ident(), stage);
    }

    /// Removes a worker. Returns true when it never ran and was not removed before.
    pub(super) fn remove_worker(&mut self, worker: &Thread) -> bool {
        let stage = self.workers.remove(&worker.ident());
        matches!(stage, Some(Spawning | Expected))
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use crate::sync::Deadline;
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
            while !service.schedule.lock().workers.is_empty() {
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
            assert_eq!(service.schedule.lock().workers.len(), 0);
        }
    }

    #[test]
    fn refused_worker_is_counted_until_its_timer_is_withdrawn() {
        let service = leaked(Duration::ZERO);
        let timer = Timer::with(service, Duration::ZERO, || ());
        let mut schedule = service.schedule.lock();
        let worker = schedule.reserve_worker(|| Thread::new(|| ())).unwrap();
        schedule.add(Deadline::after(Duration::ZERO), timer);
        assert!(schedule.take_orphans().is_empty() && !schedule.has_live_worker());
        assert!(schedule.remove_worker(&worker));
        assert_eq!(schedule.take_orphans().len(), 1);
    }

    #[test]
    fn timers_are_due_in_the_order_of_their_deadlines() {
        let service = leaked(Duration::ZERO);
        let mut schedule = service.schedule.lock();
        let now = crate::sync::Instant::now();
        // 37 is prime to 100: the numbers of `0..100` in another order.
        let timers = (0..100).map(|number| {
            let interval = Duration::from_secs(number * 37 % 100);
            let timer = Timer::with(service, interval, || ());
            schedule.add(Deadline::counted_from(now, interval), timer.clone());
            timer
        });
        for timer in timers.collect::<Vec<_>>().iter().step_by(3) {
            assert!(schedule.remove(timer.inner()) && !schedule.remove(timer.inner()));
        }
        let due: Vec<_> = schedule
            .take_orphans()
            .iter()
            .map(Timer::interval)
            .collect();
        assert!(due.is_sorted() && due.len() == 66);
    }
}
