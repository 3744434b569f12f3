//! The threads that fire all timers.
//!
//! One of them leads: it sleeps until the first timer is due and takes that. Before it runs the function,
//! which may block, it sees to it that another leads, if more timers are pending: one that rests, or a
//! new one. So a lone timer costs one wake-up, and a function that blocks delays no other. Back from the
//! function, a thread takes the next that is due; when none is, it leads, or rests while another does.
//! One that has rested for a while with nothing to do ends.

use super::Timer;
use super::schedule::{Lead, Schedule};
use super::service::{Need, Service};
use crate::sync::{Backoff, Deadline};
use crate::wait_queue::{Parked, WaitQueueGuard, Waiter};

impl Service {
    /// The whole life of one of the threads.
    pub(super) fn serve(&'static self) {
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

    fn fire(&'static self, mut schedule: WaitQueueGuard<'_, Schedule>, timer: &Timer) -> Next {
        let next = schedule.first();
        let next = next.filter(|_| !fault!(NoLeader));
        let need = next.map_or(Need::Nothing, |due| self.see_to_leader(&mut schedule, due));
        drop(schedule);
        // One that does not come is made up for when the function has ended.
        let _ = self.meet(need);
        timer.fire();
        self.schedule.lock().has_fired(timer);
        Next::Look
    }

    /// Sleeps until the first timer is due, or an earlier one comes.
    fn lead(&self, mut schedule: WaitQueueGuard<'_, Schedule>) -> Next {
        let until = schedule.first();
        let until = until.unwrap_or_else(|| Deadline::after(schedule.rest));
        schedule.lead = if fault!(LeaderExpected) {
            Lead::OnTheWay
        } else {
            Lead::Asleep(until)
        };
        let waiter = schedule.enqueue();
        drop(schedule);
        let cancel = |waiter: &Waiter| self.schedule.lock().cancel(waiter);
        match waiter.park(cancel, until, Backoff::Yield) {
            Parked::Notified(_) => Next::Arrive,
            Parked::TimedOut(mut schedule) => {
                schedule.lead = Lead::Nobody;
                look_or_end(&mut schedule)
            }
        }
    }

    /// Sleeps while another leads, until it is called to lead instead.
    fn rest(&self, schedule: WaitQueueGuard<'_, Schedule>) -> Next {
        let waiter = self.resting.lock().enqueue();
        let until = Deadline::after(schedule.rest);
        drop(schedule);
        let cancel = |waiter: &Waiter| {
            let schedule = self.schedule.lock();
            self.resting.lock().cancel(waiter).map(|_| schedule)
        };
        match waiter.park(cancel, until, Backoff::None) {
            Parked::Notified(_) => Next::Arrive,
            Parked::TimedOut(mut schedule) => look_or_end(&mut schedule),
        }
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
fn look_or_end(schedule: &mut WaitQueueGuard<'_, Schedule>) -> Next {
    if schedule.first().is_some() && schedule.lead == Lead::Nobody {
        return Next::Look;
    }
    schedule.dismiss();
    Next::End
}
