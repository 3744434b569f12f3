//! Deferred work: callbacks that a thread runs later because its calls of [`nest`] are nested too deep. A callback may
//! complete a future whose callback completes the next future, and so on.
//!
//! Invariant: a thread that blocks in this library has no deferred work, unless `MAX_DEPTH` blocking operations inside
//! deferred work are nested on its stack. A thread that returns from its outermost [`nest`] has none.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

type Work = Box<dyn FnOnce()>;

/// Nested calls of [`nest`] that run at once, and nested calls of [`run_before_blocking`] that run deferred work. The
/// threads of a model have small stacks.
const MAX_DEPTH: u32 = if cfg!(all(test, shuttle)) { 2 } else { 32 };

super::thread_local! {
    /// The number of nested calls of [`nest`] on this thread's stack.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}
super::thread_local! {
    /// The number of nested calls of [`run_before_blocking`] on this thread's stack.
    static BLOCKING: Cell<u32> = const { Cell::new(0) };
}
super::thread_local! {
    /// The deferred work, oldest first. It has no destructor, so it is usable while other thread-locals are dropped; it
    /// owns no memory while it is empty.
    static DEFERRED: ManuallyDrop<RefCell<VecDeque<Work>>> =
        const { ManuallyDrop::new(RefCell::new(VecDeque::new())) };
}

/// Runs `work`: at once up to a depth of 32, and otherwise on the same thread before it blocks or returns from its
/// outermost `nest`.
pub(crate) fn nest(work: impl FnOnce() + 'static) {
    let depth = DEPTH.try_with(Cell::get).unwrap_or_default();
    if depth >= MAX_DEPTH {
        DEFERRED.with(|deferred| deferred.borrow_mut().push_back(Box::new(work)));
        return;
    }
    let _ = DEPTH.try_with(|now| now.set(depth + 1));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    if depth == 0 {
        run_deferred();
    }
    let _ = DEPTH.try_with(|now| now.set(depth));
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

/// Runs the thread's deferred work. Each blocking operation calls this before it enqueues its thread: the deferred work
/// may be what ends the wait, so blocking first would deadlock. The work is user code: no internal mutex is held.
///
/// Deferred work may block too, and then this call is nested. At a depth of 32 it runs nothing, because the stack would
/// overflow: the outer calls run the rest.
pub(crate) fn run_before_blocking() {
    let depth = BLOCKING.try_with(Cell::get).unwrap_or_default();
    if depth < MAX_DEPTH && !fault!(BlockedBeforeDeferred) {
        let _ = BLOCKING.try_with(|now| now.set(depth + 1));
        run_deferred();
        let _ = BLOCKING.try_with(|now| now.set(depth));
    }
}

/// Whether the invariant allows the thread to block.
pub(crate) fn may_block() -> bool {
    let is_at_bound = BLOCKING.try_with(|depth| depth.get() == MAX_DEPTH);
    is_empty() || is_at_bound.unwrap_or(false) || fault!(BlockedBeforeDeferred)
}

/// Whether the thread has no deferred work.
pub(crate) fn is_empty() -> bool {
    let is_empty = |deferred: &ManuallyDrop<RefCell<VecDeque<_>>>| deferred.borrow().is_empty();
    DEFERRED.try_with(is_empty).unwrap_or(true)
}

fn run_deferred() {
    while let Some(work) = pop_deferred() {
        // The caller of `nest` has returned, so the panic cannot propagate to it. The panic hook has reported the
        // panic.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(work)) {
            std::mem::forget(payload);
        }
    }
}

fn pop_deferred() -> Option<Work> {
    let pop = |deferred: &ManuallyDrop<RefCell<VecDeque<_>>>| {
        let mut deferred = deferred.borrow_mut();
        let work = deferred.pop_front();
        if work.is_none() {
            *deferred = VecDeque::new();
        }
        work
    };
    DEFERRED.try_with(pop).unwrap_or_default()
}
