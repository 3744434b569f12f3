//! The excepthook, which receives the panics of threads.

use super::Thread;
use crate::sync::{Arc, GlobalMutex};
use crate::threading::panic::{Panic, catch, print};

type Excepthook = dyn Fn(&Thread, &Panic) + Send + Sync;

/// `None` is the default, which prints.
static EXCEPTHOOK: GlobalMutex<Option<Arc<Excepthook>>> = GlobalMutex::new(None);

/// Sets the function that is called with every [`Thread`] that panics, on that thread, before it ends. Python's
/// `threading.excepthook`.
///
/// The default prints the thread's name and the panic to stderr. A panic of `hook` is printed there too, and does not
/// propagate. A target that is dropped without a call, such as that of a cancelled timer, may panic on another thread:
/// then that thread calls `hook`.
///
/// ```
/// use common::threading::{Panic, Thread, set_excepthook};
///
/// set_excepthook(|thread: &Thread, panic: &Panic| {
///     println!("{}: {} at {:?}", thread.name(), panic.message(), panic.location());
/// });
/// let thread = Thread::new(|| panic!("no page"));
/// thread.start().unwrap();
/// assert!(thread.join().is_err());
/// ```
pub fn set_excepthook(hook: impl Fn(&Thread, &Panic) + Send + Sync + 'static) {
    let before = EXCEPTHOOK.lock().replace(Arc::new(hook));
    // Dropped after the mutex is released: the hook is a user value.
    drop(before);
}

/// Calls the excepthook, or prints the panic if none is set.
pub(super) fn report(thread: &Thread, panic: &Panic) {
    let hook = EXCEPTHOOK.lock().clone();
    let Some(hook) = hook else {
        let name = thread.name();
        return print(format_args!("Exception in thread {name}:\n{panic}"));
    };
    // Inside `catch`, because this may be the last handle to the hook, whose drop is user code.
    if let Err(second) = catch(move || hook(thread, panic)) {
        print(format_args!("Exception in threading.excepthook:\n{second}"));
    }
}
