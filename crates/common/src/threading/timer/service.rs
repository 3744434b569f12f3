//! The timer service: a few worker threads that call the functions of all timers.
//!
//! The workers are a leader and followers. The leader waits for the first deadline and takes that timer. Before it
//! calls the function, which may block, it ensures that another worker leads if more timers are pending: an idle one,
//! or a new one. So a lone timer costs one wake-up, and a function that blocks delays no other timer. A worker whose
//! function has returned takes the next timer that is due; if none is, it leads, or idles while another worker leads.
//! A worker that has idled for some seconds exits.

use super::schedule::{Lead, Schedule, WorkerStage};
use super::{Timer, TimerInner};
use crate::sync::{Backoff, Deadline, deferred};
use crate::threading::thread::{EXIT_HOOKS, ExitHooks, StartError, Thread};
use crate::wait_queue::{Parked, WaitQueue, WaitQueueGuard, Waiter, WakeList};
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
    /// How long a worker idles before it exits.
    idle_timeout: Duration,
}

/// The service of the program.
pub(super) fn global() -> &'static Service {
    static SERVICE: Service = Service::new(IDLE_TIMEOUT);
    EXIT_HOOKS.get_or_init(|| ExitHooks {
        alive: || SERVICE.schedule.lock().alive(),
        end_idle: || SERVICE.end_idle(),
    });
    &SERVICE
}

impl Service {
    pub(crate) const fn new(idle_timeout: Duration) -> Self {
        Self {
            schedule: WaitQueue::new(Schedule::new()),
            idle: WaitQueue::new(()),
            ending: WaitQueue::new(()),
            idle_timeout,
        }
    }

    /// Starts a timer: adds it to the pending ones, or ends it if it was cancelled before.
    pub(super) fn start(&'static self, timer: Timer, inner: &TimerInner) -> Result<(), StartError> {
        let deadline = Deadline::after(inner.interval);
        let mut schedule = self.schedule.lock();
        if inner.finished.is_set() {
            drop(schedule);
            timer.end_uncalled();
            return Ok(());
        }
        schedule.add(deadline, timer);
        self.ensure_leader(schedule, inner)
    }

    /// Ensures that a worker checks the pending timers at the first deadline. Fails when the start of a worker was refused
    /// and no other worker will fire `timer`: then it is no longer pending.
    fn ensure_leader(
        &'static self,
        mut schedule: WaitQueueGuard<'_, Schedule>,
        timer: &TimerInner,
    ) -> Result<(), StartError> {
        let Some(first) = schedule.first_deadline() else {
            return Ok(());
        };
        let wakeup = match schedule.lead {
            Lead::Waiting(until) if until <= first => return Ok(()),
            Lead::Coming | Lead::Returning if schedule.has_live_worker() => return Ok(()),
            Lead::Waiting(_) => schedule.pop_front(),
            _ => self.idle.lock().pop_front(),
        };
        if wakeup.is_some() {
            schedule.lead = Lead::Coming;
            schedule.unlock_and_wake(wakeup);
        } else if let Some(worker) = schedule.reserve_worker(|| self.new_worker()) {
            schedule.lead = Lead::Coming;
            // Unlocked first: a host's spawner is user code.
            drop(schedule);
            return self.spawn(&worker, timer);
        }
        // Without either, all workers are busy: the first one whose function returns checks the pending timers.
        Ok(())
    }

    fn new_worker(&'static self) -> Thread {
        let ended = |worker: &Thread| self.remove_worker(self.schedule.lock(), worker);
        Thread::worker("Timer", || self.worker_loop(), ended)
    }

    fn spawn(&self, worker: &Thread, timer: &TimerInner) -> Result<(), StartError> {
        let started = worker.start();
        let mut schedule = self.schedule.lock();
        let Err(refused) = started else {
            schedule.worker_started(worker);
            return Ok(());
        };
        let is_withdrawn = !schedule.has_live_worker() && schedule.remove(timer);
        self.remove_worker(schedule, worker);
        if is_withdrawn { Err(refused) } else { Ok(()) }
    }

    /// Removes a worker whose thread has ended, or whose start was refused. If it never ran, its entry was dropped: this
    /// replaces an expected leader, which may be that worker, by an idle follower, and fails orphaned timers. Without an
    /// idle follower, a busy worker checks the pending timers when its function has returned.
    fn remove_worker(&self, mut schedule: WaitQueueGuard<'_, Schedule>, worker: &Thread) {
        let never_ran = schedule.remove_worker(worker);
        let ending = self.wake_ending(&schedule);
        let mut follower = None;
        if never_ran && schedule.lead == Lead::Coming {
            follower = self.idle.lock().pop_front();
            if follower.is_none() {
                schedule.lead = Lead::Vacant;
            }
        }
        let orphans = schedule.take_orphans();
        schedule.unlock_and_wake(follower);
        drop(ending);
        orphans.iter().for_each(Timer::fail);
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

    fn worker_loop(&'static self) {
        self.schedule.lock().set_stage(WorkerStage::Looking);
        let mut answered = Some(Lead::Coming);
        while let Some(lead) = answered {
            answered = self.look(lead);
        }
    }

    /// Fires the first timer if it is due, and waits otherwise. `answered` is the state of the leader that this look
    /// replaces by `Vacant`; returns that of the next look, or `None` when the worker exits.
    fn look(&'static self, answered: Lead) -> Option<Lead> {
        let mut schedule = self.schedule.lock();
        if schedule.lead == answered {
            schedule.lead = Lead::Vacant;
        }
        let Some(timer) = schedule.take_due() else {
            return self.wait(schedule);
        };
        // Before a host's spawner, which may block.
        if let Some(ending) = self.wake_ending(&schedule) {
            schedule.unlock_and_wake(ending);
            schedule = self.schedule.lock();
        }
        // This worker checks the pending timers when the function has returned, so a refusal fails no timer.
        let _ =
            fault!(NoLeader, Ok(drop(schedule)), else self.ensure_leader(schedule, timer.inner()));
        timer.fire();
        self.schedule.lock().set_stage(WorkerStage::Looking);
        Some(Lead::Returning)
    }

    /// Waits as the leader until the first timer is due or an earlier one is started, or as a follower until the worker
    /// is woken to lead. Exits when it has idled for the idle timeout.
    fn wait(&self, mut schedule: WaitQueueGuard<'_, Schedule>) -> Option<Lead> {
        let is_follower = matches!(schedule.lead, Lead::Waiting(_));
        let first = schedule.first_deadline().filter(|_| !is_follower);
        let until = first.unwrap_or_else(|| Deadline::after(self.idle_timeout));
        if first.is_none() && schedule.is_ending {
            schedule.set_stage(WorkerStage::Exiting);
            return None;
        }
        let parked = if is_follower {
            let waiter = self.idle.lock().enqueue();
            drop(schedule);
            let cancel = |waiter: &Waiter| {
                let schedule = self.schedule.lock();
                self.idle.lock().cancel(waiter).map(|_| schedule)
            };
            waiter.park(cancel, until, Backoff::None)
        } else {
            schedule.lead = fault!(LeaderExpected, Lead::Coming, else Lead::Waiting(until));
            let waiter = schedule.enqueue();
            let ending = self.wake_ending(&schedule);
            drop(schedule);
            drop(ending);
            let cancel = |waiter: &Waiter| self.schedule.lock().cancel(waiter);
            waiter.park(cancel, until, Backoff::Yield)
        };
        let Parked::TimedOut(mut schedule) = parked else {
            return Some(Lead::Coming);
        };
        if !is_follower {
            schedule.lead = Lead::Vacant;
        }
        if schedule.first_deadline().is_some() && schedule.lead == Lead::Vacant {
            return Some(Lead::Vacant);
        }
        schedule.set_stage(WorkerStage::Exiting);
        None
    }

    /// Shuts down idle workers and blocks until their threads have ended, thread-locals included. A worker that runs a
    /// function, or waits for the deadline of a pending timer, is not idle.
    pub(crate) fn end_idle(&self) {
        deferred::run_before_blocking();
        let mut schedule = self.schedule.lock();
        schedule.is_ending = true;
        let followers = self.idle.lock().drain();
        let has_deadline = schedule.first_deadline().is_some();
        let leader = (!has_deadline).then(|| schedule.pop_front()).flatten();
        if leader.is_some() {
            schedule.lead = Lead::Coming;
        }
        schedule.unlock_and_wake(leader);
        drop(followers);
        let mut schedule = self.schedule.lock();
        while schedule.has_idle_worker() {
            let ending = self.ending.lock();
            drop(schedule);
            let _ = ending.wait(Deadline::NEVER, Backoff::YieldFirst);
            schedule = self.schedule.lock();
        }
        schedule.is_ending = false;
    }

    /// Wakes `end_idle` to count the idle workers again, after a worker has exited, fires a timer or leads.
    fn wake_ending(&self, schedule: &Schedule) -> Option<WakeList> {
        schedule.is_ending.then(|| self.ending.lock().drain())
    }
}
