//! Python's `concurrent.futures`: calls made by a pool of threads, and their results.

mod as_completed;
mod error;
mod executor;
mod future;
mod gathering;
mod wait;

pub use crate::threading::ValueError;
pub use as_completed::{AsCompleted, as_completed};
pub use error::{FutureError, Refusal, SubmitError, TimedOut};
pub use executor::{Builder, Map, Shutdown, ThreadPoolExecutor};
pub use future::{Future, InvalidStateError, Promise};
pub use wait::{ReturnWhen, Waited, wait};
