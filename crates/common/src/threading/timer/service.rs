//! The timer service: a few worker threads that call the functions of all timers.
//!
//! The workers are a leader and followers. The leader waits for the first deadline and takes that timer. Before it
//! calls the function, which may block, it ensures that another worker leads if more timers are pending: an idle one,
//! or a new one. So a lone timer costs one wake-up, and a function that blocks delays no other timer. A worker whose
//! function has returned takes the next timer that is due; if none is, it leads, or idles while another worker leads.
//! A worker that has idled for some seconds exits.

use super::Timer;
use super::schedule::{Lead, Schedule, TimerKey, WorkerStage};
use crate::sync::{Backoff, Deadline, deferred};
use crate::threading::thread::{ExitHooks, StartError, Thread, current_thread, set_exit_hooks};
use crate::wait_queue::{Parked, WaitQueue, WaitQueueGuard, Waiter, WakeList, Wakeup};
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
    Spawn(Thread),
}

/// The start of a worker was refused. The worker stays counted until [`Schedule::remove_worker`].
pub(super) struct SpawnError {
    worker: Thread,
    pub(super) error: StartError,
}

/// The service of the program.
pub(super) fn global() -> &'static Service {
    static SERVICE: Service = Service::new(IDLE_TIMEOUT);
    set_exit_hooks(ExitHooks {
        alive: || SERVICE.schedule.lock().alive(),
        end_idle: || SERVICE.end_idle(),
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
    pub(super) fn add(&'static self, deadline: Deadline, timer: Timer) -> (TimerKey, Action) {
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
        schedule.remove_worker(&refused.worker);
        (is_withdrawn, schedule.take_orphans())
    }

    /// Whether the timer is pending.
    pub(super) fn is_pending(&self, key: TimerKey) -> bool {
        self.schedule.lock().is_pending(key)
    }

    /// Ensures that a worker checks the pending timers at this deadline.
    fn ensure_leader(
        &'static self,
        schedule: &mut WaitQueueGuard<'_, Schedule>,
        due: Deadline,
    ) -> Action {
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
            None => match schedule.reserve_worker(|| self.new_worker()) {
                Some(worker) => Action::Spawn(worker),
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
            Action::Spawn(worker) => self.spawn_worker(worker),
        }
    }

    fn new_worker(&'static self) -> Thread {
        let ended = |worker: &Thread| worker.extra::<&Self>().worker_ended(worker);
        Thread::worker("Timer", || self.worker_loop(), ended, self)
    }

    fn spawn_worker(&self, worker: Thread) -> Result<(), SpawnError> {
        let started = worker.start();
        let mut schedule = self.schedule.lock();
        let Err(error) = started else {
            schedule.advance(&worker, WorkerStage::Expected);
            return Ok(());
        };
        let wakeup = self.replace_leader(&mut schedule);
        schedule.unlock_and_wake(wakeup);
        Err(SpawnError { worker, error })
    }

    /// Called when a worker's thread has ended. If the thread never ran, because its entry was dropped, this replaces
    /// the leader and fails orphaned timers.
    fn worker_ended(&self, worker: &Thread) {
        let mut schedule = self.schedule.lock();
        let stage = schedule.remove_worker(worker);
        let mut wakeups = self.wake_ending(&schedule);
        let mut orphans = Vec::new();
        if stage.is_some_and(|stage| stage < WorkerStage::Running) {
            wakeups.extend(self.replace_leader(&mut schedule));
            orphans = schedule.take_orphans();
        }
        schedule.unlock_and_wake(wakeups);
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

    fn worker_loop(&'static self) {
        let mut next = Next::Arrive;
        let worker = current_thread();
        self.schedule.lock().advance(&worker, WorkerStage::Running);
        while next != Next::Exit {
            next = self.look(next);
        }
    }

    fn look(&'static self, why: Next) -> Next {
        let mut schedule = self.schedule.lock();
        if schedule.lead == why.answers() {
            schedule.lead = Lead::Vacant;
        }
        if let Some(timer) = schedule.take_due() {
            self.fire(schedule, &timer)
        } else if matches!(schedule.lead, Lead::Waiting(_)) {
            self.idle(schedule)
        } else {
            self.lead(schedule)
        }
    }

    fn fire(&'static self, mut schedule: WaitQueueGuard<'_, Schedule>, timer: &Timer) -> Next {
        let first = schedule.first_deadline().filter(|_| !fault!(NoLeader));
        let action = first.map_or(Action::Nothing, |due| {
            self.ensure_leader(&mut schedule, due)
        });
        let ending = self.wake_ending(&schedule);
        schedule.unlock_and_wake(ending);
        // This worker checks the pending timers when the function has returned, so a refusal orphans no timer.
        if let Err(refused) = self.perform(action) {
            self.schedule.lock().remove_worker(&refused.worker);
        }
        timer.fire();
        self.schedule.lock().has_fired(timer);
        Next::Look
    }

    /// Waits until the first timer is due, or one with an earlier deadline is started.
    fn lead(&self, mut schedule: WaitQueueGuard<'_, Schedule>) -> Next {
        let first = schedule.first_deadline();
        if first.is_none() && schedule.is_ending {
            return exit(&mut schedule);
        }
        let until = first.unwrap_or_else(|| schedule.idle_deadline());
        schedule.lead = fault!(LeaderExpected, Lead::Coming, else Lead::Waiting(until));
        let waiter = schedule.enqueue();
        let ending = self.wake_ending(&schedule);
        schedule.unlock_and_wake(ending);
        let cancel = |waiter: &Waiter| self.schedule.lock().cancel(waiter);
        match waiter.park(cancel, until, Backoff::Yield) {
            Parked::Notified(_) => Next::Arrive,
            Parked::TimedOut(mut schedule) => {
                schedule.lead = Lead::Vacant;
                look_or_exit(&mut schedule)
            }
        }
    }

    /// Blocks while another worker leads, until this worker is woken to lead or its idle timeout expires.
    fn idle(&self, mut schedule: WaitQueueGuard<'_, Schedule>) -> Next {
        if schedule.is_ending {
            return exit(&mut schedule);
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
            Parked::TimedOut(mut schedule) => look_or_exit(&mut schedule),
        }
    }

    /// Shuts down idle workers and blocks until their threads have ended, thread-locals included. A worker that runs a
    /// function, or waits for the deadline of a pending timer, is not idle.
    pub(crate) fn end_idle(&self) {
        deferred::run_before_blocking();
        let mut schedule = self.schedule.lock();
        schedule.is_ending = true;
        let mut wakeups = self.idle.lock().drain();
        if schedule.first_deadline().is_none() {
            if let Some(leader) = schedule.pop_front() {
                schedule.lead = Lead::Coming;
                wakeups.push(leader);
            }
        }
        schedule.unlock_and_wake(wakeups);
        let mut schedule = self.schedule.lock();
        while schedule.has_idle_worker() {
            let waiter = self.ending.lock().enqueue();
            drop(schedule);
            let cancel = |waiter: &Waiter| self.ending.lock().cancel(waiter);
            let _ = waiter.park(cancel, Deadline::NEVER, Backoff::YieldFirst);
            schedule = self.schedule.lock();
        }
        schedule.is_ending = false;
    }

    /// Wakes `end_idle` to count the idle workers again, after a worker has exited, fires a timer or leads.
    fn wake_ending(&self, schedule: &Schedule) -> WakeList {
        if schedule.is_ending {
            self.ending.lock().drain()
        } else {
            WakeList::default()
        }
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
fn look_or_exit(schedule: &mut Schedule) -> Next {
    if schedule.first_deadline().is_some() && schedule.lead == Lead::Vacant {
        Next::Look
    } else {
        exit(schedule)
    }
}

/// Marks the calling worker, which leaves the worker loop: it checks no more timers.
fn exit(schedule: &mut Schedule) -> Next {
    schedule.advance(&current_thread(), WorkerStage::Exiting);
    Next::Exit
}
