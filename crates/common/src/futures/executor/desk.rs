//! The desk between those who submit and those who work.

use super::exit;
use super::task::Job;
use super::worker;
use crate::futures::error::{FutureError, Refusal};
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::{Fault, planted};
use crate::sync::{Arc, Deadline};
use crate::threading::{Call, Held, Line, RuntimeError, StartError, Thread, look_again};
use std::collections::VecDeque;
use std::fmt;

/// Why no more tasks are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    ByShutdown,
    ByExit,
}

pub(super) struct Pool {
    max_workers: usize,
    prefix: String,
    /// The tasks, and the workers that sleep because there are none.
    desk: Line<Desk>,
    /// As many as `desk.tasks`: for workers that look whether to come to the desk.
    waiting_tasks: AtomicUsize,
    /// Those who wait until the last worker has ended.
    leaving: Line,
}

#[derive(Default)]
pub(super) struct Desk {
    /// Tasks that no worker has taken, oldest first.
    tasks: VecDeque<Arc<dyn Job>>,
    /// Workers that will come to the desk before they do anything that may take long: asleep in line,
    /// looking, just started, or about to publish. For every waiting task one of these is awake, or all
    /// of them are; and there are as many of these as tasks, or no worker more may be hired.
    free: usize,
    /// Workers that were hired and have not ended.
    present: usize,
    /// All that were ever hired.
    staff: Vec<Thread>,
    /// Set once. Workers end when it is set and there are no tasks.
    closed: Option<Closed>,
}

impl Desk {
    fn refusal(&self) -> Option<RuntimeError> {
        self.closed.map(|closed| match closed {
            Closed::ByShutdown => RuntimeError::SubmitAfterShutdown,
            Closed::ByExit => RuntimeError::SubmitAfterExit,
        })
    }
}

impl Pool {
    pub(super) fn new(max_workers: usize, prefix: String) -> Arc<Self> {
        let pool = Arc::new(Self {
            max_workers,
            prefix,
            desk: Line::default(),
            waiting_tasks: AtomicUsize::new(0),
            leaving: Line::default(),
        });
        exit::enroll(&pool);
        pool
    }

    /// Puts a task on the desk and sees to it that somebody takes it.
    pub(super) fn put<J: Job + 'static>(self: &Arc<Self>, task: &Arc<J>) -> Result<(), Refusal> {
        let mut desk = self.desk.lock();
        if let Some(refusal) = desk.refusal() {
            return Err(refusal.into());
        }
        desk.tasks.push_back(Arc::clone(task) as Arc<dyn Job>);
        self.waiting_tasks.store(desk.tasks.len(), Relaxed);
        let (call, hired) = self.cover(&mut desk);
        drop(desk);
        drop(call);
        match hired.map(|worker| self.start(&worker)) {
            Some(Err(error)) => self.do_without(error, task),
            _ => Ok(()),
        }
    }

    /// Restores what `Desk::free` says, after a task came or a worker went: one to wake, or to start.
    fn cover(self: &Arc<Self>, desk: &mut Held<'_, Desk>) -> (Option<Call>, Option<Thread>) {
        let tasks = desk.tasks.len();
        if tasks > desk.free && desk.present < self.max_workers {
            return (None, Some(self.hire(desk)));
        }
        let awake = desk.free - desk.len();
        let call = if tasks > awake {
            desk.take_oldest()
        } else {
            None
        };
        (call, None)
    }

    fn hire(self: &Arc<Self>, desk: &mut Desk) -> Thread {
        let name = format!("{}_{}", self.prefix, desk.staff.len());
        let worker = worker::thread(&name, Arc::clone(self));
        desk.staff.push(worker.clone());
        desk.present += 1;
        desk.free += 1;
        worker
    }

    /// With the desk's mutex free: a spawner is somebody else's code.
    fn start(&self, worker: &Thread) -> Result<(), StartError> {
        worker.start().inspect_err(|_| {
            {
                let mut desk = self.desk.lock();
                desk.staff.retain(|other| other != worker);
                desk.free -= 1;
            }
            self.sign_off();
        })
    }

    /// The worker that was to be hired did not start. Others will take the task, if there are any; if
    /// there are none, it goes back to its owner, and the futures of others who relied on the same worker fail.
    fn do_without<J: Job + 'static>(
        &self,
        error: StartError,
        task: &Arc<J>,
    ) -> Result<(), Refusal> {
        let stranded = {
            let mut desk = self.desk.lock();
            if desk.present > 0 {
                return Ok(());
            }
            self.waiting_tasks.store(0, Relaxed);
            std::mem::take(&mut desk.tasks)
        };
        let mut is_among_them = false;
        for other in stranded {
            if std::ptr::addr_eq(Arc::as_ptr(&other), Arc::as_ptr(task)) {
                is_among_them = true;
            } else {
                other.fail(FutureError::failed(error.to_string()));
            }
        }
        if is_among_them {
            Err(error.into())
        } else {
            Ok(())
        }
    }

    /// The next task for a worker; `None` when there will be no more. `is_free` says whether the worker
    /// is counted among the free ones already; it is not, when this returns.
    pub(super) fn take(&self, is_free: &mut bool) -> Option<Arc<dyn Job>> {
        let mut desk = self.desk.lock();
        if !std::mem::replace(is_free, true) {
            desk.free += 1;
        }
        let mut has_looked = false;
        loop {
            if let Some(task) = desk.tasks.pop_front() {
                self.waiting_tasks.store(desk.tasks.len(), Relaxed);
                desk.free -= 1;
                *is_free = false;
                return Some(task);
            }
            if desk.closed.is_some() {
                desk.free -= 1;
                *is_free = false;
                return None;
            }
            if has_looked {
                let place = desk.join();
                drop(desk);
                place.sleep(Deadline::NEVER);
            } else {
                drop(desk);
                look_again(|| self.waiting_tasks.load(Relaxed) > 0);
            }
            has_looked = !has_looked;
            desk = self.desk.lock();
        }
    }

    /// A worker is about to publish, and comes back to the desk at once after that: counted as free
    /// before anybody can know of the result, so that the next task finds it.
    pub(super) fn announce(&self, is_free: &mut bool) {
        if self.waiting_tasks.load(Relaxed) == 0 {
            self.desk.lock().free += 1;
            *is_free = true;
        }
    }

    /// There are callbacks, and nobody knows how long they take: somebody else must be there meanwhile.
    pub(super) fn withdraw(self: &Arc<Self>, is_free: &mut bool) {
        if std::mem::replace(is_free, false) && !planted(Fault::PromiseKept) {
            let mut desk = self.desk.lock();
            desk.free -= 1;
            let (call, hired) = self.cover(&mut desk);
            drop(desk);
            drop(call);
            // One that does not start is not missed: this worker is there.
            let _ = hired.map(|worker| self.start(&worker));
        }
    }

    /// Takes no more tasks, and cancels those that wait, if it is to.
    pub(super) fn close(&self, why: Closed, cancel_futures: bool) {
        let mut desk = self.desk.lock();
        desk.closed.get_or_insert(why);
        let cancelled = if cancel_futures {
            self.waiting_tasks.store(0, Relaxed);
            std::mem::take(&mut desk.tasks)
        } else {
            VecDeque::new()
        };
        let calls = desk.take_all();
        drop(desk);
        drop(calls);
        cancelled.into_iter().for_each(Job::cancel);
    }

    /// A worker's last word.
    pub(super) fn sign_off(&self) {
        let is_last = {
            let mut desk = self.desk.lock();
            desk.present -= 1;
            desk.present == 0
        };
        if is_last {
            let calls = self.leaving.lock().take_all();
            drop(calls);
        }
    }

    pub(super) fn employs(&self, ident: u64) -> bool {
        let desk = self.desk.lock();
        desk.staff.iter().any(|worker| worker.ident() == ident)
    }

    /// After the shutdown only: nobody is hired any more.
    pub(super) fn wait_until_workers_ended(&self) {
        loop {
            let mut leaving = self.leaving.lock();
            if self.desk.lock().present == 0 {
                break;
            }
            let place = leaving.join();
            drop(leaving);
            place.sleep(Deadline::NEVER);
        }
        // They have said their last word, and are off the list of threads a moment later.
        let staff = self.desk.lock().staff.clone();
        for worker in staff {
            let _ = worker.join();
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let desk = self.desk.lock();
        f.debug_struct("ThreadPoolExecutor")
            .field("max_workers", &self.max_workers)
            .field("workers", &desk.present)
            .field("idle", &desk.free)
            .field("waiting_tasks", &desk.tasks.len())
            .field("closed", &desk.closed.is_some())
            .finish_non_exhaustive()
    }
}
