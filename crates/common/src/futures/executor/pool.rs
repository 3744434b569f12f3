//! The threads of an executor: when one is spawned, and when all have ended.

use super::task::Task;
use super::work_queue::{CloseReason, Job, Put, WorkQueue};
use crate::futures::error::{FutureError, Rejected, SubmitError};
use crate::futures::future::{Future, Outcome, Phase, Shared};
use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use crate::sync::{Arc, Backoff, Deadline, GlobalMutex, deferred};
use crate::threading::{StartError, Thread, register_atexit};
use crate::wait_queue::WaitQueue;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Weak;

/// Called by each worker before its first task.
pub(super) type Initializer = Arc<dyn Fn() -> Outcome<()> + Send + Sync>;

/// What a pool is made with.
pub(super) struct Settings {
    pub(super) max_workers: usize,
    pub(super) thread_name_prefix: String,
    pub(super) initializer: Option<Initializer>,
    /// The body of each worker's thread.
    pub(super) worker: fn(&Arc<Pool>),
}

pub(super) struct Pool {
    settings: Settings,
    queue: Arc<WorkQueue>,
    /// The workers, and the threads that wait until the last one has ended.
    threads: WaitQueue<Threads>,
    /// No more workers may be spawned: for the threads that submit. Changes under the mutex of `threads`.
    at_capacity: AtomicBool,
}

#[derive(Default)]
struct Threads {
    /// Workers that were spawned and have not ended.
    live: usize,
    /// All workers that were ever spawned.
    handles: Vec<Thread>,
}

impl Pool {
    pub(super) fn new(settings: Settings) -> Arc<Self> {
        let pool = Arc::new(Self {
            settings,
            queue: WorkQueue::new(),
            threads: WaitQueue::default(),
            at_capacity: AtomicBool::new(false),
        });
        close_at_exit(&pool);
        pool
    }

    pub(super) fn queue(&self) -> &WorkQueue {
        &self.queue
    }

    pub(super) fn initializer(&self) -> Option<&Initializer> {
        self.settings.initializer.as_ref()
    }

    pub(super) fn max_workers(&self) -> usize {
        self.settings.max_workers
    }

    /// The future of the task, or the function back.
    pub(super) fn submit<T, F, C>(
        self: &Arc<Self>,
        function: F,
        call: C,
    ) -> Result<Future<T>, SubmitError<F>>
    where
        Task<T, F, C>: Job + Shared<T> + 'static,
    {
        let task = Arc::new(Task::new(&self.queue, function, call));
        match self.put(&task) {
            Ok(()) => Ok(Future::from_new(task)),
            Err(reason) => {
                let task = task.into_function();
                Err(SubmitError { task, reason })
            }
        }
    }

    /// Puts the task into the queue and ensures that a worker takes it.
    fn put<J: Job + 'static>(self: &Arc<Self>, task: &Arc<J>) -> Result<(), Rejected> {
        let may_spawn = !self.at_capacity.load(Relaxed);
        let put = self.queue.put(Arc::clone(task) as _, may_spawn);
        let Put {
            wakeup,
            needs_worker,
        } = put.map_err(Rejected::from)?;
        drop(wakeup);
        // A pool that was at capacity may have lost a worker, refused by the system, before the task was put.
        if !needs_worker && may_spawn {
            return Ok(());
        }
        let spawned = self.spawn_needed_workers();
        spawned.or_else(|error| self.recover_from_spawn_failure(error, task))
    }

    /// Spawns a worker for each waiting task that has none, as far as `max_workers` allows.
    pub(super) fn spawn_needed_workers(self: &Arc<Self>) -> Result<(), StartError> {
        let is_needed = || self.queue.needs_worker() || fault!(SpawnedTooLate);
        while !self.at_capacity.load(Relaxed) && is_needed() {
            if !self.spawn_worker()? || fault!(OneWorkerShort) {
                break;
            }
        }
        Ok(())
    }

    /// False when no worker is needed, or allowed. Decided under the mutex: a shutdown that saw there that no worker is
    /// live and no task waits is over.
    fn spawn_worker(self: &Arc<Self>) -> Result<bool, StartError> {
        let worker = {
            let mut threads = self.threads.lock();
            let is_needed = self.queue.needs_worker() || fault!(SpawnedTooLate);
            if threads.live == self.settings.max_workers || !is_needed {
                return Ok(false);
            }
            self.queue.worker_spawning();
            let name = format!(
                "{}_{}",
                self.settings.thread_name_prefix,
                threads.handles.len()
            );
            let worker = self.new_thread(&name);
            threads.live += 1;
            threads.handles.push(worker.clone());
            let at_capacity = threads.live == self.settings.max_workers;
            self.at_capacity.store(at_capacity, Relaxed);
            worker
        };
        // Without the mutex: a spawner is user code.
        worker.start().inspect_err(|_| self.spawn_failed(&worker))?;
        Ok(true)
    }

    fn new_thread(self: &Arc<Self>, name: &str) -> Thread {
        let pool = Arc::clone(self);
        let thread = Thread::named(name, move || (pool.settings.worker)(&pool));
        // Also when a daemon submits: the end of the program waits for what was submitted.
        let set = thread.set_daemon(false);
        debug_assert!(set.is_ok(), "the thread is not started yet");
        thread
    }

    fn spawn_failed(&self, worker: &Thread) {
        {
            let mut threads = self.threads.lock();
            threads.handles.retain(|other| other != worker);
            self.at_capacity.store(false, Relaxed);
        }
        self.queue.worker_not_spawned();
        self.worker_exited();
    }

    /// Live workers take the task. If there are none, the task is handed back, and the tasks of other threads that
    /// relied on the refused worker fail.
    fn recover_from_spawn_failure<J>(
        &self,
        error: StartError,
        task: &Arc<J>,
    ) -> Result<(), Rejected> {
        if self.threads.lock().live > 0 {
            return Ok(());
        }
        let mut is_back = false;
        for other in self.queue.claim_all(Phase::Running) {
            if std::ptr::addr_eq(Arc::as_ptr(&other), Arc::as_ptr(task)) {
                is_back = true;
            } else {
                other.fail(FutureError::failed(error.to_string()));
            }
        }
        self.notify_if_terminated();
        if is_back {
            Err(Rejected::NoThread(error))
        } else {
            Ok(())
        }
    }

    /// Accepts no more tasks, and cancels the waiting ones if `cancel_futures` says so.
    pub(super) fn close(&self, reason: CloseReason, cancel_futures: bool) {
        self.queue.close(reason);
        if cancel_futures {
            let tasks = self.queue.claim_all(Phase::Cancelled);
            tasks.into_iter().for_each(Job::finish_cancel);
            self.notify_if_terminated();
        }
    }

    /// Called by a worker that cannot be initialized: the waiting tasks fail, and no more are accepted.
    pub(super) fn mark_broken(&self) {
        self.queue.close(CloseReason::Broken);
        for task in self.queue.claim_all(Phase::Running) {
            task.fail(FutureError::BrokenPool);
        }
    }

    pub(super) fn is_broken(&self) -> bool {
        self.queue.closed() == Some(CloseReason::Broken)
    }

    /// The last call of a worker.
    pub(super) fn worker_exited(&self) {
        self.threads.lock().live -= 1;
        self.notify_if_terminated();
    }

    /// Called after a worker has ended, and after tasks were removed that no worker will take.
    fn notify_if_terminated(&self) {
        let wakeups = {
            let mut threads = self.threads.lock();
            if threads.live > 0 {
                return;
            }
            threads.drain()
        };
        drop(wakeups);
    }

    /// Whether the thread with this ident is a worker of this pool.
    pub(super) fn owns_thread(&self, ident: u64) -> bool {
        let threads = self.threads.lock();
        threads.handles.iter().any(|worker| worker.ident() == ident)
    }

    /// Called after the pool was closed. A task in the queue without a live worker was put just before: the thread that
    /// put it is about to spawn a worker, or to remove it.
    pub(super) fn wait_until_terminated(&self) {
        deferred::run_before_blocking();
        let mut threads = self.threads.lock();
        while threads.live > 0 || self.queue.len() > 0 {
            let waiter = threads.enqueue();
            drop(threads);
            let _ = waiter.park(|_| None::<()>, Deadline::NEVER, Backoff::None);
            threads = self.threads.lock();
        }
        let handles = threads.handles.clone();
        drop(threads);
        for worker in handles {
            let _ = worker.join();
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        POOLS.lock().open.remove(&self.queue.id());
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadPoolExecutor")
            .field("max_workers", &self.settings.max_workers)
            .field("workers", &self.threads.lock().live)
            .field("idle", &self.queue.idle())
            .field("waiting_tasks", &self.queue.waiting())
            .field("closed", &self.queue.closed().is_some())
            .finish()
    }
}

/// The pools that the end of the program closes, by the ids of their queues.
static POOLS: GlobalMutex<Pools> = GlobalMutex::new(Pools {
    open: BTreeMap::new(),
    is_registered: false,
});

struct Pools {
    open: BTreeMap<u64, Weak<Pool>>,
    /// [`close_all`] is registered and has not been called.
    is_registered: bool,
}

/// A pool that is created while the program is ending is closed from the start.
fn close_at_exit(pool: &Arc<Pool>) {
    let mut pools = POOLS.lock();
    pools.is_registered = pools.is_registered || register_atexit(close_all).is_ok();
    if pools.is_registered {
        pools.open.insert(pool.queue.id(), Arc::downgrade(pool));
    } else {
        drop(pools);
        pool.close(CloseReason::Exit, false);
    }
}

fn close_all() {
    let open = {
        let mut pools = POOLS.lock();
        pools.is_registered = false;
        std::mem::take(&mut pools.open)
    };
    let open: Vec<_> = open.values().filter_map(Weak::upgrade).collect();
    for pool in &open {
        pool.close(CloseReason::Exit, false);
    }
    for pool in &open {
        pool.wait_until_terminated();
    }
}
