//! Who takes timers over, and sees to it that somebody will look when they are due.

use super::Timer;
use super::schedule::{Lead, Moment, Schedule};
use crate::sync::Deadline;
use crate::threading::thread::{Entry, Thread, spawn};
use crate::wait_queue::{WaitQueue, WaitQueueGuard, Wakeup};
use std::io;
use std::time::Duration;

/// For how long a thread with nothing to do stays: a program that uses timers now and then need not
/// start one each time.
const REST: Duration = Duration::from_secs(5);

/// All timers of a program.
pub(crate) struct Service {
    /// In this line stands the leader, and nobody else.
    pub(super) schedule: WaitQueue<Schedule>,
    /// Threads that rest. They join and are called while the schedule's mutex is held too, which comes
    /// before this one's.
    pub(super) resting: WaitQueue,
}

/// What is to be done for a timer once the mutexes are free.
#[must_use = "meet it"]
pub(super) enum Need {
    Nothing,
    /// Somebody who sleeps is to look.
    Wake(Wakeup),
    /// One more thread is on order.
    Thread,
}

pub(super) fn global() -> &'static Service {
    static SERVICE: Service = Service::new(REST);
    static HOOKS: std::sync::Once = std::sync::Once::new();
    HOOKS.call_once(|| {
        super::register_exit_hooks(super::ExitHooks {
            alive,
            end_idle: || (),
        })
    });
    &SERVICE
}

/// Timers that wait to be fired, and those whose functions run, or have just ended.
pub(in crate::threading) fn alive() -> Vec<Thread> {
    global().schedule.lock().alive()
}

impl Service {
    pub(crate) const fn new(rest: Duration) -> Self {
        Self {
            schedule: WaitQueue::new(Schedule::new(rest)),
            resting: WaitQueue::new(()),
        }
    }

    /// Takes a timer over. What it [needs](Self::meet) besides is for the caller to do.
    pub(super) fn add(&self, deadline: Deadline, timer: Timer) -> (Moment, Need) {
        let mut schedule = self.schedule.lock();
        let moment = schedule.add(deadline, timer);
        (moment, self.see_to_leader(&mut schedule, deadline))
    }

    /// Takes a timer back: then it will not fire. False when it is not here any more.
    pub(super) fn remove(&self, moment: Moment) -> bool {
        self.schedule.lock().remove(moment)
    }

    /// The same, when nobody is there who could ever fire it.
    pub(super) fn withdraw(&self, moment: Moment) -> bool {
        let mut schedule = self.schedule.lock();
        !schedule.is_manned() && schedule.remove(moment)
    }

    /// Whether a timer waits here to be fired.
    pub(super) fn has(&self, moment: Moment) -> bool {
        self.schedule.lock().has(moment)
    }

    /// For a timer that is due then.
    pub(super) fn see_to_leader(
        &self,
        schedule: &mut WaitQueueGuard<'_, Schedule>,
        due: Deadline,
    ) -> Need {
        if due == Deadline::NEVER {
            return Need::Nothing;
        }
        let call = match schedule.lead {
            Lead::Asleep(until) if until <= due => return Need::Nothing,
            Lead::Asleep(_) => schedule.pop_front(),
            Lead::OnTheWay if schedule.is_manned() => return Need::Nothing,
            Lead::Returning => return Need::Nothing,
            Lead::Nobody | Lead::OnTheWay => self.resting.lock().pop_front(),
        };
        let need = match call {
            Some(call) => Need::Wake(call),
            None if schedule.order() => Need::Thread,
            // All are busy: whoever is done first will look.
            None => return Need::Nothing,
        };
        schedule.lead = Lead::OnTheWay;
        need
    }

    /// Does what a timer needs.
    pub(super) fn meet(&'static self, need: Need) -> io::Result<()> {
        match need {
            Need::Nothing => Ok(()),
            Need::Wake(call) => {
                call.wake();
                Ok(())
            }
            Need::Thread => {
                let entry = Entry::new(self, |service: &'static Self, _| service.serve(), |_| ());
                let outcome = spawn("Timer", entry).map(drop);
                self.schedule.lock().ordered(outcome.is_ok());
                outcome.inspect_err(|_| self.call_another())
            }
        }
    }

    /// The one on order will not come.
    fn call_another(&self) {
        let mut schedule = self.schedule.lock();
        if schedule.lead != Lead::OnTheWay {
            return;
        }
        schedule.lead = Lead::Nobody;
        let call = self.resting.lock().pop_front();
        if call.is_some() {
            schedule.lead = Lead::OnTheWay;
        }
        drop(schedule);
        drop(call);
    }

    /// Said by a function's thread when the function has returned, and nothing is left that may block. Who
    /// starts a timer now need not wake anybody; who has heard from the function may well do so.
    pub(super) fn comes_back(&self) {
        let mut schedule = self.schedule.lock();
        if schedule.lead == Lead::Nobody {
            schedule.lead = Lead::Returning;
        }
    }

    /// Nobody rests any more: an exploration is over when all threads have ended.
    #[cfg(all(test, shuttle))]
    pub(crate) fn close(&self) {
        let mut schedule = self.schedule.lock();
        schedule.rest = Duration::ZERO;
        schedule.lead = Lead::OnTheWay;
        let calls = (schedule.drain(), self.resting.lock().drain());
        drop(schedule);
        drop(calls);
    }
}
