//! Panics as values: what a thread's or a task's panic said, and where.

use crate::sync::global_atomic::{AtomicBool, Ordering::Relaxed};
use crate::sync::{Arc, GlobalMutex};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo, RefUnwindSafe, UnwindSafe};

/// A panic that was caught: its message, where in the source it was, and its payload. Python's exception that no code
/// caught.
#[derive(Clone, Debug)]
pub struct Panic(Arc<Caught>);

#[derive(Debug)]
struct Caught {
    message: String,
    location: Option<String>,
    payload: GlobalMutex<Option<Box<dyn Any + Send>>>,
}

impl Panic {
    fn new(payload: Box<dyn Any + Send>, location: Option<String>) -> Self {
        Self(Arc::new(Caught {
            message: message(&*payload),
            location,
            payload: GlobalMutex::new(Some(payload)),
        }))
    }

    /// A failure that was no panic.
    pub(crate) fn with_message(text: &'static str) -> Self {
        Self::new(Box::new(text), None)
    }

    /// The text that it was raised with; `Box<dyn Any>` when it was raised with something else.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// File, line and column. `None` when the panic was resumed, or when the process's panic hook was replaced and the
    /// library's own is kept somewhere.
    pub fn location(&self) -> Option<&str> {
        self.0.location.as_deref()
    }

    /// The value that it was raised with, for [`resume_unwind`](std::panic::resume_unwind) or a downcast. `None` when it
    /// was taken before, from this value or a clone.
    ///
    /// ```
    /// use common::threading::{JoinError, Thread};
    ///
    /// let thread = Thread::new(|| std::panic::panic_any(404));
    /// thread.start().unwrap();
    /// let Err(JoinError::Panicked(panic)) = thread.join() else { unreachable!() };
    /// assert_eq!(panic.take_payload().unwrap().downcast_ref(), Some(&404));
    /// assert!(panic.take_payload().is_none());
    /// ```
    pub fn take_payload(&self) -> Option<Box<dyn Any + Send>> {
        self.0.payload.lock().take()
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.location() {
            Some(location) => write!(f, "panicked at {location}: {}", self.message()),
            None => write!(f, "panicked: {}", self.message()),
        }
    }
}

impl Error for Panic {}

/// The payload is only moved, never looked at.
impl UnwindSafe for Panic {}
impl RefUnwindSafe for Panic {}

impl Drop for Caught {
    /// The payload is a user's value, and its `drop` may panic too.
    fn drop(&mut self) {
        let payload = self.payload.lock().take();
        if let Err(second) = panic::catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(second);
        }
    }
}

/// What the panic hook does with a panic on this thread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Watch {
    /// No [`catch`] is on the stack: the panic is printed, as ever.
    Off,
    /// A [`catch`] is on the stack: the panic is not printed, and its location is noted.
    On,
    /// A location was noted since the innermost [`catch`].
    Noted,
}

crate::sync::thread_local! {
    static WATCH: Cell<Watch> = const { Cell::new(Watch::Off) };
}
crate::sync::thread_local! {
    /// Apart from `WATCH`, so that a call that does not panic only touches a flag.
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Calls `work`; its panic is returned, and not printed.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    install_hook();
    let outer = set_watch(Watch::On);
    // What `work` leaves half done is its own; nothing of the library is inside it.
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    let is_noted = set_watch(outer) == Watch::Noted;
    outcome.map_err(|payload| {
        let location = is_noted.then(|| replace_location(None)).flatten();
        Panic::new(payload, location)
    })
}

/// Returns what was set before. A thread whose locals are gone sets nothing, and prints its panics.
fn set_watch(next: Watch) -> Watch {
    WATCH
        .try_with(|watch| watch.replace(next))
        .unwrap_or(Watch::Off)
}

/// Returns the location that was noted before.
fn replace_location(next: Option<String>) -> Option<String> {
    let swap = |location: &RefCell<_>| {
        let mut location = location.try_borrow_mut().ok()?;
        std::mem::replace(&mut *location, next)
    };
    LOCATION.try_with(swap).unwrap_or_default()
}

/// Prints to stderr a panic that is reported nowhere else. A stderr that is closed ends nothing.
pub(crate) fn print(text: fmt::Arguments<'_>) {
    let _ = catch(|| eprintln!("{text}"));
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        String::from(*text)
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        String::from("Box<dyn Any>")
    }
}

/// Whether the process's panic hook is the library's, or one that was put over it.
static IS_INSTALLED: AtomicBool = AtomicBool::new(false);

/// Owned by the library's hook: its drop says that the hook was replaced.
struct Installed;

impl Drop for Installed {
    fn drop(&mut self) {
        IS_INSTALLED.store(false, Relaxed);
    }
}

/// Only the panic hook learns where a panic was. The hook before the library's goes on serving all other panics.
fn install_hook() {
    if IS_INSTALLED.load(Relaxed) || cfg!(all(test, any(shuttle, loom))) {
        return; // a model checker's own panics are to be seen
    }
    // A thread that is panicking, and catches while it unwinds, must not touch the hook.
    if std::thread::panicking() || IS_INSTALLED.swap(true, Relaxed) {
        return;
    }
    let before = panic::take_hook();
    let installed = Installed;
    panic::set_hook(Box::new(move |info| {
        let _ = &installed;
        if !note(info) {
            before(info);
        }
    }));
}

/// False when the panic is to be printed: no `catch` is on the stack, or it is the second panic before the same
/// `catch`, which may end the process. Otherwise the second one is meant: the first was caught on the way.
fn note(info: &PanicHookInfo<'_>) -> bool {
    let before = set_watch(Watch::Noted);
    if before == Watch::Off {
        set_watch(Watch::Off);
        return false;
    }
    replace_location(info.location().map(ToString::to_string));
    before == Watch::On
}

#[cfg(test)]
mod tests {
    use super::catch;

    #[test]
    fn a_panic_is_caught_with_its_message_and_place() {
        let panic = catch(|| panic!("number {}", 7)).unwrap_err();
        assert_eq!(panic.message(), "number 7");
        assert!(panic.location().unwrap().contains("panic.rs:"));
        assert!(panic.to_string().starts_with("panicked at "));
    }

    #[test]
    fn a_catch_within_a_catch_leaves_the_outer_one_its_own_place() {
        let outer = catch(|| {
            let inner = catch(|| panic!("inner")).unwrap_err();
            assert_eq!(inner.message(), "inner");
            panic!("outer");
        });
        let outer = outer.unwrap_err();
        assert_eq!(outer.message(), "outer");
        assert!(outer.location().is_some());
    }

    #[test]
    fn of_two_panics_the_one_that_is_caught_here_gives_the_place() {
        let second = catch(|| {
            let first = std::panic::catch_unwind(|| panic!("first"));
            assert!(first.is_err());
            let line = line!() + 1;
            assert_eq!(line, 0, "second");
        });
        let second = second.unwrap_err();
        let line = second.message().split("left: ").nth(1).unwrap();
        let line = line.split_whitespace().next().unwrap();
        let place = second.location().unwrap();
        assert!(
            place.contains(&format!("panic.rs:{line}:")),
            "{place} {line}"
        );
    }

    #[test]
    fn a_payload_that_is_no_text_is_named_by_its_type() {
        let panic = catch(|| std::panic::resume_unwind(Box::new(7))).unwrap_err();
        assert_eq!(panic.to_string(), "panicked: Box<dyn Any>");
    }
}
