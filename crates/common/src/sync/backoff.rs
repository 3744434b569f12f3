//! Busy-waiting before blocking.
//!
//! To block and be woken costs 5 to 45 µs, to find that the partner is done costs 0.1 µs. So a thread that
//! must wait checks again a bounded number of times first, for about as long as the system call costs that it
//! may save. The pauses between two checks grow, so that the cache line is left to the thread that works on it.
//!
//! A yield helps where a partner is awaited: with more threads than processors the partner may be waiting for
//! this very processor. It starves where a lock can be taken again: the thread that holds the lock most of the
//! time goes on while the woken waiter gives its processor away.

use super::{spin_loop, thread};
use std::cell::Cell;
use std::sync::OnceLock;

/// How a thread busy-waits before it blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backoff {
    /// Not at all: the caller has spun already, or will wait long.
    None,
    /// Pauses of the processor, some 3 µs in all: for what can be taken again by a running thread.
    Spin,
    /// [`Spin`](Self::Spin), then yields: for a partner that is expected soon.
    Yield,
    /// Yields before and after [`Spin`](Self::Spin): for a partner that needs this processor to make progress, as
    /// one that fills a whole buffer, or a thread that was just started.
    YieldFirst,
}

/// Pauses of the processor before each of the first checks.
const SPIN_PAUSES: [u32; 5] = [4, 8, 16, 32, 64];
/// Yields of [`Backoff::YieldFirst`] before the first check with a pause.
const FIRST_YIELDS: u32 = 4;
/// Yields after the pauses, at most and at least.
const MAX_YIELDS: u32 = 24;
const MIN_YIELDS: u32 = 3;
/// Pauses of the processor after each of those yields.
const PAUSES_AFTER_YIELD: u32 = 8;

thread_local! {
    /// The yields that this thread still spends: fewer after each wait that they did not save, all again after
    /// one that they did.
    static YIELD_BUDGET: Cell<u32> = const { Cell::new(MAX_YIELDS) };
}

impl Backoff {
    /// True as soon as `ready` returns true, false when the budget is spent.
    pub(crate) fn until(self, mut ready: impl FnMut() -> bool) -> bool {
        if ready() {
            return true;
        }
        // One processor: the partner cannot run meanwhile. A model checker: a loop adds no schedule.
        if self == Self::None || cfg!(all(test, any(shuttle, loom))) || !several_processors() {
            return false;
        }
        let is_ready = self == Self::YieldFirst
            && (0..FIRST_YIELDS).any(|_| yield_then(0, &mut ready))
            || SPIN_PAUSES
                .into_iter()
                .any(|pauses| pause_then(pauses, &mut ready));
        if is_ready || self == Self::Spin {
            return is_ready;
        }
        yield_within_budget(ready)
    }
}

fn pause_then(pauses: u32, ready: &mut impl FnMut() -> bool) -> bool {
    (0..pauses).for_each(|_| spin_loop());
    ready()
}

fn yield_then(pauses: u32, ready: &mut impl FnMut() -> bool) -> bool {
    thread::yield_now();
    pause_then(pauses, ready)
}

fn yield_within_budget(mut ready: impl FnMut() -> bool) -> bool {
    let budget = YIELD_BUDGET.get();
    let is_ready = (0..budget).any(|_| yield_then(PAUSES_AFTER_YIELD, &mut ready));
    let next = if is_ready { MAX_YIELDS } else { budget - 2 };
    YIELD_BUDGET.set(next.max(MIN_YIELDS));
    is_ready
}

fn several_processors() -> bool {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|n| n.get() > 1))
}
