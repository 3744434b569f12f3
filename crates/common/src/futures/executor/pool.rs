//! The threads of an executor: when one is spawned, and when all have ended.

use super::work_queue::{CloseReason, Job, WorkQueue, WorkerState};
use crate::futures::error::{FutureError, Rejected};
use crate::futures::future::{Outcome, Phase};
use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use crate::sync::{Arc, Backoff, Deadline, GlobalMutex, deferred, global_atomic};
use crate::threading::{StartError, Thread, register_atexit};
use crate::wait_queue::{WaitQueue, WaitQueueGuard};
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

/// The tasks of an executor and the threads that make their calls.
///
/// Invariant: while a task waits, a live worker will take it, or the thread that put it is about to spawn one.
pub(super) struct Pool {
    /// The key in [`POOLS`].
    pub(super) id: u64,
    pub(super) settings: Settings,
    pub(super) queue: WorkQueue,
    /// The workers, and the threads that wait until the last one has ended.
    threads: WaitQueue<Threads>,
    /// No more workers may be spawned: for the threads that submit. Changes under the mutex of `threads`.
    at_capacity: AtomicBool,
}

/// The workers' threads. Invariant: `live` is at most `max_workers`, and at most the number of `handles`.
#[derive(Default)]
struct Threads {
    /// Workers that were spawned and have not ended.
    live: usize,
    /// All workers that were ever spawned.
    handles: Vec<Thread>,
}

impl Pool {
    pub(super) fn new(settings: Settings) -> Arc<Self> {
        static NEXT_ID: global_atomic::AtomicU64 = global_atomic::AtomicU64::new(0);
        let pool = Arc::new(Self {
            id: NEXT_ID.fetch_add(1, Relaxed),
            settings,
            queue: WorkQueue::default(),
            threads: WaitQueue::default(),
            at_capacity: AtomicBool::new(false),
        });
        close_at_exit(&pool);
        pool
    }

    /// Puts the task into the queue and ensures that a worker takes it.
    pub(super) fn put<J: Job + 'static>(self: &Arc<Self>, task: &Arc<J>) -> Result<(), Rejected> {
        trace!(Signal, &**task, "task", "submit", 1);
        self.queue.put(Arc::clone(task) as _)?;
        let spawned = self.spawn_needed_workers();
        spawned.or_else(|error| self.recover_from_spawn_failure(error, task))
    }

    /// Spawns a worker for each waiting task that has none, as far as `max_workers` allows.
    pub(super) fn spawn_needed_workers(self: &Arc<Self>) -> Result<(), StartError> {
        while !self.at_capacity.load(Relaxed) && self.needs_worker() {
            let Some(worker) = self.new_worker() else {
                break;
            };
            // Without the mutex: a spawner is user code.
            worker.start().inspect_err(|_| self.spawn_failed(&worker))?;
            if fault!(OneWorkerShort) {
                break;
            }
        }
        Ok(())
    }

    fn needs_worker(&self) -> bool {
        self.queue.needs_worker() || fault!(SpawnedTooLate)
    }

    /// A thread that is counted as a worker and not started; `None` when no worker is needed, or allowed. Decided under
    /// the mutex: a shutdown that saw there that no worker is live and no task waits is over.
    fn new_worker(self: &Arc<Self>) -> Option<Thread> {
        let (mut threads, settings) = (self.threads.lock(), &self.settings);
        if threads.live == settings.max_workers || !self.needs_worker() {
            return None;
        }
        self.queue.worker_spawning();
        let number = threads.handles.len();
        let worker = self.new_thread(&format!("{}_{number}", settings.thread_name_prefix));
        threads.live += 1;
        threads.handles.push(worker.clone());
        let at_capacity = threads.live == settings.max_workers;
        self.at_capacity.store(at_capacity, Relaxed);
        Some(worker)
    }

    fn new_thread(self: &Arc<Self>, name: &str) -> Thread {
        let pool = Arc::clone(self);
        let thread = Thread::named(name, move || (pool.settings.worker)(&pool));
        // Also when a daemon thread submits: the end of the program waits for submitted tasks.
        let set = thread.set_daemon(false);
        debug_assert!(set.is_ok(), "the thread is not started yet");
        thread
    }

    fn spawn_failed(&self, worker: &Thread) {
        self.threads.lock().handles.retain(|other| other != worker);
        // Another worker is woken for the tasks that relied on this one.
        self.queue.mark_busy(&mut WorkerState::spawned());
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
        notify_if_terminated(self.threads.lock());
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
            notify_if_terminated(self.threads.lock());
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
        let mut threads = self.threads.lock();
        threads.live -= 1;
        self.at_capacity.store(false, Relaxed);
        notify_if_terminated(threads);
    }

    /// A task of the pool with this id was cancelled. Called once for each, right after its phase has changed.
    pub(super) fn task_cancelled(id: u64) {
        // A statement of its own: dropping the last reference to a pool locks `POOLS` too.
        let pool = POOLS.lock().by_id.get(&id).and_then(Weak::upgrade);
        if let Some(pool) = pool {
            pool.queue.task_cancelled();
        }
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

/// Wakes the threads that wait until the last worker has ended. Called after a worker has ended, and after tasks were
/// removed that no worker will take.
fn notify_if_terminated(mut threads: WaitQueueGuard<'_, Threads>) {
    if threads.live == 0 {
        let wakeups = threads.drain();
        drop(threads);
        drop(wakeups);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        POOLS.lock().by_id.remove(&self.id);
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

/// A pool that is created while the program is ending is closed from the start.
fn close_at_exit(pool: &Arc<Pool>) {
    let mut pools = POOLS.lock();
    pools.by_id.insert(pool.id, Arc::downgrade(pool));
    pools.is_registered = pools.is_registered || register_atexit(close_all).is_ok();
    if !pools.is_registered {
        pool.queue.close(CloseReason::Exit);
    }
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
        pool.wait_until_terminated();
    }
}
