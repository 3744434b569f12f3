//! The settings of a barrier.

use super::Barrier;
use super::state::{Action, State};
use crate::wait_queue::WaitQueue;
use std::error::Error;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
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
#[derive(Default)]
#[must_use = "no barrier is built before `build`"]
pub struct BarrierBuilder {
    parties: usize,
    action: Option<Action>,
    timeout: Option<Duration>,
}

impl BarrierBuilder {
    /// Sets the number of threads of a generation; at least one.
    pub fn parties(mut self, parties: usize) -> Self {
        self.parties = parties;
        self
    }

    /// Sets the function that the last arrival of each generation calls before any thread is released.
    ///
    /// The action may read [`n_waiting`](Barrier::n_waiting) and [`broken`](Barrier::broken); a wait, a reset or an
    /// abort of its own barrier is an error. A panic of the action breaks the barrier.
    pub fn action(mut self, action: impl FnMut() + Send + 'static) -> Self {
        self.action = Some(Box::new(action));
        self
    }

    /// Sets the longest time that [`Barrier::wait`] blocks. Without it, `wait` blocks without a limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Builds the barrier.
    ///
    /// # Errors
    ///
    /// [`PartiesError`] when `parties` is 0 or was not set.
    pub fn build(self) -> Result<Barrier, PartiesError> {
        if self.parties == 0 {
            return Err(PartiesError);
        }
        Ok(Barrier {
            parties: self.parties,
            timeout: self.timeout,
            state: WaitQueue::new(State::new(self.action)),
            entry_queue: WaitQueue::new(()),
        })
    }
}

/// A builder never calls the action, so no panic leaves the action half done.
impl UnwindSafe for BarrierBuilder {}
impl RefUnwindSafe for BarrierBuilder {}

impl fmt::Debug for BarrierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BarrierBuilder")
            .field("parties", &self.parties)
            .field("action", &self.action.is_some())
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// A barrier must have one party or more. Python's `ValueError`, with its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartiesError;

impl fmt::Display for PartiesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("parties must be >= 1")
    }
}

impl Error for PartiesError {}
