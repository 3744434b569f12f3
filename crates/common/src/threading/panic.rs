//! Panics as values: what a thread's or a task's panic said, and where.

use crate::sync::Arc;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

/// A panic that was caught: its message, and where in the source it was.
///
/// What Python has as the exception of a thread or a call that nobody caught.
#[derive(Clone, Debug)]
pub struct Panic(Arc<Said>);

#[derive(Debug)]
struct Said {
    message: String,
    location: Option<String>,
}

impl Panic {
    /// The text it was raised with; `Box<dyn Any>` when it was raised with something else.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// File, line and column; unknown when the panic was resumed, or the process's panic hook was
    /// replaced after this library had set its own.
    pub fn location(&self) -> Option<&str> {
        self.0.location.as_deref()
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

/// What the panic hook does with a panic on this thread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Watch {
    /// Nobody catches: print it, as ever.
    Off,
    /// [`catch`] is on the stack: say nothing, note the place.
    On,
    /// That has been done.
    Noted,
}

crate::sync::thread_local! {
    static WATCH: Cell<Watch> = const { Cell::new(Watch::Off) };
}
crate::sync::thread_local! {
    /// Apart, so that a call that does not panic only touches a flag.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Calls `work`; its panic is returned, and not printed.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    watch_for_panics();
    let outer = watch(Watch::On);
    // What `work` leaves half done is its own; nothing of ours is inside it.
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    let is_noted = watch(outer) == Watch::Noted;
    outcome.map_err(|payload| {
        let message = message(&*payload);
        let_go(payload);
        let location = is_noted.then(|| place(None)).flatten();
        Panic(Arc::new(Said { message, location }))
    })
}

/// What was set before. A thread whose locals are gone sets nothing, and prints its panics.
fn watch(next: Watch) -> Watch {
    WATCH
        .try_with(|watch| watch.replace(next))
        .unwrap_or(Watch::Off)
}

/// The place that was noted before.
fn place(next: Option<String>) -> Option<String> {
    let swap = |place: &RefCell<_>| {
        place
            .try_borrow_mut()
            .ok()
            .and_then(|mut place| std::mem::replace(&mut *place, next))
    };
    PLACE.try_with(swap).unwrap_or_default()
}

/// The value of a panic is somebody else's, and its `drop` may panic too.
fn let_go(payload: Box<dyn Any + Send>) {
    if let Err(second) = panic::catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
}

/// Tells stderr of a panic that has nowhere else to go. A stderr that is closed ends nothing.
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

/// Only the panic hook learns where a panic was. The one before ours goes on serving all other panics.
fn watch_for_panics() {
    static ONCE: Once = Once::new();
    if cfg!(all(test, any(shuttle, loom))) {
        return; // their own panics are to be seen, and there is one thread for all
    }
    // A thread that is panicking, and catches while it unwinds, must not touch the hook.
    if std::thread::panicking() {
        return;
    }
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !noted(info) {
                before(info);
            }
        }));
    });
}

/// False when the panic is to be printed: nobody catches it, or it is the second one before the same
/// `catch`, which may end the process. Else that one is meant: the first was caught on the way.
fn noted(info: &PanicHookInfo<'_>) -> bool {
    let before = watch(Watch::Noted);
    if before == Watch::Off {
        watch(Watch::Off);
        return false;
    }
    place(info.location().map(ToString::to_string));
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
