//! Why an item was not put, or none was got.

use std::error::Error;
use std::fmt;

const FULL: &str = "queue is full";
const EMPTY: &str = "queue is empty";
const SHUT_DOWN: &str = "queue is shut down";

/// The queue was shut down. Python's `ShutDown`; an item that was to be put is handed back in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShutDown<T = ()>(pub T);

/// There was no item. Python's `Empty`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Empty;

/// Why an item was not put; it is handed back.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum PutError<T> {
    /// There was no room. Python's `Full`.
    Full(T),
    /// The queue was shut down. Python's `ShutDown`.
    ShutDown(T),
}

/// Why no item was got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GetError {
    /// There was none. Python's `Empty`.
    Empty,
    /// There was none, and none will come: the queue was shut down. Python's `ShutDown`.
    ShutDown,
}

impl<T> PutError<T> {
    /// The item that was to be put.
    pub fn into_item(self) -> T {
        match self {
            Self::Full(item) | Self::ShutDown(item) => item,
        }
    }
}

impl<T> From<ShutDown<T>> for PutError<T> {
    fn from(ShutDown(item): ShutDown<T>) -> Self {
        Self::ShutDown(item)
    }
}

impl From<ShutDown> for GetError {
    fn from(_: ShutDown) -> Self {
        Self::ShutDown
    }
}

impl From<Empty> for GetError {
    fn from(_: Empty) -> Self {
        Self::Empty
    }
}

impl<T> fmt::Debug for ShutDown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShutDown(..)")
    }
}

impl<T> fmt::Debug for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::ShutDown(_) => "ShutDown(..)",
        })
    }
}

impl<T> fmt::Display for ShutDown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHUT_DOWN)
    }
}

impl fmt::Display for Empty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EMPTY)
    }
}

impl<T> fmt::Display for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => FULL,
            Self::ShutDown(_) => SHUT_DOWN,
        })
    }
}

impl fmt::Display for GetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => EMPTY,
            Self::ShutDown => SHUT_DOWN,
        })
    }
}

impl<T> Error for ShutDown<T> {}
impl Error for Empty {}
impl<T> Error for PutError<T> {}
impl Error for GetError {}
