//! Why a desk is closed.

use crate::futures::error::Refusal;
use crate::threading::RuntimeError;

/// Why no more tasks are taken. Of several reasons the greatest is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::futures::executor) enum Closed {
    AtExit,
    Shutdown,
    Broken,
}

impl Closed {
    pub(in crate::futures::executor) fn refusal(self) -> Refusal {
        match self {
            Self::AtExit => RuntimeError::SubmitAfterExit.into(),
            Self::Shutdown => RuntimeError::SubmitAfterShutdown.into(),
            Self::Broken => Refusal::BrokenPool,
        }
    }
}
