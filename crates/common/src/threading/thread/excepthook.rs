//! Who is told of a thread's panic.

use super::Thread;
use crate::sync::{Arc, GlobalMutex};
use crate::threading::panic::{Panic, catch, print};

type Hook = dyn Fn(&Thread, &Panic) + Send + Sync;

/// `None` is the default, which prints.
static HOOK: GlobalMutex<Option<Arc<Hook>>> = GlobalMutex::new(None);

/// Has `hook` told of every [`Thread`] that ends by a panic, on that thread, before it ends. Python's
/// `threading.excepthook`.
///
/// The default prints the thread's name and the panic to stderr. A panic in the hook is printed there
/// too, and goes no further.
pub fn set_excepthook(hook: impl Fn(&Thread, &Panic) + Send + Sync + 'static) {
    let before = HOOK.lock().replace(Arc::new(hook));
    drop(before);
}

pub(super) fn report(thread: &Thread, panic: &Panic) {
    let hook = HOOK.lock().clone();
    let Some(hook) = hook else {
        let name = thread.name();
        return print(format_args!("Exception in thread {name}:\n{panic}"));
    };
    // The hook may be dropped in here, when another was set meanwhile.
    if let Err(second) = catch(move || hook(thread, panic)) {
        print(format_args!("Exception in threading.excepthook:\n{second}"));
    }
}
