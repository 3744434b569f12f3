//! A user-defined type as the code of a thread.

/// A user-defined type that a thread runs. In Python, a subclass of `Thread` that overrides `run`.
///
/// ```
/// use common::threading::{Runnable, Thread};
///
/// struct Fetcher {
///     page: String,
/// }
///
/// impl Runnable for Fetcher {
///     fn run(self) {
///         println!("fetching {}", self.page);
///     }
/// }
///
/// let thread = Thread::of(Fetcher { page: "/index".to_owned() });
/// thread.start().unwrap();
/// thread.join().unwrap();
/// ```
pub trait Runnable: Send + 'static {
    /// The thread's code, called once, on the thread. The value is dropped before the thread ends.
    fn run(self);
}
