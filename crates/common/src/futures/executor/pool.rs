//! A pool's staff: who is hired, and when all have gone.

mod closing;

use super::desk::{Closed, Desk};
use super::exit;
use super::initializer::Initializer;
use super::task::{Job, Task};
use super::word::Word;
use super::worker;
use crate::futures::error::{FutureError, Refusal, SubmitError};
use crate::futures::future::{Future, Shared};
use crate::sync::Arc;
use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use crate::threading::{StartError, Thread};
use crate::wait_queue::WaitQueue;
use std::fmt;

pub(super) struct Pool {
    max_workers: usize,
    prefix: String,
    pub(super) initializer: Option<Initializer>,
    pub(super) desk: Desk,
    /// And those who wait until the last worker has ended.
    staff: WaitQueue<Staff>,
    /// As many are present as may be, for those who would look whether to hire. Changes under the
    /// staff's mutex.
    is_full: AtomicBool,
}

#[derive(Default)]
struct Staff {
    /// Workers that were hired and have not ended.
    present: usize,
    /// All that were ever hired and started.
    hired: Vec<Thread>,
}

impl Pool {
    pub(super) fn new(
        max_workers: usize,
        prefix: String,
        initializer: Option<Initializer>,
    ) -> Arc<Self> {
        let pool = Arc::new(Self {
            max_workers,
            prefix,
            initializer,
            desk: Desk::default(),
            staff: WaitQueue::default(),
            is_full: AtomicBool::new(false),
        });
        exit::enroll(&pool);
        pool
    }

    /// The task's future, or the task back.
    pub(super) fn submit<T, F, C>(
        self: &Arc<Self>,
        task: Task<T, F, C>,
    ) -> Result<Future<T>, SubmitError<F>>
    where
        Task<T, F, C>: Job + Shared<T> + 'static,
    {
        let task = Arc::new(task);
        match self.put(&task) {
            Ok(()) => Ok(Future::first(task)),
            Err(reason) => Err(SubmitError {
                task: task.take_back(),
                reason,
            }),
        }
    }

    /// Puts a task on the desk and sees to it that somebody takes it.
    fn put<J: Job + 'static>(self: &Arc<Self>, task: &Arc<J>) -> Result<(), Refusal> {
        let may_hire = !self.is_full.load(Relaxed);
        let need = self.desk.put(Arc::clone(task) as _, may_hire);
        let need = need.map_err(Closed::refusal)?;
        drop(need.call);
        let hired = if need.is_short_handed {
            self.hire()
        } else if !may_hire {
            // One that was counted among the present may have been dismissed before the task was there.
            self.hire_if_short_handed()
        } else {
            Ok(())
        };
        hired.or_else(|error| self.do_without(error, task))
    }

    /// Before a worker does what may take long, and others have counted on it.
    pub(super) fn hire_if_short_handed(self: &Arc<Self>) -> Result<(), StartError> {
        if !self.is_full.load(Relaxed) && self.desk.is_short_handed() {
            return self.hire();
        }
        Ok(())
    }

    /// One more worker, if there may be, and if there is still something to do. Looked at under the staff's
    /// mutex: a shutdown that has seen there that nobody is present, and nothing to do, is over.
    fn hire(self: &Arc<Self>) -> Result<(), StartError> {
        let worker = {
            let mut staff = self.staff.lock();
            let is_needed = self.desk.waiting() > 0 || fault!(SpawnedTooLate);
            if staff.present == self.max_workers || !is_needed {
                return Ok(());
            }
            // In the name of the new one, which comes to the desk first thing.
            Word::default().give(&self.desk);
            let name = format!("{}_{}", self.prefix, staff.hired.len());
            let worker = worker::thread(&name, Arc::clone(self));
            staff.present += 1;
            staff.hired.push(worker.clone());
            self.is_full
                .store(staff.present == self.max_workers, Relaxed);
            worker
        };
        // With the mutex free: a spawner is somebody else's code.
        worker.start().inspect_err(|_| self.dismiss(&worker))
    }

    /// One that did not start.
    fn dismiss(&self, worker: &Thread) {
        {
            let mut staff = self.staff.lock();
            staff.hired.retain(|other| other != worker);
            self.is_full.store(false, Relaxed);
        }
        Word::of_the_new().take_back(&self.desk);
        self.sign_off();
    }

    /// The worker that was to be hired did not start. Others will take the task, if there are any; if
    /// there are none, it goes back to its owner, and what others put who relied on the same worker fails.
    fn do_without<J>(&self, error: StartError, task: &Arc<J>) -> Result<(), Refusal> {
        if self.staff.lock().present > 0 {
            return Ok(());
        }
        let mut is_back = false;
        for other in self.desk.clear() {
            if std::ptr::addr_eq(Arc::as_ptr(&other), Arc::as_ptr(task)) {
                is_back = true;
            } else {
                other.fail(FutureError::failed(error.to_string()));
            }
        }
        self.tell_if_all_have_gone();
        if is_back { Err(error.into()) } else { Ok(()) }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadPoolExecutor")
            .field("max_workers", &self.max_workers)
            .field("workers", &self.staff.lock().present)
            .field("idle", &self.desk.free())
            .field("waiting_tasks", &self.desk.waiting())
            .field("closed", &self.desk.closed().is_some())
            .finish()
    }
}
