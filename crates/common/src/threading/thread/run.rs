//! Threads of a type of one's own.

use super::names::Name;
use super::{Kind, Thread};

/// What a thread does and what it needs for that, in a type of one's own. In Python, a subclass of
/// `Thread` that overrides `run`.
///
/// ```
/// use common::threading::{Run, Thread};
///
/// struct Fetcher {
///     page: String,
/// }
///
/// impl Run for Fetcher {
///     fn run(self) {
///         println!("fetching {}", self.page);
///     }
/// }
///
/// let thread = Thread::of(Fetcher { page: "/index".to_owned() });
/// thread.start().unwrap();
/// thread.join().unwrap();
/// ```
pub trait Run: Send + 'static {
    /// The thread's work, called once, on the thread. The value is dropped before its end is told.
    fn run(self);
}

impl Thread {
    /// A thread that is to [run](Run::run) `value`, named `Thread-N`; in all else as
    /// [`new`](Self::new).
    #[must_use = "nothing runs before `start`"]
    pub fn of<R: Run>(value: R) -> Self {
        Self::made_here(Name::plain(), Kind::Own, Some(Box::new(|| value.run())), ())
    }
}
