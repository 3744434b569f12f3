//! The threads of an executor: when one is spawned, what it does, and when all have ended.

use super::work_queue::{CloseReason, Job, WorkQueue, WorkerState};
use crate::futures::error::{FutureError, Rejected, ShutdownError};
use crate::futures::future::{Outcome, Phase};
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::{Arc, Backoff, Deadline, GlobalMutex, deferred, global_atomic};
use crate::threading::{StartError, Thread, catch, get_ident, print, register_atexit};
use crate::wait_queue::{WaitQueue, WaitQueueGuard};
use std::collections::BTreeMap;
use std::sync::Weak;

/// Called by each worker before its first task.
pub(super) type Initializer = Arc<dyn Fn() -> Outcome<()> + Send + Sync>;

/// The tasks of an executor and the threads that make their calls.
///
/// Invariant: while a task waits, a live worker will take it, or the thread that put it is about to spawn one.
pub(super) struct Pool {
    /// The key in [`POOLS`].
    pub(super) id: u64,
    pub(super) max_workers: usize,
    thread_name_prefix: String,
    initializer: Option<Initializer>,
    pub(super) queue: WorkQueue,
    /// All workers that were ever spawned, and the threads that wait until the last worker has ended.
    workers: WaitQueue<Vec<Thread>>,
    /// Workers that were spawned and have not ended: at most `max_workers`. Changes under the mutex of `workers`; the
    /// threads that submit read it without.
    live: AtomicUsize,
}

impl Pool {
    pub(super) fn new(
        max_workers: usize,
        thread_name_prefix: String,
        initializer: Option<Initializer>,
    ) -> Arc<Self> {
        static NEXT_ID: global_atomic::AtomicU64 = global_atomic::AtomicU64::new(0);
        let pool = Arc::new(Self {
            id: NEXT_ID.fetch_add(1, Relaxed),
            max_workers,
            thread_name_prefix,
            initializer,
            queue: WorkQueue::default(),
            workers: WaitQueue::default(),
            live: AtomicUsize::new(0),
        });
        let mut pools = POOLS.lock();
        pools.by_id.insert(pool.id, Arc::downgrade(&pool));
        pools.is_registered = pools.is_registered || register_atexit(close_all).is_ok();
        // The program is ending: the pool is closed from the start.
        if !pools.is_registered {
            pool.queue.close(CloseReason::Exit);
        }
        pool
    }

    /// Puts the task into the queue and ensures that a worker takes it.
    pub(super) fn put<J: Job + 'static>(self: &Arc<Self>, task: &Arc<J>) -> Result<(), Rejected> {
        trace!(Signal, &**task, "task", "submit", 1);
        self.queue.put(Arc::clone(task) as _)?;
        let spawned = self.spawn_needed_workers();
        spawned.or_else(|error| self.spawn_refused(error, &**task))
    }

    /// Spawns a worker for each waiting task that has none, as far as `max_workers` allows.
    fn spawn_needed_workers(self: &Arc<Self>) -> Result<(), StartError> {
        while let Some(worker) = self.new_worker_if_needed() {
            // Without the mutex: a spawner is user code.
            worker.start().inspect_err(|_| self.spawn_failed(&worker))?;
            if fault!(OneWorkerShort) {
                break;
            }
        }
        Ok(())
    }

    /// A thread that is counted as a worker and not started; `None` when no worker is needed, or allowed. Decided under
    /// the mutex: a shutdown that saw there that no worker is live and no task waits is over.
    fn new_worker_if_needed(self: &Arc<Self>) -> Option<Thread> {
        let is_needed = || self.live() < self.max_workers && self.queue.needs_worker();
        if !is_needed() {
            return None;
        }
        let mut workers = self.workers.lock();
        if !is_needed() {
            return None;
        }
        let pool = Arc::clone(self);
        let name = format!("{}_{}", self.thread_name_prefix, workers.len());
        let worker = Thread::named(&name, move || pool.run_worker());
        // Also when a daemon thread submits: the end of the program waits for submitted tasks.
        let set = worker.set_daemon(false);
        debug_assert!(set.is_ok(), "the thread is not started yet");
        self.queue.worker_spawning();
        self.live.fetch_add(1, Relaxed);
        workers.push(worker.clone());
        Some(worker)
    }

    pub(super) fn live(&self) -> usize {
        self.live.load(Relaxed)
    }

    fn spawn_failed(&self, worker: &Thread) {
        self.workers.lock().retain(|other| other != worker);
        // Another worker is woken for the tasks that relied on this one.
        self.queue.mark_busy(&mut WorkerState::default());
        self.worker_exited();
    }

    /// Live workers take the task. If there are none, the task is handed back, and the tasks of other threads that
    /// relied on the refused worker fail.
    fn spawn_refused(&self, error: StartError, task: &dyn Job) -> Result<(), Rejected> {
        if self.live() > 0 {
            return Ok(());
        }
        let is_back = task.claim(Phase::Running);
        if is_back {
            self.queue.task_cancelled();
        }
        for other in self.queue.claim_all(Phase::Running) {
            other.fail(FutureError::failed(error.to_string()));
        }
        self.notify_if_terminated(self.workers.lock());
        if is_back {
            return Err(Rejected::NoThread(error));
        }
        Ok(())
    }

    /// Accepts no more tasks, and cancels the waiting ones if `cancel_futures` says so.
    pub(super) fn close(&self, reason: CloseReason, cancel_futures: bool) {
        self.queue.close(reason);
        if cancel_futures {
            let tasks = self.queue.claim_all(Phase::Cancelled);
            tasks.into_iter().for_each(Job::finish_cancel);
            self.notify_if_terminated(self.workers.lock());
        }
    }

    /// The body of a worker's thread.
    fn run_worker(self: &Arc<Self>) {
        let mut worker = WorkerState::default();
        if self.initialize(&mut worker) {
            // A panic of a task is stored in its future. One that arrives here comes from the drop of a value without a
            // holder.
            while catch(|| self.run_tasks(&mut worker)).is_err() {}
        }
        self.worker_exited();
    }

    /// False when the initializer fails: then the waiting tasks fail, and no more are accepted.
    fn initialize(&self, worker: &mut WorkerState) -> bool {
        let Some(initializer) = &self.initializer else {
            return true;
        };
        let workers = self.workers.lock();
        self.queue.begin_initializer(worker);
        drop(workers);
        self.queue.wake_another();
        let outcome = catch(|| initializer());
        let outcome = outcome.unwrap_or_else(|panic| Err(FutureError::Panicked(panic)));
        if let Err(error) = &outcome {
            print(format_args!("Exception in initializer:\n{error}"));
            self.queue.close(CloseReason::Broken);
            for task in self.queue.claim_all(Phase::Running) {
                task.fail(FutureError::BrokenPool);
            }
        } else {
            let _workers = self.workers.lock();
            self.queue.end_initializer(worker);
        }
        outcome.is_ok()
    }

    fn run_tasks(self: &Arc<Self>, worker: &mut WorkerState) {
        while let Some(task) = self.queue.take(worker) {
            trace!(Proceed, &*task, "task", "", 0);
            task.run();
            // Before the result is visible, so that a caller that has it finds an idle worker.
            if !worker.others_wait {
                self.queue.mark_idle(worker);
            }
            task.complete(&mut || {
                self.queue.mark_busy(worker);
                // The tasks that relied on this worker may need another. If the system refuses it, this one comes back.
                let _ = self.spawn_needed_workers();
            });
        }
    }

    /// The last call of a worker.
    fn worker_exited(&self) {
        let workers = self.workers.lock();
        self.live.fetch_sub(1, Relaxed);
        self.notify_if_terminated(workers);
    }

    /// Wakes the threads that wait until the last worker has ended. Called after a worker has ended, and after tasks
    /// were removed that no worker will take.
    fn notify_if_terminated(&self, mut workers: WaitQueueGuard<'_, Vec<Thread>>) {
        if self.live() == 0 {
            let wakeups = workers.drain();
            workers.unlock_and_wake(wakeups);
        }
    }

    /// A task of the pool with this id was cancelled. Called once for each, right after its phase has changed.
    pub(super) fn task_cancelled(id: u64) {
        // A statement of its own: dropping the last reference to a pool locks `POOLS` too.
        let pool = POOLS.lock().by_id.get(&id).and_then(Weak::upgrade);
        if let Some(pool) = pool {
            pool.queue.task_cancelled();
        }
    }

    /// Blocks until all tasks are done and the workers have ended. Called after the pool was closed. A task in the queue
    /// without a live worker was put just before: the thread that put it is about to spawn a worker, or to remove it.
    pub(super) fn join(&self) -> Result<(), ShutdownError> {
        deferred::run_before_blocking();
        let mut workers = self.workers.lock();
        if workers.iter().any(|worker| worker.ident() == get_ident()) {
            return Err(ShutdownError);
        }
        while self.live() > 0 || self.queue.len() > 0 {
            let _ = workers.wait(Deadline::NEVER, Backoff::None);
            workers = self.workers.lock();
        }
        let ended = workers.clone();
        drop(workers);
        for worker in ended {
            let _ = worker.join();
        }
        Ok(())
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        POOLS.lock().by_id.remove(&self.id);
    }
}

/// All pools: for the end of the program, which closes them, and for the tasks that are cancelled.
static POOLS: GlobalMutex<Pools> = GlobalMutex::new(Pools {
    by_id: BTreeMap::new(),
    is_registered: false,
});

/// The pools that exist, by their ids.
struct Pools {
    by_id: BTreeMap<u64, Weak<Pool>>,
    /// [`close_all`] is registered and has not been called.
    is_registered: bool,
}

fn close_all() {
    let pools: Vec<_> = {
        let mut pools = POOLS.lock();
        pools.is_registered = false;
        pools.by_id.values().filter_map(Weak::upgrade).collect()
    };
    for pool in &pools {
        pool.queue.close(CloseReason::Exit);
    }
    for pool in &pools {
        let _ = pool.join();
    }
}
