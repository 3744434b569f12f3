//! Python's `threading.Barrier`.

mod state;

use super::get_ident;
use crate::sync::{Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, UnparkToken, WaitQueue, WaitQueueGuard, Waiter};
use state::State;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// Wake reason: the barrier or the generation was broken. Without it, the generation is released, or the entry queue is open
/// again.
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
    /// The state, and the waiters of one generation, which wait for the last arrival or for the end of the action.
    ///
    /// Invariant: the action runs ⇒ the waiters are those of its generation. Invariant: the barrier is broken and no
    /// action runs ⇒ there is no waiter.
    state: WaitQueue<State>,
    /// The arrivals that wait for the end of the running action. Locked under the mutex of `state` only.
    ///
    /// Invariant: not empty ⇒ the action runs and the barrier is not broken. Not an invariant: arrivals that the end of
    /// an action has woken may be overtaken by threads that arrive afterwards, even by whole generations of them; then
    /// they wait again, at the front.
    entry_queue: WaitQueue,
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
            state: WaitQueue::new(State::new()),
            entry_queue: WaitQueue::new(()),
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

    /// Sets the longest time that [`wait`](Self::wait) blocks. Python's `Barrier(parties, timeout=…)`. Without it, `wait`
    /// blocks without a limit.
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Blocks until all parties have arrived. Python's `wait()`.
    ///
    /// Returns the index of the arrival in its generation: 0 for the first, `parties - 1` for the last. The
    /// timeout of [`with_timeout`](Self::with_timeout), if one was set, holds as in [`wait_timeout`](Self::wait_timeout).
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

    /// Restores a broken barrier; its waiters get [`BarrierError::Broken`]. Python's `reset()`.
    ///
    /// `reset` does not wait for a running action: the action's generation gets [`BarrierError::Broken`] at once, its
    /// own thread at the end of the action, and later arrivals wait for that end.
    ///
    /// # Errors
    ///
    /// [`BarrierError::FromAction`] when the barrier's own action calls this: then nothing changes.
    pub fn reset(&self) -> Result<(), BarrierError> {
        let mut state = self.lock_outside_action()?;
        trace!(Signal, self, "barrier", "", state.waiting());
        state.is_broken = false;
        state.is_awaited = false;
        let wakeups = state.drain_with(BROKEN);
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
        self.break_for_all(self.lock_outside_action()?);
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
        state.waiting() + usize::from(state.is_awaited)
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
        let state = self.enter(deadline)?;
        let index = state.waiting();
        if index + 1 == self.parties {
            trace!(ProceedAfterAll, self, "arrivals", "", 0);
            trace!(Signal, self, "barrier", "", index);
            return self.complete(state).map(|()| index);
        }
        // The thread that releases or breaks the generation notifies all its waiters with the wake reason.
        match state.wait(deadline, Backoff::YieldFirst) {
            Parked::Notified(token) => {
                trace!(Proceed, self, "barrier", "", 0);
                if token != BROKEN {
                    return Ok(index);
                }
                trace!(GiveUp, self, "", "BrokenBarrierError", 0);
            }
            Parked::TimedOut(state) => {
                trace!(GiveUp, self, "", "timed out: BrokenBarrierError", 1);
                self.break_for_all(state);
            }
        }
        Err(BarrierError::Broken)
    }

    /// Returns the state of a filling barrier. Blocks while the action of the previous generation runs.
    fn enter(&self, deadline: Deadline) -> Result<WaitQueueGuard<'_, State>, BarrierError> {
        let mut state = self.lock_outside_action()?;
        let mut waiter = None;
        // After a wait, the action of another generation may run already.
        while !state.is_broken && state.runner.is_some() && !fault!(OpenGate) {
            let mut queue = self.entry_queue.lock();
            if let Some(waiter) = &mut waiter {
                queue.requeue(waiter);
            }
            let waiter = waiter.get_or_insert_with(|| queue.enqueue());
            drop((queue, state));
            let cancel = |waiter: &Waiter| {
                let state = self.state.lock();
                self.entry_queue.lock().cancel(waiter).map(|_| state)
            };
            state = match waiter.park(cancel, deadline, Backoff::Yield) {
                Parked::Notified(BROKEN) => return Err(BarrierError::Broken),
                Parked::Notified(_) => self.state.lock(),
                Parked::TimedOut(state) => {
                    // This thread is not part of the generation whose action runs: that generation is not broken.
                    self.refuse_arrivals(state);
                    return Err(BarrierError::Broken);
                }
            };
        }
        if state.is_broken {
            return Err(BarrierError::Broken);
        }
        Ok(state)
    }

    /// Completes the generation, in the last arrival: runs the action with no mutex held, then releases the generation
    /// unless it was broken meanwhile.
    fn complete(&self, mut state: WaitQueueGuard<'_, State>) -> Result<(), BarrierError> {
        let Some(mut action) = state.begin_action() else {
            self.release_all(state);
            return Ok(());
        };
        drop(state);
        let outcome = catch_unwind(AssertUnwindSafe(&mut action));
        let mut state = self.state.lock();
        let is_awaited = state.end_action(action);
        if outcome.is_err() && is_awaited {
            self.break_for_all(state);
        } else {
            // A panic of an abandoned action concerns no generation: the barrier may have been reset since.
            self.release_all(state);
        }
        match outcome {
            Err(panic) => resume_unwind(panic),
            Ok(()) if is_awaited => Ok(()),
            Ok(()) => Err(BarrierError::Broken),
        }
    }

    /// Releases the waiters of the current generation, if any, and all arrivals in the entry queue.
    fn release_all(&self, mut state: WaitQueueGuard<'_, State>) {
        let wakeups = state.drain();
        let entering = self.entry_queue.lock().drain();
        state.unlock_and_wake(wakeups);
        drop(entering);
    }

    /// Breaks the barrier and the current generation, whether it is filling or in action.
    fn break_for_all(&self, mut state: WaitQueueGuard<'_, State>) {
        trace!(Signal, self, "barrier", "", state.waiting());
        state.is_awaited = false;
        let wakeups = state.drain_with(BROKEN);
        self.refuse_arrivals(state);
        drop(wakeups);
    }

    /// Breaks the barrier for the entry queue and for later arrivals.
    fn refuse_arrivals(&self, mut state: WaitQueueGuard<'_, State>) {
        state.is_broken = true;
        let wakeups = self.entry_queue.lock().drain_with(BROKEN);
        state.unlock_and_wake(wakeups);
    }

    /// Locks the state, or returns an error when the caller runs the action: `wait` would deadlock there, and `reset`
    /// or `abort` would break the action's own generation.
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
        f.debug_struct("Barrier")
            .field("parties", &self.parties)
            .field("waiting", &self.n_waiting())
            .field("entering", &self.entry_queue.waiting())
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
        is_queued: fn(&Barrier, &WaitQueueGuard<'_, State>) -> bool,
        notify: fn(&Barrier, WaitQueueGuard<'_, State>),
    ) {
        // A timeout that expires before the mutex is held is too short.
        for timeout in (1..).map(|exponent| Duration::from_millis(1 << exponent)) {
            let barrier = new();
            let outcome = std::thread::scope(|scope| {
                let waiter = scope.spawn(|| barrier.wait_timeout(timeout));
                let mut state = barrier.state.lock();
                while !is_queued(&barrier, &state) && !state.is_broken {
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
            |_, state| state.waiting() == 1,
            |barrier, state| barrier.complete(state).unwrap(),
        );
    }

    #[test]
    fn entry_wins_over_a_timeout_that_expired_meanwhile() {
        let in_action = || {
            let barrier = Barrier::new(1).with_action(|| ());
            assert!(barrier.state.lock().begin_action().is_some());
            barrier
        };
        assert_notified_in_time(
            in_action,
            |barrier, _| barrier.entry_queue.waiting() == 1,
            |barrier, mut state| {
                assert!(state.end_action(Box::new(|| ())));
                barrier.release_all(state);
            },
        );
    }
}
