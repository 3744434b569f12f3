//! What a worker does all day.

use super::pool::Pool;
use super::word::Word;
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
    let mut word = Word::of_the_new();
    if let Some(initializer) = &pool.initializer {
        // Of which nobody knows how long it takes.
        word.take_back(&pool.desk);
        if !initializer.prepare(pool) {
            return pool.sign_off();
        }
    }
    // A task's panic ends in its future. What is left is a value whose `drop` panics: it has gone
    // nowhere, and the worker goes on.
    while catch(|| serve(pool, &mut word)).is_err() {}
    pool.sign_off();
}

fn serve(pool: &Arc<Pool>, word: &mut Word) {
    while let Some(job) = pool.desk.take(word) {
        if job.work() {
            word.give_if_needed(&pool.desk);
            if let Some(call_back) = job.publish() {
                word.take_back(&pool.desk);
                // One that does not start is not missed: this worker is there.
                let _ = pool.hire_if_short_handed();
                call_back();
            }
        }
    }
}
