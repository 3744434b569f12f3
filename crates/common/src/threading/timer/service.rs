//! The timer service: a few worker threads that call the functions of all timers.
//!
//! The workers are a leader and followers. The leader waits for the first deadline and takes that timer. Before it
//! calls the function, which may block, it ensures that another worker leads if more timers are pending: an idle one,
//! or a new one. So a lone timer costs one wake-up, and a function that blocks delays no other timer. A worker whose
//! function has returned takes the next timer that is due; if none is, it leads, or idles while another worker leads.
//! A worker that has idled for some seconds exits.

use super::schedule::{Leader, Schedule};
use super::{Timer, TimerInner};
use crate::sync::{Backoff, Deadline, deferred};
use crate::threading::thread::{StartError, Thread};
use crate::wait_queue::{Parked, WaitQueue, WaitQueueGuard};
use std::time::Duration;

/// How long a worker idles before it exits. Long enough that a program with occasional timers reuses its worker.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// A set of timers, and the workers that call their functions.
pub(crate) struct Service {
    /// Idle workers wait in this queue for the idle timeout. The leader waits until the first deadline, if that is
    /// earlier or no other worker exists.
    pub(super) schedule: WaitQueue<Schedule>,
    /// Threads that are blocked in [`end_idle`](Self::end_idle). Its mutex comes after that of the schedule.
    ending: WaitQueue,
    /// How long a worker idles before it exits.
    idle_timeout: Duration,
}

/// The service of the program.
pub(in crate::threading) fn global() -> &'static Service {
    static SERVICE: Service = Service::new(IDLE_TIMEOUT);
    &SERVICE
}

impl Service {
    pub(crate) const fn new(idle_timeout: Duration) -> Self {
        Self {
            schedule: WaitQueue::new(Schedule::new()),
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
        let is_ending = schedule.is_ending;
        schedule.add(deadline, timer);
        let started = self.ensure_leader(schedule, inner);
        if is_ending {
            self.wake_ending();
        }
        started
    }

    /// Ensures that a worker checks the pending timers at the first deadline. Fails when the start of a worker is
    /// refused and no other worker will fire `timer`: then `timer` is no longer pending.
    fn ensure_leader(
        &'static self,
        mut schedule: WaitQueueGuard<'_, Schedule>,
        timer: &TimerInner,
    ) -> Result<(), StartError> {
        if !schedule.needs_leader() {
            return Ok(());
        }
        let wakeup = schedule.pop_back();
        if wakeup.is_some() {
            schedule.leader = Leader::Coming;
            schedule.unlock_and_wake(wakeup);
            return Ok(());
        }
        let Some(worker) = schedule.reserve_worker(|| self.new_worker()) else {
            // All workers are busy: the first one whose function returns checks the pending timers.
            return Ok(());
        };
        schedule.leader = Leader::Coming;
        // Unlocked first: a host's spawner is user code.
        drop(schedule);
        let started = worker.start();
        let mut schedule = self.schedule.lock();
        let Err(refused) = started else {
            schedule.worker_started(&worker);
            return Ok(());
        };
        let is_withdrawn = !schedule.has_live_worker() && schedule.remove(timer);
        self.remove_worker(schedule, &worker);
        if is_withdrawn { Err(refused) } else { Ok(()) }
    }

    fn new_worker(&'static self) -> Thread {
        let ended = |worker: &Thread| self.remove_worker(self.schedule.lock(), worker);
        Thread::worker("Timer", || self.worker_loop(), ended)
    }

    /// Removes a worker whose thread has ended, or whose start was refused. If it never ran, it may have been the
    /// leader that is coming: this wakes an idle worker in its place. Without an idle worker, a busy one checks the
    /// pending timers when its function has returned; without any worker, the pending timers fail.
    fn remove_worker(&self, mut schedule: WaitQueueGuard<'_, Schedule>, worker: &Thread) {
        let mut wakeup = None;
        if schedule.remove_worker(worker) && schedule.leader == Leader::Coming {
            wakeup = schedule.pop_back();
            if wakeup.is_none() {
                schedule.leader = Leader::Vacant;
            }
        }
        let orphans = schedule.take_orphans();
        schedule.unlock_and_wake(wakeup);
        self.wake_ending();
        orphans.iter().for_each(Timer::fail);
    }

    /// Called by a worker after its function has returned, when it runs no more code that may block before it checks
    /// the pending timers. A thread that starts a timer now, such as one that waited for the function, need not wake or
    /// spawn another worker.
    pub(super) fn callback_returned(&self) {
        let mut schedule = self.schedule.lock();
        if schedule.leader == Leader::Vacant {
            schedule.leader = Leader::Returning;
        }
    }

    /// Fires the timers that are due, and waits between them. Returns when the worker has idled for the idle timeout,
    /// or idles during `end_idle`.
    fn worker_loop(&'static self) {
        // The state of the leader that announces the next check by this worker.
        let mut expected = Leader::Coming;
        let mut has_idled = false;
        loop {
            let mut schedule = self.schedule.lock();
            schedule.begin_check(expected);
            if let Some(timer) = schedule.take_due() {
                drop(schedule);
                self.fire(&timer);
                (expected, has_idled) = (Leader::Returning, false);
                continue;
            }
            let is_leader = schedule.leader == Leader::Vacant;
            let first = schedule.first_deadline().filter(|_| is_leader);
            if first.is_none() && (has_idled || schedule.is_ending) {
                return schedule.exit();
            }
            let idle_until = Deadline::after(self.idle_timeout);
            let until = match first {
                Some(first) if schedule.is_lone_worker() => first,
                // Another worker may be woken to lead: then this one idles.
                Some(first) => first.min(idle_until),
                None => idle_until,
            };
            let waiting = Leader::Waiting(until);
            if is_leader {
                schedule.leader = fault!(LeaderExpected, Leader::Coming, else waiting);
            }
            let is_woken = matches!(schedule.wait(until, Backoff::Yield), Parked::Notified(_));
            has_idled = until == idle_until && !is_woken;
            expected = if is_woken { Leader::Coming } else { waiting };
        }
    }

    fn fire(&'static self, timer: &Timer) {
        // This worker is no longer idle. Before `ensure_leader`: a host's spawner may block.
        self.wake_ending();
        if !fault!(NoLeader) {
            // This worker checks the pending timers when the function has returned, so a refusal fails no timer.
            let _ = self.ensure_leader(self.schedule.lock(), timer.inner());
        }
        timer.fire();
        let fired = self.schedule.lock().end_firing();
        drop(fired);
    }

    /// The pending and firing timers. A timer that has just ended may be included.
    pub(in crate::threading) fn alive(&self) -> Vec<Thread> {
        self.schedule.lock().alive()
    }

    /// Shuts down idle workers and blocks until their threads have ended, thread-locals included. A worker that runs a
    /// function, or waits for the deadline of a pending timer, is not idle.
    pub(crate) fn end_idle(&self) {
        deferred::run_before_blocking();
        let mut schedule = self.schedule.lock();
        schedule.is_ending = true;
        while schedule.has_idle_worker() {
            // Enqueued first: a worker that exits now wakes this thread.
            let waiter = self.ending.lock().enqueue();
            if schedule.waiting() > 0 {
                schedule.leader = Leader::Coming;
            }
            let idle = schedule.drain();
            schedule.unlock_and_wake(idle);
            let _ = waiter.park(|_| None::<()>, Deadline::NEVER, Backoff::YieldFirst);
            schedule = self.schedule.lock();
        }
        schedule.is_ending = false;
    }

    /// Wakes `end_idle` to count the idle workers again: a worker has exited or fires a timer, or a timer was started,
    /// and a worker that waits for it is not idle.
    fn wake_ending(&self) {
        let ending = self.ending.lock().drain();
        drop(ending);
    }
}
