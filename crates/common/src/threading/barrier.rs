//! Python's `threading.Barrier`.

mod builder;
mod door;
mod meeting;
mod state;

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests;

pub use builder::BarrierBuilder;

use super::error::BarrierError;
use crate::sync::Deadline;
use crate::wait_queue::{WaitQueue, WaitQueueGuard};
use state::{BROKEN, State};
use std::fmt;
use std::time::Duration;

/// Lets a fixed number of threads wait for each other. Python's `threading.Barrier`.
///
/// Each of the `parties` calls [`wait`](Self::wait), which blocks until the last of them has come; then
/// all go on together, and the barrier is ready for the next time. Generations never mix: a fast thread
/// that comes again counts for the next one.
///
/// An action, where there is one, runs each time in the last that comes, before anybody goes on. A timeout,
/// a panic of the action or [`abort`](Self::abort) breaks the barrier: all who wait, and all who come later,
/// get [`BarrierError::Broken`], until somebody [resets](Self::reset) it. Of one generation all go on, or
/// none.
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
/// `std::sync::Barrier` is the Rust way where nobody gives up and nothing breaks.
pub struct Barrier {
    parties: usize,
    /// For every wait that has none of its own.
    timeout: Option<Duration>,
    /// Where it stands, and who waits for the last to come or for its action to end. Who waits is always
    /// of one generation: the others are at the door.
    state: WaitQueue<State>,
    /// Who came while an action runs, and waits for its end to be let in. Locked under `state` only, so
    /// that nobody joins when it has just been opened.
    door: WaitQueue,
}

impl Barrier {
    /// A barrier for so many threads, without an action and without a timeout.
    ///
    /// # Panics
    ///
    /// When `parties` is 0; [`builder`](Self::builder) returns that as an error.
    pub const fn new(parties: usize) -> Self {
        assert!(parties > 0, "parties must be >= 1");
        Self {
            parties,
            timeout: None,
            state: WaitQueue::new(State::new(None)),
            door: WaitQueue::new(()),
        }
    }

    /// A barrier with an action or a timeout.
    pub fn builder() -> BarrierBuilder {
        BarrierBuilder::default()
    }

    /// Waits until all have come. Python's `wait()`.
    ///
    /// Returns which it was of those who came: 0 for the first, `parties - 1` for the last. Where the builder
    /// was given a timeout, it is [`wait_timeout`](Self::wait_timeout) with that one.
    ///
    /// # Errors
    ///
    /// [`BarrierError::Broken`] when the barrier is broken, or breaks or is reset meanwhile;
    /// [`BarrierError::FromAction`] from its own action.
    ///
    /// # Panics
    ///
    /// With the panic of the action, in the thread that ran it.
    pub fn wait(&self) -> Result<usize, BarrierError> {
        self.wait_until(Deadline::within(self.timeout))
    }

    /// The same, waiting no longer than `timeout`. Python's `wait(timeout)`.
    ///
    /// When the time is up first, that breaks the barrier: all others who wait have waited in vain, too. The
    /// timeout covers the whole call, an action that others wait for included; the last to come does
    /// not wait, and needs no time.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    ///
    /// # Panics
    ///
    /// As [`wait`](Self::wait).
    pub fn wait_timeout(&self, timeout: Duration) -> Result<usize, BarrierError> {
        self.wait_until(Deadline::after(timeout))
    }

    /// Makes it as new: a broken one is whole again, and those who wait get [`BarrierError::Broken`].
    /// Python's `reset()`.
    ///
    /// When an action runs, it is for those who waited for it that all is in vain; who comes now waits
    /// for its end.
    ///
    /// # Errors
    ///
    /// [`BarrierError::FromAction`] from its own action: then nothing has changed.
    pub fn reset(&self) -> Result<(), BarrierError> {
        let mut state = self.lock_outside_action()?;
        state.is_broken = false;
        let calls = state.break_generation();
        drop(state);
        drop(calls);
        Ok(())
    }

    /// Breaks it: all who wait, and all who come before it is reset, get [`BarrierError::Broken`]. Python's
    /// `abort()`.
    ///
    /// # Errors
    ///
    /// [`BarrierError::FromAction`] from its own action, which can panic instead: then nothing has changed.
    pub fn abort(&self) -> Result<(), BarrierError> {
        self.break_for_all(self.lock_outside_action()?);
        Ok(())
    }

    /// How many it is for.
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// How many have come and are not released yet; all of them while their action runs.
    pub fn n_waiting(&self) -> usize {
        self.state.lock().arrived()
    }

    /// Whether it is broken.
    pub fn broken(&self) -> bool {
        self.state.lock().is_broken
    }

    /// Breaks it for those inside and those at the door.
    fn break_for_all(&self, mut state: WaitQueueGuard<'_, State>) {
        state.is_broken = true;
        let inside = state.break_generation();
        let at_the_door = self.door.lock().drain_with(BROKEN);
        drop(state);
        drop((inside, at_the_door));
    }

    /// An action may look at its barrier; what waits or decides would be a knot.
    fn lock_outside_action(&self) -> Result<WaitQueueGuard<'_, State>, BarrierError> {
        let state = self.state.lock();
        if state.is_acting() {
            Err(BarrierError::FromAction)
        } else {
            Ok(state)
        }
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (state, waiting, entering) = {
            let state = self.state.lock();
            (state.name(), state.arrived(), self.door.len())
        };
        let mut shown = f.debug_struct("Barrier");
        shown
            .field("parties", &self.parties)
            .field("state", &state)
            .field("waiting", &waiting);
        if entering > 0 {
            shown.field("entering", &entering);
        }
        shown.finish()
    }
}
