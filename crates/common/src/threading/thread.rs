//! Python's `threading.Thread`: named, listed, and joined by anybody, with a timeout.

mod excepthook;
mod exit;
mod handle;
mod join;
mod life;
mod names;
mod registry;
mod run;
mod spawner;
mod unlisted;

pub use excepthook::set_excepthook;
pub use exit::{register_atexit, run};
pub use registry::{active_count, current_thread, enumerate, get_ident, main_thread};
pub use run::Run;
pub use spawner::{Main, set_spawner};

pub(in crate::threading) use registry::known_ident;
pub(in crate::threading) use spawner::spawn;

use super::error::RuntimeError;
use super::panic::Panic;
use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use crate::sync::{Arc, Mutex};
use crate::wait_queue::WaitQueue;
use names::Name;
use std::any::Any;

type Target = Box<dyn FnOnce() + Send>;

/// A thread of execution. Python's `threading.Thread`.
///
/// It is made with what it is to run, started once, and may be joined by any number of threads, any
/// number of times. The value is a handle: clones mean the same thread, and dropping them does nothing
/// to it.
///
/// ```
/// use common::threading::Thread;
/// use std::time::Duration;
///
/// let thread = Thread::new(|| println!("fetching"));
/// thread.set_name("fetcher");
/// thread.start().unwrap();
/// assert!(thread.join_timeout(Duration::from_secs(60)).unwrap());
/// assert!(!thread.is_alive());
/// ```
///
/// `std::thread::scope` is the Rust way where threads borrow from their caller and end before it does.
#[derive(Clone)]
pub struct Thread(Arc<Shared>);

struct Shared<E: ?Sized = dyn Any + Send + Sync> {
    /// Known at once, never used again for another thread.
    id: u64,
    name: Mutex<Name>,
    /// Changes only while the stage is `New`.
    daemon: AtomicBool,
    kind: Kind,
    /// What it is to run. Taken when it runs, and gone when that has ended.
    target: Mutex<Option<Target>>,
    /// Where it stands, and who waits for its end.
    stage: WaitQueue<Stage>,
    /// What a subclass would add to it in Python.
    extra: E,
}

/// Where a thread comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Started here.
    Own,
    /// Started elsewhere, so nobody here is told of its end.
    Dummy,
    /// A timer's: a thread to whoever joins it and to what it runs, but none of the system's own, on no list,
    /// and without a target.
    Unlisted,
}

/// Goes forward only; back from `Started` to `New` when the system refuses.
enum Stage {
    New,
    /// Listed as alive; it need not run yet.
    Started,
    /// Not listed any more, with the panic that ended it, if one did.
    Ended(Option<Panic>),
}

impl Thread {
    /// A thread that is to run `target`, named `Thread-N`, or `Thread-N (f)` for a function `f`.
    ///
    /// It is a daemon if the thread that makes it is; a thread that was not started here counts as one,
    /// so that what it makes is a daemon unless [`set_daemon`](Self::set_daemon) says otherwise.
    #[must_use = "nothing runs before `start`"]
    pub fn new<F: FnOnce() + Send + 'static>(target: F) -> Self {
        Self::named("", target)
    }

    /// The same with a name of its own; the empty one counts as none.
    #[must_use = "nothing runs before `start`"]
    pub fn named<F: FnOnce() + Send + 'static>(name: &str, target: F) -> Self {
        let name = match name {
            "" => Name::of_target::<F>(),
            name => Name::given(name),
        };
        Self::made_here(name, Kind::Own, Some(Box::new(target)), ())
    }

    /// What the calling thread makes.
    fn made_here<E: Any + Send + Sync>(
        name: Name,
        kind: Kind,
        target: Option<Target>,
        extra: E,
    ) -> Self {
        let daemon = registry::with_current(Self::daemon);
        let id = registry::next_ident();
        Self::with(id, name, daemon, kind, Stage::New, target, extra)
    }

    fn main() -> Self {
        let (id, name) = (registry::next_ident(), Name::given("MainThread"));
        Self::with(id, name, false, Kind::Own, Stage::Started, None, ())
    }

    /// For the calling thread, under the id that it may be known by already.
    fn dummy() -> Self {
        let (id, name) = (get_ident(), Name::of_dummy());
        Self::with(id, name, true, Kind::Dummy, Stage::Started, None, ())
    }

    fn with<E: Any + Send + Sync>(
        id: u64,
        name: Name,
        daemon: bool,
        kind: Kind,
        stage: Stage,
        target: Option<Target>,
        extra: E,
    ) -> Self {
        Self(Arc::new(Shared {
            id,
            name: Mutex::new(name),
            daemon: AtomicBool::new(daemon),
            kind,
            target: Mutex::new(target),
            stage: WaitQueue::new(stage),
            extra,
        }))
    }

    /// Its number, known at once and never that of another thread. Python's `ident`.
    pub fn ident(&self) -> u64 {
        self.0.id
    }

    /// Its name, for people; two threads may have the same.
    pub fn name(&self) -> Arc<str> {
        self.0.name.lock().get()
    }

    /// Gives it another name. The system keeps the one that it had at its start.
    pub fn set_name(&self, name: &str) {
        let before = std::mem::replace(&mut *self.0.name.lock(), Name::given(name));
        drop(before);
    }

    /// Whether [`run`] leaves it behind instead of waiting for it.
    pub fn daemon(&self) -> bool {
        self.0.daemon.load(Relaxed)
    }

    /// Makes it a daemon, or not, before it is started.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::DaemonOfActive`] once it was started, also when it has ended.
    pub fn set_daemon(&self, daemon: bool) -> Result<(), RuntimeError> {
        match *self.0.stage.lock() {
            Stage::New => {
                self.0.daemon.store(daemon, Relaxed);
                Ok(())
            }
            Stage::Started | Stage::Ended(_) => Err(RuntimeError::DaemonOfActive),
        }
    }

    /// Whether it was started and has not ended.
    pub fn is_alive(&self) -> bool {
        matches!(*self.0.stage.lock(), Stage::Started)
    }
}
