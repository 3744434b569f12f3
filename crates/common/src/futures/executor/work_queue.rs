//! The tasks that wait for a worker, and the idle workers.
//!
//! Two buffers under two mutexes: tasks are put into the inbox and taken from the outbox, and a worker that finds the
//! outbox empty swaps the two. So the submitting threads and the workers meet once a batch and not at every task, and
//! no task is held by a worker that does not run it.
//!
//! A cancelled task does not count from the moment that it is cancelled, and its call is dropped. Its
//! tombstone is purged as soon as there are more tombstones than waiting tasks: the amortized cost of a cancel is O(1).

use crate::futures::error::{FutureError, Rejected};
use crate::futures::future::Phase;
use crate::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use crate::sync::{Arc, Backoff, CachePadded, Deadline, Mutex};
use crate::wait_queue::{WaitQueue, WaitQueueGuard};
use std::collections::VecDeque;
use std::mem;

/// A task without its result type, as a worker runs it.
pub(super) trait Job: Send + Sync {
    /// Changes the phase from `Pending`: false when the task was cancelled. Runs no user code.
    fn claim(&self, next: Phase) -> bool;

    /// Whether the task was cancelled.
    fn is_cancelled(&self) -> bool;

    /// Makes the call of a task that was claimed as `Running`, and stores its outcome.
    fn run(&self);

    /// Makes the outcome visible and wakes the threads that wait for it. Calls `before_user_code` before it runs
    /// callbacks, or drops a result without a holder.
    fn complete(self: Arc<Self>, before_user_code: &mut dyn FnMut());

    /// Completes a task that was claimed as `Cancelled`.
    fn finish_cancel(self: Arc<Self>);

    /// Completes a task that was claimed as `Running` with an error, without making the call.
    fn fail(self: Arc<Self>, error: FutureError);
}

/// Tasks and tombstones, oldest first.
type Tasks = VecDeque<Arc<dyn Job>>;

/// The tasks that an empty buffer keeps room for.
const MIN_CAPACITY: usize = 4096;

/// The tombstones that are left in a queue without waiting tasks. A model explores the purge with few tasks.
const MAX_TOMBSTONES: usize = if cfg!(all(test, shuttle)) { 0 } else { 64 };

/// The tasks of a pool, from submit to a worker.
///
/// Invariant, while both mutexes are held: `taken + cancelled <= put`, and the buffers hold `put - taken - purged`
/// tasks.
#[derive(Default)]
pub(super) struct WorkQueue {
    submitters: CachePadded<Submitters>,
    workers: CachePadded<Workers>,
    /// Tasks that were cancelled, or handed back by a refused submit, while they were waiting.
    cancelled: AtomicUsize,
    /// Tombstones that were removed. Changes under the outbox's mutex.
    purged: AtomicUsize,
}

/// What the submitting threads write.
#[derive(Default)]
struct Submitters {
    /// The tasks that were put and not swapped yet, and the workers that are parked because there are none.
    inbox: WaitQueue<Inbox>,
    /// Tasks that were ever put. Changes under the inbox's mutex.
    put: AtomicUsize,
}

/// What the submitting threads' mutex protects.
#[derive(Default)]
struct Inbox {
    tasks: Tasks,
    /// Never cleared. Workers end when it is set and no task is left.
    closed: Option<CloseReason>,
}

/// What the workers write.
#[derive(Default)]
struct Workers {
    /// Tasks older than all in the inbox. Its mutex is locked before the inbox's.
    outbox: Mutex<Tasks>,
    /// Tasks that were claimed by a worker. Changes under the outbox's mutex.
    taken: AtomicUsize,
    /// Workers that call [`take`](WorkQueue::take) before anything that may block: parked ones, and others.
    ///
    /// Invariant: if a task is waiting, an idle worker is not parked, or no worker is parked. A submitting thread puts
    /// its task and then reads `idle`; a worker that ceases to be idle writes `idle` and then reads `put`. All of these
    /// are `SeqCst`: one of the two sees the other, and wakes a parked worker.
    idle: AtomicUsize,
    /// Workers in their initializer. Each takes a task later, so no other worker is spawned for that one. Changes under
    /// the mutex of the pool's workers.
    initializing: AtomicUsize,
}

/// Why no more tasks are accepted. The greatest reason is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CloseReason {
    Exit,
    Shutdown,
    Broken,
}

impl From<CloseReason> for Rejected {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::Exit => Self::AfterExit,
            CloseReason::Shutdown => Self::AfterShutdown,
            CloseReason::Broken => Self::BrokenPool,
        }
    }
}

/// What a worker knows of itself. The default is that of a worker that is about to be spawned: it counts as idle since
/// [`worker_spawning`](WorkQueue::worker_spawning).
#[derive(Default)]
pub(super) struct WorkerState {
    /// It is not counted in `idle`.
    is_busy: bool,
    /// Other tasks were waiting when it took its last one: the next task is not for this worker.
    pub(super) others_wait: bool,
}

impl WorkQueue {
    /// Appends a task, unless the queue is closed. Wakes a parked worker if no other idle one is there for the task.
    pub(super) fn put(&self, task: Arc<dyn Job>) -> Result<(), Rejected> {
        let mut inbox = self.submitters.inbox.lock();
        if let Some(reason) = inbox.closed {
            return Err(reason.into());
        }
        inbox.tasks.push_back(task);
        self.submitters.put.fetch_add(1, SeqCst);
        self.wake_if_all_are_parked(inbox);
        Ok(())
    }

    /// Unlocks the inbox, and wakes a parked worker if no idle worker is awake.
    fn wake_if_all_are_parked(&self, mut inbox: WaitQueueGuard<'_, Inbox>) {
        let parked = inbox.waiting();
        let all_are_parked = parked > 0 && self.idle() <= parked;
        let wakeup = all_are_parked.then(|| inbox.pop_front()).flatten();
        inbox.unlock_and_wake(wakeup);
    }

    /// Whether there are more waiting tasks than idle and initializing workers. May be true in vain without the mutex of
    /// the pool's workers.
    ///
    /// Reads the tasks before the workers; `take` writes them the other way round, so that no worker is expected to take
    /// two tasks.
    pub(super) fn needs_worker(&self) -> bool {
        let initializing = || self.workers.initializing.load(SeqCst);
        self.waiting() > self.idle() + initializing() || fault!(SpawnedTooLate)
    }

    /// The number of tasks that wait for a worker.
    pub(super) fn waiting(&self) -> usize {
        // A tombstone may be purged before it is counted as cancelled.
        let cancelled = self.cancelled.load(SeqCst).max(self.purged.load(SeqCst));
        let gone = self.workers.taken.load(SeqCst) + cancelled;
        self.submitters.put.load(SeqCst).saturating_sub(gone)
    }

    /// The number of waiting tasks and tombstones. Exact when the queue is closed.
    pub(super) fn len(&self) -> usize {
        let gone = self.workers.taken.load(SeqCst) + self.purged.load(SeqCst);
        self.submitters.put.load(SeqCst).saturating_sub(gone)
    }

    fn tombstones(&self) -> usize {
        let cancelled = self.cancelled.load(SeqCst);
        cancelled.saturating_sub(self.purged.load(SeqCst))
    }

    pub(super) fn idle(&self) -> usize {
        self.workers.idle.load(SeqCst)
    }

    /// Counts a worker that is about to be spawned as idle: it takes a task first.
    pub(super) fn worker_spawning(&self) {
        self.workers.idle.fetch_add(1, SeqCst);
    }

    /// Counts the worker as idle, so that a submit does not spawn another one.
    pub(super) fn mark_idle(&self, worker: &mut WorkerState) {
        if mem::take(&mut worker.is_busy) {
            self.workers.idle.fetch_add(1, SeqCst);
        }
    }

    /// Counts an idle worker as initializing. Called under the mutex of the pool's workers; after that
    /// [`wake_another`](Self::wake_another).
    pub(super) fn begin_initializer(&self, worker: &mut WorkerState) {
        self.count_busy(worker);
        self.workers.initializing.fetch_add(1, SeqCst);
    }

    /// Counts an initializing worker as idle. Called under the mutex of the pool's workers.
    pub(super) fn end_initializer(&self, worker: &mut WorkerState) {
        self.workers.initializing.fetch_sub(1, SeqCst);
        self.mark_idle(worker);
    }

    /// Called before user code that may block; wakes another worker for the tasks that relied on this one.
    pub(super) fn mark_busy(&self, worker: &mut WorkerState) {
        if self.count_busy(worker) {
            self.wake_another();
        }
    }

    /// True when the worker was idle: then the caller calls [`wake_another`](Self::wake_another).
    fn count_busy(&self, worker: &mut WorkerState) -> bool {
        let was_idle = !mem::replace(&mut worker.is_busy, true);
        if was_idle && !fault!(StillIdle) {
            self.workers.idle.fetch_sub(1, SeqCst);
        }
        was_idle
    }

    /// Wakes a parked worker if a task is waiting and no idle worker is awake.
    pub(super) fn wake_another(&self) {
        if self.waiting() > 0 {
            self.wake_if_all_are_parked(self.submitters.inbox.lock());
        }
    }

    /// Blocks until there is a task and claims the oldest; `None` when the queue is closed and empty. The worker is not
    /// idle after that.
    pub(super) fn take(&self, worker: &mut WorkerState) -> Option<Arc<dyn Job>> {
        let mut has_yielded = false;
        loop {
            let mut outbox = self.workers.outbox.lock();
            if let Some(task) = outbox.pop_front() {
                if !task.claim(Phase::Running) {
                    // A tombstone has neither a call nor an outcome: dropping it runs no user code.
                    self.purged.fetch_add(1, SeqCst);
                    continue;
                }
                let was_idle = self.count_busy(worker);
                self.workers.taken.fetch_add(1, SeqCst);
                worker.others_wait =
                    !outbox.is_empty() && (self.tombstones() == 0 || self.waiting() > 0);
                drop(outbox);
                if was_idle && !fault!(OthersNotWoken) {
                    self.wake_another();
                }
                return Some(task);
            }
            // Before the inbox is read: a task that is put after that finds this worker idle.
            self.mark_idle(worker);
            let mut inbox = self.submitters.inbox.lock();
            mem::swap(&mut inbox.tasks, &mut outbox);
            if !outbox.is_empty() {
                continue;
            }
            inbox.tasks.shrink_to(MIN_CAPACITY);
            outbox.shrink_to(MIN_CAPACITY);
            drop(outbox);
            if inbox.closed.is_some() {
                drop(inbox);
                self.mark_busy(worker);
                return None;
            }
            // Yields out of the queue: a submitting thread need not wake a worker that finds the task by itself.
            has_yielded = !has_yielded;
            if has_yielded {
                drop(inbox);
                Backoff::Yield.until(|| self.waiting() > 0);
            } else {
                let _ = inbox.wait(Deadline::NEVER, Backoff::None);
            }
        }
    }

    /// A task of this queue was cancelled. Called once for each, right after its phase has changed.
    pub(super) fn task_cancelled(&self) {
        if !fault!(CancelledStillWaits) {
            self.cancelled.fetch_add(1, SeqCst);
        }
        let are_few = || self.tombstones() <= self.waiting() + MAX_TOMBSTONES;
        if are_few() {
            return;
        }
        let mut outbox = self.workers.outbox.lock();
        // Not again for each thread that saw the same tombstones.
        if are_few() {
            return;
        }
        let mut inbox = self.submitters.inbox.lock();
        outbox.append(&mut inbox.tasks);
        inbox.tasks.shrink_to(MIN_CAPACITY);
        let before = outbox.len();
        outbox.retain(|task| !task.is_cancelled());
        let left = outbox.len();
        self.purged.fetch_add(before - left, SeqCst);
        outbox.shrink_to(MIN_CAPACITY.max(2 * left));
    }

    /// Removes all tasks and claims them for the caller, oldest first.
    pub(super) fn claim_all(&self, next: Phase) -> Tasks {
        let mut outbox = self.workers.outbox.lock();
        let mut tasks = mem::take(&mut *outbox);
        tasks.append(&mut self.submitters.inbox.lock().tasks);
        let removed = tasks.len();
        tasks.retain(|task| task.claim(next));
        self.workers.taken.fetch_add(tasks.len(), SeqCst);
        self.purged.fetch_add(removed - tasks.len(), SeqCst);
        tasks
    }

    /// Accepts no more tasks, and wakes all parked workers.
    pub(super) fn close(&self, reason: CloseReason) {
        let mut inbox = self.submitters.inbox.lock();
        inbox.closed = inbox.closed.max(Some(reason));
        let wakeups = inbox.drain();
        inbox.unlock_and_wake(wakeups);
    }

    pub(super) fn closed(&self) -> Option<CloseReason> {
        self.submitters.inbox.lock().closed
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::{MAX_TOMBSTONES, MIN_CAPACITY, WorkQueue};
    use crate::futures::{Future, ThreadPoolExecutor};
    use std::sync::mpsc;

    /// Tasks that both buffers have room for.
    fn capacity(queue: &WorkQueue) -> usize {
        let outbox = queue.workers.outbox.lock().capacity();
        outbox + queue.submitters.inbox.lock().tasks.capacity()
    }

    /// An executor whose only worker is busy until the sender is dropped.
    fn busy() -> (ThreadPoolExecutor, mpsc::Sender<()>) {
        let executor = ThreadPoolExecutor::new(1);
        let (hold, held) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel();
        let task = move || {
            begun.send(()).unwrap();
            held.recv().is_ok()
        };
        executor.submit(task).unwrap();
        has_begun.recv().unwrap();
        (executor, hold)
    }

    #[test]
    fn take_of_the_last_task_frees_the_memory_of_a_rush() {
        let (executor, hold) = busy();
        for n in 0..100_000 {
            executor.submit(move || n).unwrap();
        }
        let queue = &executor.pool.queue;
        assert!(capacity(queue) >= 100_000);
        drop(hold);
        // The worker finds the queue empty before it parks.
        while capacity(queue) > 4 * MIN_CAPACITY {
            std::thread::yield_now();
        }
        executor.submit(|| ()).unwrap().result().unwrap();
    }

    #[test]
    fn cancel_purges_once_tombstones_outnumber_the_waiting_tasks() {
        let (executor, hold) = busy();
        let queue = &executor.pool.queue;
        let futures: Vec<_> = (0..100_000)
            .map(|n| executor.submit(move || n).unwrap())
            .collect();
        for (n, future) in futures.iter().enumerate().filter(|(n, _)| n % 100 != 0) {
            assert!(future.cancel());
            let waiting = queue.waiting();
            assert_eq!(waiting, 100_000 - (n - n / 100));
            assert!(queue.len() <= 2 * waiting + MAX_TOMBSTONES + 1, "{n}");
        }
        assert!(capacity(queue) <= 4 * MIN_CAPACITY);
        drop(hold);
        let is_run = |future: &&Future<usize>| future.result().is_ok();
        assert_eq!(futures.iter().filter(is_run).count(), 1_000);
    }
}
