//! §2.5 Condition · 条件对象: two speakers who take turns, and threads that wait until something is so.
//!
//! `cargo run -p condition`; other figures: `cargo run -p condition -- --waiters 8 --notify 3 --items 5`

mod notifying;
mod one_condition;
mod options;
mod plain_rust;
mod shelf;
mod turns;
mod two_locks;
mod waiting;

use common::demo::fail;
use common::threading::Thread;
use std::thread::{self, Scope};

fn main() {
    let options = options::read();
    two_locks::tianmao_first();
    two_locks::xiaoai_first();
    one_condition::tianmao_first();
    one_condition::xiaoai_first();
    turns::xiaoai_first();
    waiting::releases_the_lock_at_every_level();
    waiting::with_a_timeout();
    notifying::wakes_the_oldest(&options);
    notifying::without_the_lock();
    shelf::producer_and_consumer(&options);
    shelf::why_the_check_is_in_a_loop();
    waiting::for_a_predicate();
    plain_rust::mutex_and_condvar(&options);
    plain_rust::dialogue_with_channels();
}

/// Without all of its threads a demo would wait for ever, so the program ends where one is refused.
fn start(thread: &Thread) {
    let started = thread.start();
    started.unwrap_or_else(|error| fail(&error.to_string()));
}

/// As [`start`], for a thread that borrows and ends with its scope.
fn spawn<'scope>(scope: &'scope Scope<'scope, '_>, work: impl FnOnce() + Send + 'scope) {
    if let Err(error) = thread::Builder::new().spawn_scoped(scope, work) {
        fail(&format!("can't start new thread: {error}"));
    }
}
