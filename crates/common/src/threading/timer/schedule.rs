//! The state of a timer service: pending timers, leader and workers.

use super::{NOT_PENDING, Timer, TimerInner};
use crate::sync::{Deadline, global_atomic::Ordering::Relaxed};
use crate::threading::thread::{Thread, get_ident};
use WorkerStage::{Expected, Firing, Ready, Spawning};
use std::collections::BTreeMap;

/// 64 workers that run functions, and the leader.
const MAX_WORKERS: usize = 64 + 1;

/// The state of a timer service, protected by one mutex.
///
/// Invariant: a pending timer has a deadline other than `NEVER` ⇒ there is a worker.
pub(super) struct Schedule {
    /// Timers that were started and have neither fired nor been cancelled. A timer belongs to the thread that removes
    /// it from here: so it fires or is cancelled, never both.
    ///
    /// A binary heap by deadline. Invariant: no deadline is earlier than that of the parent, the timer at
    /// `(index - 1) / 2`; the `place` of each timer is its index.
    pending: Vec<(Deadline, Timer)>,
    pub(super) leader: Leader,
    /// By ident. A worker is removed when it leaves the worker loop, or when it will never run.
    workers: BTreeMap<u64, WorkerStage>,
    /// The number of workers that have left the worker loop and whose threads have not ended: thread-locals are left.
    exiting: usize,
    /// True during `end_idle`: an idle worker exits at once.
    pub(super) is_ending: bool,
}

// The leader is the worker that checks the pending timers when the first of them is due.
//
// | state     | meaning                                     | set by                       | next states              |
// | --------- | ------------------------------------------- | ---------------------------- | ------------------------ |
// | Vacant    | none: there is no worker, or all workers    | new; a worker that checks;   | any other                |
// |           | run functions, and check when these have    | the end of a worker that     |                          |
// |           | returned                                    | never ran                    |                          |
// | Coming    | a worker was woken or is being spawned, and | `ensure_leader`, `end_idle`  | Vacant                   |
// |           | checks before anything else                 |                              |                          |
// | Returning | a function has returned, and its worker     | `callback_returned`, over    | Vacant; Coming, by       |
// |           | checks next                                 | Vacant only                  | `end_idle`               |
// | Waiting   | an idle worker checks at this deadline, or  | the worker that waits, over  | Vacant; Coming, when any |
// |           | when it is woken                            | Vacant only                  | idle worker is woken     |
/// The state of the leader.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leader {
    Vacant,
    Coming,
    Returning,
    Waiting(Deadline),
}

// | stage    | meaning                                                         | set by                        | live |
// | -------- | --------------------------------------------------------------- | ----------------------------- | ---- |
// | Spawning | its start has not returned                                      | `reserve_worker`              |      |
// | Expected | its start returned Ok, and a host has not called its entry yet  | `worker_started`              | yes  |
// | Ready    | in the worker loop, or a system thread that will enter it:      | the worker; `worker_started`  | yes  |
// |          | checks the timers, or waits                                     |                               |      |
// | Firing   | runs the function of this timer, or has just returned from it   | `take_due`                    | yes  |
/// What a worker does.
pub(super) enum WorkerStage {
    Spawning,
    Expected,
    Ready,
    Firing(Thread),
}

impl Schedule {
    pub(super) const fn new() -> Self {
        Self {
            pending: Vec::new(),
            leader: Leader::Vacant,
            workers: BTreeMap::new(),
            exiting: 0,
            is_ending: false,
        }
    }

    pub(super) fn add(&mut self, deadline: Deadline, timer: Timer) {
        self.pending.push((deadline, timer));
        self.sift(self.pending.len() - 1);
    }

    /// Returns false when the timer is not pending. The caller holds another handle of the timer, so no user value is
    /// dropped under the mutex.
    pub(super) fn remove(&mut self, timer: &TimerInner) -> bool {
        let index = timer.place.load(Relaxed);
        let is_pending = index != NOT_PENDING;
        if is_pending {
            self.remove_at(index);
        }
        is_pending
    }

    fn remove_at(&mut self, index: usize) -> Timer {
        let (_, timer) = self.pending.swap_remove(index);
        timer.inner().place.store(NOT_PENDING, Relaxed);
        if index < self.pending.len() {
            self.sift(index);
        }
        timer
    }

    /// Moves the timer at `index`, whose deadline is new, up or down to restore the heap.
    fn sift(&mut self, mut index: usize) {
        while let Some(better) = self.better_index(index) {
            self.pending.swap(index, better);
            self.store_place(index);
            index = better;
        }
        self.store_place(index);
    }

    /// The index to which the timer at `index` must move next, if any: that of its parent, or of its earlier child.
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

    /// Removes the first pending timer if it is due. The calling worker then runs its function.
    pub(super) fn take_due(&mut self) -> Option<Timer> {
        self.first_deadline().filter(|first| first.has_passed())?;
        let due = self.remove_at(0);
        self.workers
            .insert(get_ident(), Firing(Thread::clone(&due)));
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

    /// If there is no worker, removes and returns the pending timers with a deadline, because no worker will fire them.
    pub(super) fn take_orphans(&mut self) -> Vec<Timer> {
        let mut orphans = Vec::new();
        while self.workers.is_empty() && self.first_deadline().is_some() {
            orphans.push(self.remove_at(0));
        }
        orphans
    }

    /// Whether a worker must be woken or spawned so that the first pending timer fires in time. A worker that is being
    /// spawned may be refused, so it does not suffice.
    pub(super) fn needs_leader(&self) -> bool {
        let until = match self.leader {
            Leader::Waiting(until) => until,
            Leader::Coming | Leader::Returning if self.has_live_worker() => return false,
            _ => Deadline::NEVER,
        };
        self.first_deadline().is_some_and(|first| first < until)
    }

    /// Whether a worker exists that will check the pending timers eventually.
    pub(super) fn has_live_worker(&self) -> bool {
        let mut stages = self.workers.values();
        stages.any(|stage| !matches!(stage, Spawning))
    }

    /// Whether the calling worker is the only one. None is added before it is woken.
    pub(super) fn is_lone_worker(&self) -> bool {
        self.workers.len() == 1
    }

    /// Whether a worker exists that neither runs a function nor waits for the first deadline. A worker that a host has
    /// not started yet does not count.
    pub(super) fn has_idle_worker(&self) -> bool {
        let is_idle = |stage: &&WorkerStage| match stage {
            Spawning | Expected => false,
            Ready => true,
            Firing(timer) => !timer.is_alive(),
        };
        let idle = self.workers.values().filter(is_idle).count();
        self.exiting > 0 || idle > usize::from(self.first_deadline().is_some())
    }

    /// Adds the worker that `new` returns, which the caller starts. Returns `None` when there are `MAX_WORKERS`.
    pub(super) fn reserve_worker(&mut self, new: impl FnOnce() -> Thread) -> Option<Thread> {
        if self.workers.len() >= MAX_WORKERS {
            return None;
        }
        let worker = new();
        self.workers.insert(worker.ident(), Spawning);
        Some(worker)
    }

    /// Called when the start of a worker has returned Ok. The worker may run already, or have ended.
    pub(super) fn worker_started(&mut self, worker: &Thread) {
        if let Some(stage @ Spawning) = self.workers.get_mut(&worker.ident()) {
            *stage = if worker.has_system() { Ready } else { Expected };
        }
    }

    /// Called by a worker whose function has returned, and whose timer has ended. The caller drops the returned handle
    /// of the timer after it has released the mutex: with the last handle, a panic payload is dropped, which is a user
    /// value.
    pub(super) fn end_firing(&mut self) -> Option<WorkerStage> {
        self.workers.insert(get_ident(), Ready)
    }

    /// Called by a worker before it checks the pending timers. Replaces `expected`, the state that announces this
    /// check, by `Vacant`.
    pub(super) fn begin_check(&mut self, expected: Leader) {
        self.workers.insert(get_ident(), Ready);
        if self.leader == expected {
            self.leader = Leader::Vacant;
        }
    }

    /// Called by a worker that leaves the worker loop.
    pub(super) fn exit(&mut self) {
        self.workers.remove(&get_ident());
        self.exiting += 1;
    }

    /// Removes a worker whose thread has ended, or whose start was refused. Returns true when it never ran.
    pub(super) fn remove_worker(&mut self, worker: &Thread) -> bool {
        let never_ran = self.workers.remove(&worker.ident()).is_some();
        self.exiting -= usize::from(!never_ran);
        never_ran
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::Schedule;
    use crate::sync::Deadline;
    use crate::threading::Thread;
    use crate::threading::timer::Timer;
    use crate::threading::timer::service::Service;
    use crate::wait_queue::WaitQueueGuard;
    use std::sync::{Arc, Barrier};
    use std::time::{Duration, Instant};

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
    fn idle_workers_exit_while_a_timer_is_pending() {
        const FUNCTIONS: usize = 3;
        let service = leaked(Duration::from_millis(100));
        let far = Timer::with(service, Duration::from_secs(3600), || panic!("called"));
        far.start().unwrap();
        let together = Arc::new(Barrier::new(FUNCTIONS + 1));
        for _ in 0..FUNCTIONS {
            let together = Arc::clone(&together);
            let timer = Timer::with(service, Duration::ZERO, move || {
                together.wait();
            });
            timer.start().unwrap();
        }
        let until = |condition: fn(&WaitQueueGuard<'_, Schedule>) -> bool| {
            while !condition(&service.schedule.lock()) {
                std::thread::yield_now();
            }
        };
        until(|schedule| schedule.waiting() == 1 && schedule.workers.len() == FUNCTIONS + 1);
        together.wait();
        until(|schedule| schedule.waiting() == schedule.workers.len());
        // One idle worker fires this timer, and meanwhile another one waits for the far timer.
        fire_one(service);
        let start = Instant::now();
        while service.schedule.lock().workers.len() > 1 {
            assert!(start.elapsed() < Duration::from_secs(5));
            std::thread::yield_now();
        }
        far.cancel();
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
