//! What a worker does all day.

use super::desk::Pool;
use crate::sync::Arc;
use crate::threading::{Thread, catch};

/// A worker that is not started yet.
pub(super) fn thread(name: &str, pool: Arc<Pool>) -> Thread {
    let thread = Thread::named(name, move || work_for(&pool));
    // Even when a daemon hires it: the end of the program waits for what was submitted.
    let set = thread.set_daemon(false);
    debug_assert!(set.is_ok(), "it is not started yet");
    thread
}

fn work_for(pool: &Arc<Pool>) {
    // Whoever hired it has counted it as free.
    let mut is_free = true;
    // A task's panic ends in its future. What is left is a value whose `drop` panics: it has gone
    // nowhere, and the worker goes on.
    while catch(|| serve(pool, &mut is_free)).is_err() {}
    pool.sign_off();
}

fn serve(pool: &Arc<Pool>, is_free: &mut bool) {
    while let Some(job) = pool.take(is_free) {
        if job.work() {
            pool.announce(is_free);
            if let Some(call_back) = job.publish() {
                pool.withdraw(is_free);
                call_back();
            }
        }
    }
}
