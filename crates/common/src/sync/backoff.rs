//! Busy-waiting before blocking.
//!
//! Blocking and being woken costs 5 to 45 µs; a check that succeeds costs 0.1 µs. So a thread that must wait first
//! checks a bounded number of times, for about as long as the system call takes that this may save. The pauses
//! between two checks grow, so that the spinning thread leaves the cache line to the thread that writes it.
//!
//! Yielding helps a thread that waits for a partner: with more threads than processors the partner may need this
//! processor. Yielding starves a thread that competes for a lock: the thread that releases and reacquires the lock
//! keeps running while the woken waiter yields its processor.

use super::{spin_loop, thread};
use std::cell::Cell;
use std::sync::OnceLock;

/// How a thread busy-waits before it blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backoff {
    /// Not at all: the caller has spun already, or will wait long.
    None,
    /// Spin-loop hints, about 3 µs in all: for a lock or permit that a running thread may acquire first.
    Spin,
    /// [`Spin`](Self::Spin), then yields: for a partner that is expected soon.
    Yield,
    /// Yields before and after [`Spin`](Self::Spin): for a partner that needs this processor to make progress, such as
    /// a thread that was just started.
    YieldFirst,
    /// [`Yield`](Self::Yield), with fewer hints after each wait that a yield ended: for a partner that runs on another
    /// processor or waits for this one, such as the other side of a queue.
    Adaptive,
}

/// Spin-loop hints before each of the first checks.
const SPIN_PAUSES: [u32; 5] = [4, 8, 16, 32, 64];
/// The least number of checks of [`Backoff::Adaptive`] before the first yield.
const MIN_SPINS: usize = 2;
/// Yields of [`Backoff::YieldFirst`] before the first check with a pause.
const FIRST_YIELDS: u32 = 4;
/// Yields after the pauses, at most and at least.
const MAX_YIELDS: u32 = 24;
const MIN_YIELDS: u32 = 3;
/// Spin-loop hints after each of those yields.
const PAUSES_AFTER_YIELD: u32 = 8;

thread_local! {
    /// The number of checks of [`Backoff::Adaptive`] before the first yield: one fewer after each wait that a yield
    /// ended, reset after each wait that one of these checks ended.
    static SPIN_BUDGET: Cell<usize> = const { Cell::new(SPIN_PAUSES.len()) };
    /// The number of yields before this thread blocks: two fewer after each wait that all of them did not end, reset to
    /// `MAX_YIELDS` after each wait that one of them ended.
    static YIELD_BUDGET: Cell<u32> = const { Cell::new(MAX_YIELDS) };
}

impl Backoff {
    /// Returns true as soon as `ready` returns true, and false when the spin budget is used up.
    pub(crate) fn until(self, mut ready: impl FnMut() -> bool) -> bool {
        if ready() {
            return true;
        }
        // One processor: the partner cannot run meanwhile. A model checker: a loop adds no schedule.
        if self == Self::None || cfg!(all(test, any(shuttle, loom))) || !several_processors() {
            return false;
        }
        if self == Self::YieldFirst && (0..FIRST_YIELDS).any(|_| yield_then(0, &mut ready)) {
            return true;
        }
        let spins = match self {
            Self::Adaptive => SPIN_BUDGET.get(),
            _ => SPIN_PAUSES.len(),
        };
        let mut pauses = SPIN_PAUSES.into_iter().take(spins);
        if pauses.any(|count| pause_then(count, &mut ready)) {
            SPIN_BUDGET.set(SPIN_PAUSES.len());
            return true;
        }
        let is_ready = self != Self::Spin && yield_within_budget(ready);
        if is_ready {
            SPIN_BUDGET.set(MIN_SPINS.max(SPIN_BUDGET.get() - 1));
        }
        is_ready
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
