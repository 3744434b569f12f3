//! Python's `threading.Barrier`.

use super::thread::get_ident;
use crate::sync::{Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, UnparkToken, WaitQueue, WaitQueueGuard, WakeList};
use std::error::Error;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// Wake reason: the barrier or the generation was broken. Any other notification releases the generation, or tells an
/// arrival in the entry queue that the action has ended.
const BROKEN: UnparkToken = UnparkToken(1);

/// Blocks a fixed number of threads until all of them have arrived. Python's `threading.Barrier`.
///
/// [`wait`](Self::wait) blocks until `parties` threads have arrived; then all of them are released, and the barrier
/// is ready for the next generation. Generations never mix: a fast thread that arrives again counts for the next
/// one.
///
/// The action, if there is one, runs once a generation, in the last arrival, before any thread is released. A
/// timeout, a panic of the action or [`abort`](Self::abort) breaks the barrier: the waiters and all later arrivals
/// get [`BarrierError::Broken`] until a [`reset`](Self::reset). Of one generation either all threads are released
/// or none.
///
/// Contract: `docs/semantics.md`, lines 22 to 30.
///
/// ```
/// use common::threading::Barrier;
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
///
/// let (all_are_ready, ready) = (Barrier::new(3), AtomicUsize::new(0));
/// std::thread::scope(|scope| {
///     for _ in 0..3 {
///         scope.spawn(|| {
///             ready.fetch_add(1, Relaxed);
///             all_are_ready.wait().unwrap();
///             assert_eq!(ready.load(Relaxed), 3);
///         });
///     }
/// });
/// ```
///
/// Where no thread times out and nothing breaks, `std::sync::Barrier` is the Rust way.
///
/// ```
/// use common::threading::{Barrier, BarrierError};
/// use std::time::Duration;
///
/// let barrier = Barrier::new(2).with_action(|| println!("all are ready"));
/// let barrier = barrier.with_timeout(Duration::from_secs(60));
/// assert_eq!((barrier.parties(), barrier.n_waiting()), (2, 0));
/// assert_eq!(barrier.wait_timeout(Duration::ZERO), Err(BarrierError::Broken));
/// assert!(barrier.broken());
/// barrier.reset()?;
/// barrier.abort()?;
/// # Ok::<(), BarrierError>(())
/// ```
#[doc(alias = "CyclicBarrier")]
#[must_use]
pub struct Barrier {
    parties: usize,
    /// The timeout of `wait`.
    timeout: Option<Duration>,
    /// The waiters of the current generation, and behind them the entry queue: the arrivals that wait for the end of a
    /// running action.
    ///
    /// Invariant: no action runs ⇒ the entry queue is empty. Invariant: the barrier is broken ⇒ the entry queue is
    /// empty, and so is the generation unless it waits for the end of its action. No order of arrival: threads that
    /// arrive later may overtake an arrival that the end of an action has woken, even whole generations of them; then
    /// it waits again.
    state: WaitQueue<State>,
}

// The states of a barrier:
//
// | state | is_broken | runner | is_awaited | meaning                          | next states                          |
// | ----- | --------- | ------ | ---------- | -------------------------------- | ------------------------------------ |
// | A     | false     | none   | false      | filling: the waiters wait for    | B: last arrival, with an action      |
// |       |           |        |            | the last arrival                 | D: timeout, abort                    |
// | B     | false     | some   | true       | in action: arrivals wait in the  | A: end of the action                 |
// |       |           |        |            | entry queue                      | C: reset                             |
// |       |           |        |            |                                  | D: panic of the action               |
// |       |           |        |            |                                  | E: timeout in the entry queue        |
// |       |           |        |            |                                  | F: timeout of the generation, abort  |
// | C     | false     | some   | false      | in action for no generation:     | A: end or panic of the action        |
// |       |           |        |            | arrivals wait in the entry queue | F: timeout in the entry queue, abort |
// | D     | true      | none   | false      | broken: arrivals are refused     | A: reset                             |
// | E     | true      | some   | true       | broken, but the generation in    | C: reset                             |
// |       |           |        |            | action is released at its end    | D: end or panic of the action        |
// |       |           |        |            |                                  | F: timeout of the generation, abort  |
// | F     | true      | some   | false      | broken, and the generation in    | C: reset                             |
// |       |           |        |            | action too                       | D: end or panic of the action        |
struct State {
    /// Whether arrivals are refused.
    is_broken: bool,
    /// The ident of the thread that runs the action: the last arrival.
    runner: Option<u64>,
    /// Whether a generation waits for the end of the running action. False once the generation was broken or reset:
    /// then `wait` returns `Broken` to the runner.
    is_awaited: bool,
    /// `None` also while the action runs, because it runs with no mutex held.
    action: Option<Box<dyn FnMut() + Send>>,
}

impl Barrier {
    /// A barrier for `parties` threads, without an action and without a timeout. Python's `Barrier(parties)`.
    ///
    /// # Panics
    ///
    /// When `parties` is 0, with Python's text "parties must be >= 1".
    pub const fn new(parties: usize) -> Self {
        assert!(parties > 0, "parties must be >= 1");
        Self {
            parties,
            timeout: None,
            state: WaitQueue::new(State {
                is_broken: false,
                runner: None,
                is_awaited: false,
                action: None,
            }),
        }
    }

    /// Sets the function that the last arrival of each generation calls before any thread is released. Python's
    /// `Barrier(parties, action)`.
    ///
    /// The action may read [`n_waiting`](Self::n_waiting) and [`broken`](Self::broken); a wait, a reset or an abort of
    /// its own barrier is an error. A panic of the action breaks the barrier.
    pub fn with_action(self, action: impl FnMut() + Send + 'static) -> Self {
        self.state.lock().action = Some(Box::new(action));
        self
    }

    /// Sets the longest time that [`wait`](Self::wait) blocks. Python's `Barrier(parties, timeout=…)`. Without it,
    /// `wait` blocks without a limit.
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Blocks until all parties have arrived. Python's `wait()`.
    ///
    /// Returns the index of the arrival in its generation: 0 for the first, `parties - 1` for the last. The timeout of
    /// [`with_timeout`](Self::with_timeout), if one was set, holds as in [`wait_timeout`](Self::wait_timeout).
    ///
    /// # Errors
    ///
    /// [`BarrierError::Broken`] when the barrier is broken, or is broken or reset during the wait;
    /// [`BarrierError::FromAction`] when the barrier's own action calls this.
    ///
    /// # Panics
    ///
    /// With the panic of the action, in the thread that runs the action.
    pub fn wait(&self) -> Result<usize, BarrierError> {
        self.wait_until(Deadline::within(self.timeout))
    }

    /// Blocks until all parties have arrived, no longer than `timeout`. Python's `wait(timeout)`.
    ///
    /// A timeout that expires breaks the barrier, for the other waiters too. It covers the whole call, including an
    /// action that the thread waits for. The last arrival does not wait, so no timeout is too short for it; a
    /// timeout beyond the clock is no limit.
    ///
    /// # Errors
    ///
    /// [`BarrierError::Broken`] when the timeout expires first, when the barrier is broken, or when it is broken or
    /// reset during the wait; [`BarrierError::FromAction`] when the barrier's own action calls this.
    ///
    /// # Panics
    ///
    /// With the panic of the action, in the thread that runs the action.
    pub fn wait_timeout(&self, timeout: Duration) -> Result<usize, BarrierError> {
        self.wait_until(Deadline::after(timeout))
    }

    /// Restores a broken barrier, and ends the waits of the generation with [`BarrierError::Broken`]. Python's
    /// `reset()`.
    ///
    /// `reset` does not wait for a running action: the action's generation gets [`BarrierError::Broken`] at once, its
    /// own thread at the end of the action, and later arrivals wait for that end.
    ///
    /// # Errors
    ///
    /// [`BarrierError::FromAction`] when the barrier's own action calls this: then nothing changes.
    pub fn reset(&self) -> Result<(), BarrierError> {
        let mut state = self.lock_outside_action()?;
        let generation = self.waiters_of_generation(&state);
        trace!(Signal, self, "barrier", "", generation);
        state.is_broken = false;
        state.is_awaited = false;
        let pop = |_| state.pop_front_with(BROKEN);
        let wakeups: WakeList = (0..generation).map_while(pop).collect();
        state.unlock_and_wake(wakeups);
        Ok(())
    }

    /// Breaks the barrier: waiters and later arrivals get [`BarrierError::Broken`] until a reset. Python's `abort()`.
    ///
    /// # Errors
    ///
    /// [`BarrierError::FromAction`] when the barrier's own action calls this: then nothing changes. The action can
    /// panic instead.
    ///
    /// ```
    /// use common::threading::{Barrier, BarrierError};
    ///
    /// let barrier = Barrier::new(2);
    /// std::thread::scope(|scope| {
    ///     let waiter = scope.spawn(|| barrier.wait());
    ///     barrier.abort().unwrap();
    ///     assert_eq!(waiter.join().unwrap(), Err(BarrierError::Broken));
    /// });
    /// assert!(barrier.broken());
    /// ```
    pub fn abort(&self) -> Result<(), BarrierError> {
        let mut state = self.lock_outside_action()?;
        state.is_awaited = false;
        self.break_arrivals(state);
        Ok(())
    }

    /// The number of threads that make a generation. Python's `parties`.
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// The number of arrived threads that are not yet released: all parties while the action runs. Python's
    /// `n_waiting`.
    #[doc(alias = "waiting")]
    pub fn n_waiting(&self) -> usize {
        let state = self.state.lock();
        // The thread that runs the action is not in the queue.
        self.waiters_of_generation(&state) + usize::from(state.is_awaited)
    }

    /// Whether the barrier is broken. Python's `broken`.
    #[doc(alias = "is_broken")]
    pub fn broken(&self) -> bool {
        self.state.lock().is_broken
    }

    fn wait_until(&self, deadline: Deadline) -> Result<usize, BarrierError> {
        deferred::run_before_blocking();
        trace!(Signal, self, "arrivals", "arrive", 1);
        trace!(Call, self, "barrier", "wait", 0);
        let mut state = self.lock_outside_action()?;
        while !state.is_broken {
            // Checked again after each wait in the entry queue: another action may run by then.
            let is_entering = state.runner.is_some() && !fault!(OpenGate);
            let index = state.waiting();
            if !is_entering && index + 1 == self.parties {
                trace!(ProceedAfterAll, self, "arrivals", "", 0);
                trace!(Signal, self, "barrier", "", index);
                return self.complete(state).map(|()| index);
            }
            match state.wait(deadline, Backoff::YieldFirst) {
                Parked::Notified(BROKEN) => {
                    trace!(Proceed, self, "barrier", "", 0);
                    trace!(GiveUp, self, "", "BrokenBarrierError", 0);
                    break;
                }
                Parked::Notified(_) if is_entering => state = self.state.lock(),
                Parked::Notified(_) => {
                    trace!(Proceed, self, "barrier", "", 0);
                    return Ok(index);
                }
                Parked::TimedOut(mut state) => {
                    trace!(GiveUp, self, "", "timed out: BrokenBarrierError", 1);
                    // A thread in the entry queue is not part of the generation whose action runs.
                    state.is_awaited &= is_entering;
                    self.break_arrivals(state);
                    break;
                }
            }
        }
        Err(BarrierError::Broken)
    }

    /// Completes the generation, in the last arrival: runs the action with no mutex held, then releases the generation
    /// unless it was broken meanwhile.
    fn complete<'a>(&'a self, mut state: WaitQueueGuard<'a, State>) -> Result<(), BarrierError> {
        let (mut outcome, mut is_awaited) = (Ok(()), true);
        if let Some(mut action) = state.action.take() {
            state.runner = Some(get_ident());
            state.is_awaited = true;
            drop(state);
            outcome = catch_unwind(AssertUnwindSafe(&mut action));
            state = self.state.lock();
            state.action = Some(action);
            state.runner = None;
            is_awaited = mem::take(&mut state.is_awaited) || fault!(ActionOfBrokenGeneration);
        }
        if outcome.is_err() && is_awaited {
            self.break_arrivals(state);
        } else {
            // In the states C and F, a panic of the action breaks nothing: its generation was broken or reset before.
            let wakeups = state.drain();
            state.unlock_and_wake(wakeups);
        }
        match outcome {
            Err(panic) => resume_unwind(panic),
            Ok(()) if is_awaited => Ok(()),
            Ok(()) => Err(BarrierError::Broken),
        }
    }

    /// Breaks the barrier for the waiters and for later arrivals. Spares the generation that waits for the end of the
    /// running action, if there is one.
    fn break_arrivals(&self, mut state: WaitQueueGuard<'_, State>) {
        let spared = state
            .runner
            .map_or(0, |_| self.waiters_of_generation(&state));
        trace!(Signal, self, "barrier", "", state.waiting() - spared);
        state.is_broken = true;
        let wakeups = state.drain_behind(spared, BROKEN);
        state.unlock_and_wake(wakeups);
    }

    /// The number of waiters of the current generation, the oldest in the queue: the others are in the entry queue.
    fn waiters_of_generation(&self, state: &WaitQueueGuard<'_, State>) -> usize {
        match state.runner {
            None => state.waiting(),
            Some(_) if state.is_awaited => self.parties - 1,
            Some(_) => 0,
        }
    }

    /// Locks the state, or returns an error when the caller runs the action: there `wait` would deadlock, and `reset`
    /// or `abort` would break the generation that the caller belongs to.
    fn lock_outside_action(&self) -> Result<WaitQueueGuard<'_, State>, BarrierError> {
        let state = self.state.lock();
        if state.runner.is_some_and(|runner| runner == get_ident()) {
            return Err(BarrierError::FromAction);
        }
        Ok(state)
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        let entering = state.waiting() - self.waiters_of_generation(&state);
        drop(state);
        f.debug_struct("Barrier")
            .field("parties", &self.parties)
            .field("waiting", &self.n_waiting())
            .field("entering", &entering)
            .field("broken", &self.broken())
            .finish()
    }
}

/// An operation of a [`Barrier`] failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BarrierError {
    /// The barrier is broken, or was broken or reset during the wait. Python's `BrokenBarrierError`.
    #[doc(alias = "BrokenBarrierError")]
    Broken,
    /// The barrier's own action called `wait`, `reset` or `abort`. In Python that deadlocks.
    FromAction,
}

show! {
    Display for BarrierError {
        Self::Broken => "broken barrier",
        Self::FromAction => "cannot use a barrier from its own action",
    }
}

impl Error for BarrierError {}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::*;

    /// Notifies a waiter whose timeout has expired: the mutex is held meanwhile, so that the waiter cannot cancel.
    fn assert_notified_in_time(
        new: fn() -> Barrier,
        notify: fn(&Barrier, WaitQueueGuard<'_, State>),
    ) {
        // A timeout that expires before the mutex is held is too short.
        for timeout in (1..).map(|exponent| Duration::from_millis(1 << exponent)) {
            let barrier = new();
            let outcome = std::thread::scope(|scope| {
                let waiter = scope.spawn(|| barrier.wait_timeout(timeout));
                let mut state = barrier.state.lock();
                while state.waiting() == 0 && !state.is_broken {
                    drop(state);
                    std::thread::yield_now();
                    state = barrier.state.lock();
                }
                std::thread::sleep(timeout * 2);
                (!state.is_broken).then(|| {
                    notify(&barrier, state);
                    waiter.join().unwrap()
                })
            });
            if let Some(outcome) = outcome {
                return assert_eq!(outcome, Ok(0));
            }
        }
    }

    #[test]
    fn release_wins_over_a_timeout_that_expired_meanwhile() {
        assert_notified_in_time(
            || Barrier::new(2),
            |barrier, state| barrier.complete(state).unwrap(),
        );
    }

    #[test]
    fn entry_wins_over_a_timeout_that_expired_meanwhile() {
        let in_action = || {
            let barrier = Barrier::new(1);
            barrier.state.lock().runner = Some(0);
            barrier
        };
        assert_notified_in_time(in_action, |barrier, mut state| {
            state.runner = None;
            barrier.complete(state).unwrap();
        });
    }
}
