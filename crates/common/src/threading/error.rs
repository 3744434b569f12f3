//! What goes wrong when a primitive is misused.

use std::error::Error;
use std::fmt;

/// A primitive was used in a way that its state does not allow. Python's `RuntimeError`, with its texts.
///
/// ```
/// use common::threading::{Lock, RuntimeError};
///
/// let error = Lock::new().release().unwrap_err();
/// assert_eq!(error, RuntimeError::ReleaseUnlocked);
/// assert_eq!(error.to_string(), "release unlocked lock");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RuntimeError {
    /// A lock was released that nobody held.
    ReleaseUnlocked,
}

impl fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReleaseUnlocked => "release unlocked lock",
        })
    }
}

impl Error for RuntimeError {}
