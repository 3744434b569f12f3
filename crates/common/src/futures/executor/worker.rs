//! The worker loop.

use super::pool::{Initializer, Pool};
use super::work_queue::WorkerState;
use crate::futures::error::FutureError;
use crate::sync::Arc;
use crate::threading::{catch, print};

/// The body of a worker's thread.
pub(super) fn run(pool: &Arc<Pool>) {
    let mut worker = WorkerState::spawned();
    if let Some(initializer) = &pool.settings.initializer {
        pool.queue.mark_busy(&mut worker);
        if !initialize(pool, initializer) {
            return pool.worker_exited();
        }
    }
    // A panic of a task is stored in its future. One that arrives here comes from the drop of a value without a holder.
    while catch(|| run_tasks(pool, &mut worker)).is_err() {}
    pool.worker_exited();
}

/// False when the pool is broken, by this worker or another.
fn initialize(pool: &Pool, initializer: &Initializer) -> bool {
    if pool.is_broken() {
        return false;
    }
    let outcome = catch(|| initializer()).unwrap_or_else(|panic| Err(FutureError::Panicked(panic)));
    if let Err(error) = &outcome {
        print(format_args!("Exception in initializer:\n{error}"));
        pool.mark_broken();
    }
    outcome.is_ok()
}

fn run_tasks(pool: &Arc<Pool>, worker: &mut WorkerState) {
    let queue = &pool.queue;
    while let Some(task) = queue.take(worker) {
        trace!(Proceed, &*task, "task", "", 0);
        task.run();
        queue.mark_idle_if_none_waits(worker);
        if let Some(user_code) = task.complete() {
            queue.mark_busy(worker);
            // The tasks that relied on this worker may need another. If the system refuses it, this one comes back.
            let _ = pool.spawn_needed_workers();
            user_code();
        }
    }
}
