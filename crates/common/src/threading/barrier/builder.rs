//! A barrier's settings.

use super::Barrier;
use super::state::{Action, State};
use crate::threading::ValueError;
use crate::wait_queue::WaitQueue;
use std::fmt;
use std::time::Duration;

/// The settings of a [`Barrier`]. Python's `Barrier(parties, action, timeout)`.
///
/// ```
/// use common::threading::Barrier;
/// use std::time::Duration;
///
/// let barrier = Barrier::builder()
///     .parties(1)
///     .action(|| println!("all are here"))
///     .timeout(Duration::from_secs(5))
///     .build()?;
/// assert_eq!(barrier.wait(), Ok(0));
/// # Ok::<(), common::threading::ValueError>(())
/// ```
#[derive(Default)]
#[must_use = "nothing is built before `build`"]
pub struct BarrierBuilder {
    parties: usize,
    action: Option<Action>,
    timeout: Option<Duration>,
}

impl BarrierBuilder {
    /// For so many threads.
    pub fn parties(mut self, parties: usize) -> Self {
        self.parties = parties;
        self
    }

    /// Called each time that all have come, by the last of them, before anybody goes on.
    ///
    /// It may look at the barrier, but not wait at it, reset or abort it. When it panics, the barrier breaks.
    pub fn action(mut self, action: impl FnMut() + Send + 'static) -> Self {
        self.action = Some(Box::new(action));
        self
    }

    /// What [`Barrier::wait`] waits at most. Without it: for ever.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The barrier.
    ///
    /// # Errors
    ///
    /// [`ValueError::NoParties`] when it is for nobody.
    pub fn build(self) -> Result<Barrier, ValueError> {
        if self.parties == 0 {
            return Err(ValueError::NoParties);
        }
        Ok(Barrier {
            timeout: self.timeout,
            state: WaitQueue::new(State::new(self.action)),
            ..Barrier::new(self.parties)
        })
    }
}

impl fmt::Debug for BarrierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BarrierBuilder")
            .field("parties", &self.parties)
            .field("action", &self.action.is_some())
            .field("timeout", &self.timeout)
            .finish()
    }
}
