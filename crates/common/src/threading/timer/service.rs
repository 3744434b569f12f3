//! The timer service: a few worker threads that call the functions of all timers.
//!
//! The workers are a leader and followers. The leader waits for the first deadline and takes that timer. Before it
//! calls the function, which may block, it ensures that another worker leads if more timers are pending: an idle one,
//! or a new one. So a lone timer costs one wake-up, and a function that blocks delays no other timer. A worker whose
//! function has returned takes the next timer that is due; if none is, it leads, or idles while another worker leads.
//! A worker that has idled for some seconds exits.

use super::Timer;
use super::schedule::{Lead, Schedule, TimerKey, WorkerId};
use crate::sync::thread::JoinHandle;
use crate::sync::{Backoff, Deadline, thread_local};
use crate::threading::thread::{Entry, ExitHooks, register_exit_hooks, spawn};
use crate::wait_queue::{Parked, WaitQueue, WaitQueueGuard, Waiter, WakeList, Wakeup};
use std::cell::RefCell;
use std::io;
use std::sync::Once;
use std::time::Duration;

/// How long a worker idles before it exits. Long enough that a program with occasional timers reuses its worker.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Timers, and the workers that call their functions.
pub(crate) struct Service {
    /// Only the leader waits in this queue.
    pub(super) schedule: WaitQueue<Schedule>,
    /// Idle followers. Its mutex is taken while the schedule's is held.
    idle: WaitQueue,
    /// Threads that are blocked in [`end_idle`](Self::end_idle). Its mutex is taken while the schedule's is held.
    ending: WaitQueue,
}

/// A wake-up or a spawn that the caller [performs](Service::perform) after the mutexes are released.
#[must_use = "perform it"]
pub(super) enum Action {
    Nothing,
    /// Wakes a waiting worker, which checks the pending timers.
    Wake(Wakeup),
    Spawn(WorkerId),
}

/// A worker could not be spawned. It stays counted until [`Schedule::worker_exited`].
pub(super) struct SpawnError {
    worker: WorkerId,
    pub(super) error: io::Error,
}

/// The service of the program.
pub(super) fn global() -> &'static Service {
    static SERVICE: Service = Service::new(IDLE_TIMEOUT);
    static HOOKS: Once = Once::new();
    HOOKS.call_once(|| {
        register_exit_hooks(ExitHooks {
            alive: || SERVICE.schedule.lock().alive(),
            end_idle: || SERVICE.end_idle(),
        });
    });
    &SERVICE
}

impl Service {
    pub(crate) const fn new(idle_timeout: Duration) -> Self {
        Self {
            schedule: WaitQueue::new(Schedule::new(idle_timeout)),
            idle: WaitQueue::new(()),
            ending: WaitQueue::new(()),
        }
    }

    /// Adds a timer to the pending ones.
    pub(super) fn add(&self, deadline: Deadline, timer: Timer) -> (TimerKey, Action) {
        let mut schedule = self.schedule.lock();
        let key = schedule.add(deadline, timer);
        (key, self.ensure_leader(&mut schedule, deadline))
    }

    /// Removes a pending timer, so that it does not fire. Returns false when it is no longer pending.
    pub(super) fn remove(&self, key: TimerKey) -> bool {
        self.schedule.lock().remove(key)
    }

    /// Removes a timer whose worker was refused, unless a live worker will fire it. Returns whether it was removed, and
    /// the other timers that no worker will fire: the caller fails them.
    pub(super) fn withdraw(&self, key: TimerKey, refused: &SpawnError) -> (bool, Vec<Timer>) {
        let mut schedule = self.schedule.lock();
        let is_withdrawn = !schedule.has_live_worker() && schedule.remove(key);
        schedule.worker_exited(refused.worker);
        (is_withdrawn, schedule.take_orphans())
    }

    /// Whether the timer is pending.
    pub(super) fn is_pending(&self, key: TimerKey) -> bool {
        self.schedule.lock().is_pending(key)
    }

    /// Ensures that a worker checks the pending timers at this deadline.
    fn ensure_leader(&self, schedule: &mut WaitQueueGuard<'_, Schedule>, due: Deadline) -> Action {
        if due == Deadline::NEVER {
            return Action::Nothing;
        }
        let wakeup = match schedule.lead {
            Lead::Waiting(until) if until <= due => return Action::Nothing,
            Lead::Waiting(_) => schedule.pop_front(),
            Lead::Coming if schedule.has_live_worker() => return Action::Nothing,
            Lead::Returning => return Action::Nothing,
            Lead::Vacant | Lead::Coming => self.idle.lock().pop_front(),
        };
        let action = match wakeup {
            Some(wakeup) => Action::Wake(wakeup),
            None => match schedule.reserve_worker() {
                Some(id) => Action::Spawn(id),
                // All workers are busy: the first one whose function returns checks the pending timers.
                None => return Action::Nothing,
            },
        };
        schedule.lead = Lead::Coming;
        action
    }

    pub(super) fn perform(&'static self, action: Action) -> Result<(), SpawnError> {
        match action {
            Action::Nothing => Ok(()),
            Action::Wake(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            Action::Spawn(id) => self.spawn_worker(id),
        }
    }

    fn spawn_worker(&'static self, id: WorkerId) -> Result<(), SpawnError> {
        let entry = Entry::new((self, id), run_worker, |(service, id): (&Self, _)| {
            service.entry_dropped(id);
        });
        let (system, error) = match spawn("Timer", entry) {
            Ok(system) => (Some(system), None),
            Err(error) => (None, Some(error)),
        };
        let mut schedule = self.schedule.lock();
        let is_coming = schedule.spawn_finished(id, system);
        let exited = schedule.take_exited();
        let mut outcome = Ok(());
        if is_coming {
            drop(schedule);
        } else if let Some(error) = error {
            let wakeup = self.replace_leader(&mut schedule);
            drop(schedule);
            drop(wakeup);
            outcome = Err(SpawnError { worker: id, error });
        } else {
            schedule.worker_exited(id);
            self.worker_lost(schedule);
        }
        join_all(exited);
        outcome
    }

    fn entry_dropped(&self, id: WorkerId) {
        let mut schedule = self.schedule.lock();
        if schedule.entry_dropped(id) {
            self.worker_lost(schedule);
        }
    }

    /// Called after a worker whose entry will not run was removed: replaces the leader and fails orphaned timers.
    fn worker_lost(&self, mut schedule: WaitQueueGuard<'_, Schedule>) {
        let wakeup = self.replace_leader(&mut schedule);
        let orphans = schedule.take_orphans();
        drop(schedule);
        drop(wakeup);
        orphans.iter().for_each(Timer::fail);
    }

    /// Replaces an expected leader, which may be the worker that will not run, by an idle follower. Without an idle
    /// follower, a busy worker checks the pending timers when its function has returned.
    fn replace_leader(&self, schedule: &mut WaitQueueGuard<'_, Schedule>) -> Option<Wakeup> {
        if schedule.lead != Lead::Coming {
            return None;
        }
        let wakeup = self.idle.lock().pop_front();
        if wakeup.is_none() {
            schedule.lead = Lead::Vacant;
        }
        wakeup
    }

    /// Called by a worker after its function has returned, when it runs no more code that may block before it checks
    /// the pending timers. A thread that starts a timer now, such as one that waited for the function, need not wake or
    /// spawn another worker.
    pub(super) fn callback_returned(&self) {
        let mut schedule = self.schedule.lock();
        if schedule.lead == Lead::Vacant {
            schedule.lead = Lead::Returning;
        }
    }

    fn worker_loop(&'static self, id: WorkerId) {
        if !self.schedule.lock().worker_started(id) {
            return;
        }
        let mut next = Next::Arrive;
        while next != Next::Exit {
            next = self.look(id, next);
        }
    }

    fn look(&'static self, id: WorkerId, why: Next) -> Next {
        let mut schedule = self.schedule.lock();
        if schedule.lead == why.answers() {
            schedule.lead = Lead::Vacant;
        }
        if let Some(timer) = schedule.take_due() {
            self.fire(schedule, &timer)
        } else if matches!(schedule.lead, Lead::Waiting(_)) {
            self.idle(id, schedule)
        } else {
            self.lead(id, schedule)
        }
    }

    fn fire(&'static self, mut schedule: WaitQueueGuard<'_, Schedule>, timer: &Timer) -> Next {
        let first = schedule.first_deadline().filter(|_| !fault!(NoLeader));
        let action = first.map_or(Action::Nothing, |due| {
            self.ensure_leader(&mut schedule, due)
        });
        let ending = self.wake_ending(&schedule);
        drop(schedule);
        drop(ending);
        // This worker checks the pending timers when the function has returned, so a refusal orphans no timer.
        if let Err(refused) = self.perform(action) {
            self.schedule.lock().worker_exited(refused.worker);
        }
        timer.fire();
        self.schedule.lock().has_fired(timer);
        Next::Look
    }

    /// Waits until the first timer is due, or one with an earlier deadline is started.
    fn lead(&self, id: WorkerId, mut schedule: WaitQueueGuard<'_, Schedule>) -> Next {
        let first = schedule.first_deadline();
        if first.is_none() && schedule.is_ending {
            schedule.worker_exits(id);
            return Next::Exit;
        }
        let until = first.unwrap_or_else(|| schedule.idle_deadline());
        schedule.lead = if fault!(LeaderExpected) {
            Lead::Coming
        } else {
            Lead::Waiting(until)
        };
        let waiter = schedule.enqueue();
        let ending = self.wake_ending(&schedule);
        drop(schedule);
        drop(ending);
        let cancel = |waiter: &Waiter| self.schedule.lock().cancel(waiter);
        match waiter.park(cancel, until, Backoff::Yield) {
            Parked::Notified(_) => Next::Arrive,
            Parked::TimedOut(mut schedule) => {
                schedule.lead = Lead::Vacant;
                look_or_exit(id, &mut schedule)
            }
        }
    }

    /// Blocks while another worker leads, until this worker is woken to lead or its idle timeout expires.
    fn idle(&self, id: WorkerId, mut schedule: WaitQueueGuard<'_, Schedule>) -> Next {
        if schedule.is_ending {
            schedule.worker_exits(id);
            return Next::Exit;
        }
        let waiter = self.idle.lock().enqueue();
        let until = schedule.idle_deadline();
        drop(schedule);
        let cancel = |waiter: &Waiter| {
            let schedule = self.schedule.lock();
            self.idle.lock().cancel(waiter).map(|_| schedule)
        };
        match waiter.park(cancel, until, Backoff::None) {
            Parked::Notified(_) => Next::Arrive,
            Parked::TimedOut(mut schedule) => look_or_exit(id, &mut schedule),
        }
    }

    /// Shuts down idle workers and blocks until their system threads have ended. A worker that runs a function, or
    /// waits for the deadline of a pending timer, is not idle.
    pub(crate) fn end_idle(&self) {
        let mut schedule = self.schedule.lock();
        schedule.is_ending = true;
        let leader = if schedule.first_deadline().is_none() {
            schedule.pop_front()
        } else {
            None
        };
        if leader.is_some() {
            schedule.lead = Lead::Coming;
        }
        let followers = self.idle.lock().drain();
        drop(schedule);
        drop((leader, followers));
        self.wait_for_idle_workers();
    }

    fn wait_for_idle_workers(&self) {
        let mut schedule = self.schedule.lock();
        while schedule.has_idle_worker() {
            let waiter = self.ending.lock().enqueue();
            drop(schedule);
            let cancel = |waiter: &Waiter| self.ending.lock().cancel(waiter);
            let _ = waiter.park(cancel, Deadline::NEVER, Backoff::YieldFirst);
            schedule = self.schedule.lock();
        }
        schedule.is_ending = false;
        let exited = schedule.take_exited();
        drop(schedule);
        join_all(exited);
    }

    /// Wakes `end_idle` to count the idle workers again, after a worker has exited, fires a timer or leads.
    fn wake_ending(&self, schedule: &Schedule) -> WakeList {
        if schedule.is_ending {
            self.ending.lock().drain()
        } else {
            WakeList::default()
        }
    }

    fn worker_exited(&self, id: WorkerId) {
        let mut schedule = self.schedule.lock();
        schedule.worker_exited(id);
        let ending = self.wake_ending(&schedule);
        drop(schedule);
        drop(ending);
    }
}

/// What a worker does next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Check the pending timers, after a function has returned or a wait has timed out.
    Look,
    /// Check the pending timers, after the worker was woken or spawned.
    Arrive,
    Exit,
}

impl Next {
    /// The [`Lead`] state that this worker replaces by `Vacant` when it checks the pending timers.
    fn answers(self) -> Lead {
        match self {
            Self::Look | Self::Exit => Lead::Returning,
            Self::Arrive => Lead::Coming,
        }
    }
}

/// Decides whether a worker whose wait has timed out checks the pending timers or exits.
fn look_or_exit(id: WorkerId, schedule: &mut Schedule) -> Next {
    if schedule.first_deadline().is_some() && schedule.lead == Lead::Vacant {
        return Next::Look;
    }
    schedule.worker_exits(id);
    Next::Exit
}

/// Removes a worker from the schedule when it is dropped.
struct WorkerGuard {
    service: &'static Service,
    id: WorkerId,
}

impl Drop for WorkerGuard {
    fn drop(&mut self) {
        self.service.worker_exited(self.id);
    }
}

thread_local! {
    /// Invariant: on a system thread that the library has spawned, this is a worker's first thread-local with a
    /// destructor, and so the last to be dropped.
    static WORKER: RefCell<Option<WorkerGuard>> = const { RefCell::new(None) };
}

/// The entry of a worker.
fn run_worker((service, id): (&'static Service, WorkerId), is_own: bool) {
    let mut guard = Some(WorkerGuard { service, id });
    if is_own {
        guard = WORKER.with(|worker| worker.replace(guard));
    }
    service.worker_loop(id);
    drop(guard);
}

fn join_all(exited: Vec<JoinHandle<()>>) {
    for handle in exited {
        // A worker catches all panics of the functions that it calls.
        let _ = handle.join();
    }
}
