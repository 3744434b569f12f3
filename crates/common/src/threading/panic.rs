//! Caught panics as values: message, location and payload.

use crate::sync::global_atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use crate::sync::{Arc, GlobalMutex};
use std::any::Any;
use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::mem::ManuallyDrop;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

/// A caught panic: its message, source location and payload. The counterpart of an uncaught exception in a Python
/// thread.
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
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self(Arc::new(Caught {
            message: text.unwrap_or("Box<dyn Any>").to_owned(),
            location,
            payload: GlobalMutex::new(Some(payload)),
        }))
    }

    /// A failure that `join` returns like a panic, although no code has panicked.
    pub(crate) fn with_message(text: &'static str) -> Self {
        Self::new(Box::new(text), None)
    }

    /// The panic message; `Box<dyn Any>` when the payload is not a string.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// File, line and column. `None` when the panic was raised by `resume_unwind`, or when the application has replaced
    /// the panic hook and kept the library's hook (from `take_hook`) without calling it.
    pub fn location(&self) -> Option<&str> {
        self.0.location.as_deref()
    }

    /// Takes the panic payload, for [`resume_unwind`](std::panic::resume_unwind) or a downcast. Returns `None` when it
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

impl Drop for Caught {
    /// The payload is a user value. Its drop may panic, and so may the drop of the second payload, which is leaked.
    fn drop(&mut self) {
        let payload = self.payload.lock().take();
        if let Err(second) = panic::catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(second);
        }
    }
}

// | state | meaning: what the hook does with the next panic | set by                     | next states            |
// | ----- | ----------------------------------------------- | -------------------------- | ---------------------- |
// | Off   | no `catch` is on the stack: the previous hook   | initial                    | On                     |
// |       | prints it                                       |                            |                        |
// | On    | a `catch` has begun: notes its location         | the start of a `catch`     | Noted; On, by an inner |
// |       |                                                 |                            | `catch`                |
// | Noted | a panic has begun since: notes its location,    | the hook, over On or Noted | Noted; On, by an inner |
// |       | and the previous hook prints it                 |                            | `catch`                |
//
// The end of a `catch` restores the state before its start.
/// What the panic hook does with the next panic on this thread.
enum Watch {
    Off,
    On,
    /// The location of the last panic since the start of the innermost [`catch`].
    Noted(Option<String>),
}

crate::sync::thread_local! {
    /// Without a destructor, it is usable while other thread-locals are dropped. It owns no memory outside of a
    /// `catch`.
    static WATCH: ManuallyDrop<Cell<Watch>> = const { ManuallyDrop::new(Cell::new(Watch::Off)) };
}

/// Calls `work` and returns its panic, which is not printed.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    install_hook();
    // A destructor may call this while an outer panic unwinds: `outer` keeps the location of that panic.
    let outer = set_watch(Watch::On);
    // Unwind safe: `work` is user code and holds no internal mutex or half-changed data of the library.
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    let inner = set_watch(outer);
    outcome.map_err(|payload| match inner {
        Watch::Noted(location) => Panic::new(payload, location),
        Watch::Off | Watch::On => Panic::new(payload, None),
    })
}

/// Returns the previous state. Without thread-locals the state stays `Off`, so panics are printed.
fn set_watch(next: Watch) -> Watch {
    WATCH
        .try_with(|watch| watch.replace(next))
        .unwrap_or(Watch::Off)
}

/// Prints a report to stderr. A closed stderr is ignored instead of causing a panic.
pub(crate) fn print(text: fmt::Arguments<'_>) {
    let _ = catch(|| eprintln!("{text}"));
}

/// Whether the library's hook is installed, or owned by a hook that replaced it. Written under `INSTALLER`. A thread
/// that reads true (Acquire) sees the hook that was installed before the store (Release).
static IS_INSTALLED: AtomicBool = AtomicBool::new(false);

/// Held while a thread installs the hook: other threads that call `catch` wait.
static INSTALLER: GlobalMutex<()> = GlobalMutex::new(());

/// Owned by the library's hook, and so dropped with it, when another hook has replaced it. Then the next `catch`
/// installs the library's hook again.
struct Installed;

impl Drop for Installed {
    fn drop(&mut self) {
        // Waits for the installation: without this, `install_hook` could record a hook as installed that is dropped
        // already.
        let _installer = INSTALLER.lock();
        IS_INSTALLED.store(false, Release);
    }
}

/// Installs the library's panic hook: only a hook learns a panic's location. Panics outside a `catch` still reach the
/// previous hook. std cannot exchange a hook in one step: a hook that the application sets between the two is lost.
fn install_hook() {
    if IS_INSTALLED.load(Acquire) || cfg!(all(test, any(shuttle, loom))) {
        return; // the panics of a model checker must be printed
    }
    // std panics when a thread that is panicking changes the hook.
    if std::thread::panicking() {
        return;
    }
    let _installer = INSTALLER.lock();
    if IS_INSTALLED.load(Acquire) {
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
    IS_INSTALLED.store(true, Release);
}

/// Notes the location of a panic. Returns false when the panic must be printed: no `catch` is on the stack, or it is
/// the second panic inside one `catch`, which aborts the process if the first is still unwinding. If user code has
/// caught the first one, the noted location is that of the second.
fn note(info: &PanicHookInfo<'_>) -> bool {
    let location = info.location().map(ToString::to_string);
    match set_watch(Watch::Noted(location)) {
        Watch::Off => {
            set_watch(Watch::Off);
            false
        }
        // With `panic = "abort"` the panic is not caught: it is printed before the process ends.
        Watch::On => cfg!(panic = "unwind"),
        Watch::Noted(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::catch;

    #[test]
    fn catch_returns_the_message_and_location() {
        let panic = catch(|| panic!("number {}", 7)).unwrap_err();
        assert_eq!(panic.message(), "number 7");
        assert!(panic.location().unwrap().contains("panic.rs:"));
        assert!(panic.to_string().starts_with("panicked at "));
    }

    #[test]
    fn nested_catch_keeps_the_location_of_the_outer_one() {
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
    fn location_is_kept_when_a_destructor_catches_another_panic() {
        struct CatchesAnother;
        impl Drop for CatchesAnother {
            fn drop(&mut self) {
                let inner = catch(|| panic!("inner")).unwrap_err();
                assert!(inner.location().is_some());
            }
        }
        let mut line = 0;
        let outer = catch(|| {
            let _catches = CatchesAnother;
            line = line!() + 1;
            panic!("outer");
        });
        let outer = outer.unwrap_err();
        let place = format!("panic.rs:{line}:");
        assert!(
            outer.location().is_some_and(|at| at.contains(&place)),
            "{outer}"
        );
    }

    #[test]
    fn location_is_that_of_the_second_panic_if_the_first_was_caught() {
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
    fn message_of_a_payload_that_is_not_a_string_is_its_type() {
        let panic = catch(|| std::panic::resume_unwind(Box::new(7))).unwrap_err();
        assert_eq!(panic.to_string(), "panicked: Box<dyn Any>");
    }
}
