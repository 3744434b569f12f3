//! The errors of the queues, one type an operation.

use std::error::Error;

const EMPTY: &str = "queue is empty";
const SHUT_DOWN: &str = "queue is shut down";

/// The queue is shut down. Python's `ShutDown`. It returns the item that was not put.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShutDown<T = ()>(pub T);

/// The queue is empty. Python's `Empty`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Empty;

/// Why an item was not put. It returns the item.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum PutError<T> {
    /// The queue is full. Python's `Full`.
    Full(T),
    /// The queue is shut down. Python's `ShutDown`.
    ShutDown(T),
}

/// Why no item was returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GetError {
    /// The queue is empty. Python's `Empty`.
    Empty,
    /// The queue is empty and shut down. Python's `ShutDown`.
    ShutDown,
}

/// `task_done` was called more often than items were put. Python's `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TaskDoneError;

impl<T> PutError<T> {
    /// Returns the item that was not put.
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

show! {
    Debug for ShutDown<T> { _ => "ShutDown(..)" }
    Debug for PutError<T> { Self::Full(_) => "Full(..)", Self::ShutDown(_) => "ShutDown(..)" }
    Display for ShutDown<T> { _ => SHUT_DOWN }
    Display for PutError<T> { Self::Full(_) => "queue is full", Self::ShutDown(_) => SHUT_DOWN }
    Display for Empty { _ => EMPTY }
    Display for GetError { Self::Empty => EMPTY, Self::ShutDown => SHUT_DOWN }
    Display for TaskDoneError { _ => "task_done() called too many times" }
}

impl<T> Error for ShutDown<T> {}
impl<T> Error for PutError<T> {}
impl Error for Empty {}
impl Error for GetError {}
impl Error for TaskDoneError {}
