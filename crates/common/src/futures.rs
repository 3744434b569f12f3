//! Python's `concurrent.futures`: calls that the workers of a thread pool make, and their results.
//!
//! [`ThreadPoolExecutor::submit`] returns a [`Future`] for one call, [`ThreadPoolExecutor::map`] the results of many
//! calls in the order of their items. [`as_completed`] yields futures in the order of completion, and [`wait`] blocks
//! until some or all of several futures are done. A [`Promise`] is the other end of a future that no executor
//! completes.
//!
//! A future lends its result to every thread that has a clone of it: a result that is not `Sync` is returned in a
//! `Mutex`, as [`ThreadPoolExecutor`] shows.
//!
//! A panic of a call, or the `Err` of a call that was submitted with [`ThreadPoolExecutor::try_submit`], becomes the
//! [`FutureError`] of its future. A name that ends in `_timeout` is the form with a timeout: its deadline is counted
//! from the call and covers the whole operation.

mod as_completed;
mod error;
mod executor;
mod future;
mod promise;
mod wait;

pub use as_completed::{AsCompleted, AsCompletedTimeout, as_completed, as_completed_timeout};
pub use error::{FutureError, Rejected, ShutdownError, SubmitError};
pub use executor::{
    Map, MapError, NoWorkersError, Shutdown, ThreadPoolExecutor, ThreadPoolExecutorBuilder,
};
pub use future::Future;
pub use promise::{InvalidStateError, Promise, UnexpectedStateError};
pub use wait::{ReturnWhen, Waited, wait, wait_timeout};
