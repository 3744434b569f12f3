//! The settings of a barrier.

use super::Barrier;
use super::state::State;
use crate::wait_queue::WaitQueue;
use std::error::Error;
use std::time::Duration;

/// The settings of a [`Barrier`]. Python's `Barrier(parties, action, timeout)`.
///
/// ```
/// use common::threading::Barrier;
/// use std::time::Duration;
///
/// let barrier = Barrier::builder()
///     .parties(1)
///     .action(|| println!("all threads have arrived"))
///     .timeout(Duration::from_secs(5))
///     .build()?;
/// assert_eq!(barrier.wait(), Ok(0));
/// # Ok::<(), common::threading::PartiesError>(())
/// ```
#[derive(Debug)]
#[must_use = "no barrier is built before `build`"]
pub struct BarrierBuilder(Barrier);

impl Default for BarrierBuilder {
    fn default() -> Self {
        Self(Barrier::unchecked(0))
    }
}

impl BarrierBuilder {
    /// Sets the number of threads of a generation; at least one.
    pub fn parties(mut self, parties: usize) -> Self {
        self.0.parties = parties;
        self
    }

    /// Sets the function that the last arrival of each generation calls before any thread is released.
    ///
    /// The action may read [`n_waiting`](Barrier::n_waiting) and [`broken`](Barrier::broken); a wait, a reset or an
    /// abort of its own barrier is an error. A panic of the action breaks the barrier.
    pub fn action(mut self, action: impl FnMut() + Send + 'static) -> Self {
        self.0.state = WaitQueue::new(State::new(Some(Box::new(action))));
        self
    }

    /// Sets the longest time that [`Barrier::wait`] blocks. Without it, `wait` blocks without a limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.0.timeout = Some(timeout);
        self
    }

    /// Builds the barrier.
    ///
    /// # Errors
    ///
    /// [`PartiesError`] when `parties` is 0 or was not set.
    pub fn build(self) -> Result<Barrier, PartiesError> {
        if self.0.parties == 0 {
            return Err(PartiesError);
        }
        Ok(self.0)
    }
}

/// A barrier must have one party or more. Python's `ValueError`, with its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartiesError;

show! { Display for PartiesError { _ => "parties must be >= 1" } }

impl Error for PartiesError {}
