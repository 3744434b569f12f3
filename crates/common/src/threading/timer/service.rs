//! The threads that fire all timers.
//!
//! One of them leads: it sleeps until the first timer is due and takes that. Before it runs the function,
//! which may block, it sees to it that another leads, if more timers are pending: one that rests, or a
//! new one. So a lone timer costs one wake-up, and a function that blocks delays no other. Back from the
//! function, a thread takes the next that is due; when none is, it leads, or rests while another does.
//! One that has rested for a while with nothing to do ends.

use super::schedule::{Lead, Moment, Schedule};
use crate::sync::Deadline;
use crate::sync::fault::{Fault, planted};
use crate::threading::line::{Call, Held, Line};
use crate::threading::thread::{Thread, spawn};
use std::io;
use std::time::Duration;

/// For how long a thread with nothing to do stays: a program that uses timers now and then need not
/// start one each time.
const REST: Duration = Duration::from_secs(5);

/// All timers of a program.
pub(crate) struct Service {
    /// In this line stands the leader, and nobody else.
    schedule: Line<Schedule>,
    /// Threads that rest. They join and are called while the schedule's mutex is held too, which comes
    /// before this one's.
    resting: Line,
}

/// What is to be done for a timer once the mutexes are free.
#[must_use = "meet it"]
pub(super) enum Need {
    Nothing,
    /// Somebody who sleeps is to look.
    Wake(Call),
    /// One more thread is on order.
    Thread,
}

pub(super) fn global() -> &'static Service {
    static SERVICE: Service = Service::new(REST);
    &SERVICE
}

impl Service {
    pub(crate) const fn new(rest: Duration) -> Self {
        Self {
            schedule: Line::new(Schedule::new(rest)),
            resting: Line::new(()),
        }
    }

    /// Takes a timer over. What it [needs](Self::meet) besides is for the caller to do.
    pub(super) fn add(&self, deadline: Deadline, timer: Thread) -> (Moment, Need) {
        let mut schedule = self.schedule.lock();
        let moment = schedule.add(deadline, timer);
        (moment, self.see_to_leader(&mut schedule, deadline))
    }

    /// Takes a timer back: then it will not fire. `None` when it is not here any more.
    pub(super) fn remove(&self, moment: Moment) -> Option<Thread> {
        self.schedule.lock().remove(moment)
    }

    /// The same, when nobody is there who could ever fire it.
    pub(super) fn withdraw(&self, moment: Moment) -> Option<Thread> {
        let mut schedule = self.schedule.lock();
        if schedule.is_manned() {
            return None;
        }
        schedule.remove(moment)
    }

    /// Whether a timer waits here to be fired.
    pub(super) fn has(&self, moment: Moment) -> bool {
        self.schedule.lock().has(moment)
    }

    /// For a timer that is due then.
    fn see_to_leader(&self, schedule: &mut Held<'_, Schedule>, due: Deadline) -> Need {
        if due == Deadline::NEVER {
            return Need::Nothing;
        }
        let call = match schedule.lead {
            Lead::Asleep(until) if until <= due => return Need::Nothing,
            Lead::Asleep(_) => schedule.take_oldest(),
            Lead::OnTheWay if schedule.is_manned() => return Need::Nothing,
            Lead::Returning => return Need::Nothing,
            Lead::Nobody | Lead::OnTheWay => self.resting.lock().take_oldest(),
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
                let outcome = spawn("Timer", Box::new(|| self.serve()));
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
        let call = self.resting.lock().take_oldest();
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
    #[cfg(shuttle)]
    pub(crate) fn close(&self) {
        let mut schedule = self.schedule.lock();
        schedule.rest = Duration::ZERO;
        schedule.lead = Lead::OnTheWay;
        let calls = (schedule.take_all(), self.resting.lock().take_all());
        drop(schedule);
        drop(calls);
    }

    /// The whole life of one of the threads.
    fn serve(&'static self) {
        let mut next = Next::Arrive;
        while next != Next::End {
            next = self.serve_once(next);
        }
    }

    fn serve_once(&'static self, next: Next) -> Next {
        let mut schedule = self.schedule.lock();
        if schedule.lead == next.ends() {
            schedule.lead = Lead::Nobody;
        }
        if let Some(timer) = schedule.take_due() {
            self.fire(schedule, &timer)
        } else if matches!(schedule.lead, Lead::Asleep(_)) {
            self.rest(schedule)
        } else {
            self.lead(schedule)
        }
    }

    fn fire(&'static self, mut schedule: Held<'_, Schedule>, timer: &Thread) -> Next {
        let next = schedule.first();
        let next = next.filter(|_| !planted(Fault::NobodyLeads));
        let need = next.map_or(Need::Nothing, |due| self.see_to_leader(&mut schedule, due));
        drop(schedule);
        // One that does not come is made up for when the function has ended.
        let _ = self.meet(need);
        timer.run_target();
        Next::Look
    }

    /// Sleeps until the first timer is due, or an earlier one comes.
    fn lead(&self, mut schedule: Held<'_, Schedule>) -> Next {
        let until = schedule.first();
        let until = until.unwrap_or_else(|| Deadline::after(schedule.rest));
        schedule.lead = if planted(Fault::StillExpected) {
            Lead::OnTheWay
        } else {
            Lead::Asleep(until)
        };
        let place = schedule.join();
        drop(schedule);
        if place.look_and_sleep(until) {
            return Next::Arrive;
        }
        let mut schedule = self.schedule.lock();
        if !schedule.leave(&place) {
            return Next::Arrive;
        }
        schedule.lead = Lead::Nobody;
        look_or_end(&mut schedule)
    }

    /// Sleeps while another leads, until it is called to lead instead.
    fn rest(&self, schedule: Held<'_, Schedule>) -> Next {
        let place = self.resting.lock().join();
        let until = Deadline::after(schedule.rest);
        drop(schedule);
        if place.sleep(until) {
            return Next::Arrive;
        }
        let mut schedule = self.schedule.lock();
        if !self.resting.lock().leave(&place) {
            return Next::Arrive;
        }
        look_or_end(&mut schedule)
    }
}

/// What a thread of the service does next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Look at what is pending.
    Look,
    /// The same, after it was called.
    Arrive,
    End,
}

impl Next {
    /// What others have counted on until now.
    fn ends(self) -> Lead {
        match self {
            Self::Look | Self::End => Lead::Returning,
            Self::Arrive => Lead::OnTheWay,
        }
    }
}

/// After a rest that nobody ended.
fn look_or_end(schedule: &mut Held<'_, Schedule>) -> Next {
    if schedule.first().is_some() && schedule.lead == Lead::Nobody {
        return Next::Look;
    }
    schedule.dismiss();
    Next::End
}
