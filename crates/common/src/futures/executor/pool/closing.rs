//! How a pool ends: no more tasks are taken, and the last worker goes.

use super::Pool;
use crate::futures::error::FutureError;
use crate::futures::executor::desk::Closed;
use crate::futures::executor::task::Job;
use crate::sync::{Backoff, Deadline};

impl Pool {
    /// Takes no more tasks, and cancels those that wait, if it is to.
    pub(in crate::futures::executor) fn close(&self, why: Closed, cancel_futures: bool) {
        self.desk.close(why);
        if cancel_futures {
            self.desk.clear().into_iter().for_each(Job::cancel);
            self.tell_if_all_have_gone();
        }
    }

    /// Once the desk was cleared, when there may be nobody whose last word would say that.
    pub(super) fn tell_if_all_have_gone(&self) {
        let calls = {
            let mut staff = self.staff.lock();
            if staff.present > 0 {
                return;
            }
            staff.drain()
        };
        drop(calls);
    }

    /// Its workers cannot work: those who wait for a task are told, and no more is taken.
    pub(in crate::futures::executor) fn break_down(&self) {
        self.desk.close(Closed::Broken);
        for task in self.desk.clear() {
            task.fail(FutureError::BrokenPool);
        }
    }

    pub(in crate::futures::executor) fn is_broken(&self) -> bool {
        self.desk.closed() == Some(Closed::Broken)
    }

    /// A worker's last word.
    pub(in crate::futures::executor) fn sign_off(&self) {
        self.staff.lock().present -= 1;
        self.tell_if_all_have_gone();
    }

    pub(in crate::futures::executor) fn employs(&self, ident: u64) -> bool {
        let staff = self.staff.lock();
        staff.hired.iter().any(|worker| worker.ident() == ident)
    }

    /// After the shutdown only. A task at the desk when nobody is present was put just before that: the
    /// one who put it is about to hire for it, or to clear the desk.
    pub(in crate::futures::executor) fn wait_until_workers_ended(&self) {
        let mut staff = self.staff.lock();
        while staff.present > 0 || self.desk.waiting() > 0 {
            let waiter = staff.enqueue();
            drop(staff);
            let _ = waiter.park(|_| None::<()>, Deadline::NEVER, Backoff::None);
            staff = self.staff.lock();
        }
        let hired = staff.hired.clone();
        drop(staff);
        // They have said their last word, and are off the list of threads a moment later.
        for worker in hired {
            let _ = worker.join();
        }
    }
}
