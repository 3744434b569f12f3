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

/// How long a worker idles before it exits: a program that uses timers now and then need not spawn one each time.
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

/// What is to be [performed](Service::perform) once the mutexes are free.
#[must_use = "perform it"]
pub(super) enum Action {
    Nothing,
    /// A worker that waits is to look at the pending timers.
    Wake(Wakeup),
    Spawn(WorkerId),
}

/// A worker could not be spawned. It is reserved until it is [counted out](Schedule::worker_exited).
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

    /// Removes a timer from the pending ones: it does not fire. False when it is not pending any more.
    pub(super) fn remove(&self, key: TimerKey) -> bool {
        self.schedule.lock().remove(key)
    }

    /// Removes a timer whose worker was refused, unless another worker is there that will fire it: true when it was
    /// removed. With it the timers that have no worker left either, which the caller fails.
    pub(super) fn withdraw(&self, key: TimerKey, refused: &SpawnError) -> (bool, Vec<Timer>) {
        let mut schedule = self.schedule.lock();
        let is_withdrawn = !schedule.has_live_worker() && schedule.remove(key);
        schedule.worker_exited(refused.worker);
        (is_withdrawn, schedule.take_orphans())
    }

    /// Whether the timer waits here to be fired.
    pub(super) fn is_pending(&self, key: TimerKey) -> bool {
        self.schedule.lock().is_pending(key)
    }

    /// Ensures that a worker looks at the pending timers at this deadline.
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
                // All workers are busy: the first whose function returns looks.
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

    /// A worker that was expected does not come, and is counted out.
    fn worker_lost(&self, mut schedule: WaitQueueGuard<'_, Schedule>) {
        let wakeup = self.replace_leader(&mut schedule);
        let orphans = schedule.take_orphans();
        drop(schedule);
        drop(wakeup);
        orphans.iter().for_each(Timer::fail);
    }

    /// The worker that was to lead may be the one that does not come. If no follower idles, a busy worker looks when
    /// its function has returned.
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

    /// Called by a worker whose function has returned and that calls no more code that may block. A thread that starts
    /// a timer now need not wake another worker; the thread that waited for the function may well do so.
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
        // This worker looks when the function has returned, so no timer is orphaned by a refusal.
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

    /// Waits while another worker leads, until it is woken to lead instead.
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

    /// Ends the workers that have nothing to do, and blocks until their system threads are gone. A worker stays that
    /// runs a function or waits for a timer's deadline.
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

    /// A worker has exited, or has something to do: `end_idle` counts again.
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
    /// Look at the pending timers, after a function has returned or a wait has timed out.
    Look,
    /// Look at the pending timers, after it was woken or spawned.
    Arrive,
    Exit,
}

impl Next {
    /// The state of the lead that ends when the worker looks.
    fn answers(self) -> Lead {
        match self {
            Self::Look | Self::Exit => Lead::Returning,
            Self::Arrive => Lead::Coming,
        }
    }
}

/// After a wait that has timed out.
fn look_or_exit(id: WorkerId, schedule: &mut Schedule) -> Next {
    if schedule.first_deadline().is_some() && schedule.lead == Lead::Vacant {
        return Next::Look;
    }
    schedule.worker_exits(id);
    Next::Exit
}

/// Counts a worker out when it is dropped.
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
    /// The first thread-local of a worker on a system thread of the library's own, and so the last to be dropped.
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
