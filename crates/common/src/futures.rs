//! Python's `concurrent.futures`: calls that a pool of threads makes, and their results.

mod completion_set;
mod error;
mod executor;
mod future;
mod promise;
mod wait;

pub use error::{FutureError, Rejected, ShutdownError, SubmitError};
pub use executor::{
    Map, MapError, NoWorkersError, Shutdown, ThreadPoolExecutor, ThreadPoolExecutorBuilder,
};
pub use future::Future;
pub use promise::{InvalidStateError, Promise, UnexpectedStateError};
pub use wait::{
    AsCompleted, AsCompletedTimeout, ReturnWhen, Waited, as_completed, as_completed_timeout, wait,
    wait_timeout,
};
