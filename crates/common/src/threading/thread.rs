//! Python's `threading.Thread`.

mod error;
mod exit;
mod hooks;
mod life;
mod name;
mod registry;

pub use error::{AtexitError, DaemonError, JoinError, StartError};
pub use exit::{register_atexit, run};
pub use hooks::{ThreadEntry, set_excepthook, set_spawner};
pub use registry::{active_count, current_thread, enumerate, get_ident, main_thread};

pub(in crate::threading) use exit::{ExitHooks, register_exit_hooks};
pub(in crate::threading) use hooks::{Entry, spawn};
pub(in crate::threading) use life::System;
pub(in crate::threading) use registry::known_ident;

use super::panic::{Panic, catch};
use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use crate::sync::{Arc, Deadline, Mutex};
use crate::wait_queue::WaitQueue;
use life::{Life, Stage};
use name::Name;
use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

type Target = Box<dyn FnOnce() + Send>;

/// A thread of execution. Python's `threading.Thread`.
///
/// A thread is created with its target, started once, and joined by any number of threads, any number of times. The
/// value is a handle: clones refer to the same thread, and dropping a handle does not affect the thread.
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
    /// Assigned when the thread is created, and never reused.
    ident: u64,
    name: Mutex<Name>,
    /// Changes only while the stage is `New`.
    daemon: AtomicBool,
    kind: Kind,
    /// Taken when the thread starts to run; dropped before the thread ends.
    target: Mutex<Option<Target>>,
    /// The thread's lifecycle, and the threads that are blocked in `join`.
    life: WaitQueue<Life>,
    /// Additional fields of a type that derives from `Thread` in Python, such as a timer.
    extra: E,
}

/// Where a thread comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The main thread, or a thread that this library starts and registers.
    Own,
    /// Started by other code: it cannot be joined.
    Dummy,
    /// A timer: it can be joined, and its function runs under its ident, but it has no system thread and is not
    /// registered.
    Unlisted,
}

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

impl Thread {
    /// A thread that is to run `target`, named `Thread-N`, or `Thread-N (f)` for a function `f`. Python's
    /// `Thread(target=…)`.
    ///
    /// The thread is a daemon if the thread that creates it is one; [`set_daemon`](Self::set_daemon) changes that. A
    /// thread that was not started by this library is a daemon.
    #[must_use = "nothing runs before `start`"]
    #[doc(alias = "spawn")]
    pub fn new<F: FnOnce() + Send + 'static>(target: F) -> Self {
        Self::named("", target)
    }

    /// A thread with this name; an empty name means the default name. Python's `Thread(target=…, name=…)`.
    #[must_use = "nothing runs before `start`"]
    pub fn named<F: FnOnce() + Send + 'static>(name: &str, target: F) -> Self {
        let name = match name {
            "" => Name::of_target::<F>(),
            name => Name::given(name),
        };
        Self::made_here(name, Kind::Own, Some(Box::new(target)), ())
    }

    /// A thread that is to [run](Runnable::run) `value`, named `Thread-N`.
    #[must_use = "nothing runs before `start`"]
    pub fn of<R: Runnable>(value: R) -> Self {
        Self::made_here(Name::plain(), Kind::Own, Some(Box::new(|| value.run())), ())
    }

    /// A thread that `enumerate` does not list. The caller starts, runs and finishes it. `extra` is part of the same
    /// allocation.
    pub(in crate::threading) fn unlisted<E: Any + Send + Sync>(extra: E) -> Self {
        Self::made_here(Name::plain(), Kind::Unlisted, None, extra)
    }

    /// A thread that inherits `daemon` from the calling thread.
    fn made_here<E>(name: Name, kind: Kind, target: Option<Target>, extra: E) -> Self
    where
        E: Any + Send + Sync,
    {
        let daemon = registry::with_current(Self::daemon);
        let ident = registry::next_ident();
        Self::with(ident, name, daemon, kind, Life::new(), target, extra)
    }

    fn main() -> Self {
        let (ident, name) = (registry::next_ident(), Name::given("MainThread"));
        Self::with(ident, name, false, Kind::Own, Life::running(), None, ())
    }

    /// A handle to the calling thread, with the ident that was assigned to it before, if any.
    fn dummy() -> Self {
        let (ident, name) = (get_ident(), Name::of_dummy());
        Self::with(ident, name, true, Kind::Dummy, Life::running(), None, ())
    }

    fn with<E: Any + Send + Sync>(
        ident: u64,
        name: Name,
        daemon: bool,
        kind: Kind,
        life: Life,
        target: Option<Target>,
        extra: E,
    ) -> Self {
        Self(Arc::new(Shared {
            ident,
            name: Mutex::new(name),
            daemon: AtomicBool::new(daemon),
            kind,
            target: Mutex::new(target),
            life: WaitQueue::new(life),
            extra,
        }))
    }

    /// The `extra` that was passed to [`unlisted`](Self::unlisted).
    pub(in crate::threading) fn extra<E: Any>(&self) -> &E {
        let extra: &dyn Any = &self.0.extra;
        extra.downcast_ref().expect("its maker knows the type")
    }

    /// The thread's number, assigned when the thread is created and never reused. Python's `ident`.
    #[doc(alias = "id")]
    pub fn ident(&self) -> u64 {
        self.0.ident
    }

    /// The thread's name, for display; names need not be unique. Python's `name`.
    pub fn name(&self) -> Arc<str> {
        self.0.name.lock().get()
    }

    /// Renames the thread. The system thread keeps the name that it was started with. Python's `name = …`.
    pub fn set_name(&self, name: &str) {
        let before = std::mem::replace(&mut *self.0.name.lock(), Name::given(name));
        drop(before);
    }

    /// Whether [`run`] does not wait for the thread. Python's `daemon`.
    pub fn daemon(&self) -> bool {
        self.0.daemon.load(Relaxed)
    }

    /// Makes the thread a daemon, or not, before it is started. Python's `daemon = …`.
    ///
    /// # Errors
    ///
    /// [`DaemonError`] once the thread was started, even if it has ended.
    pub fn set_daemon(&self, daemon: bool) -> Result<(), DaemonError> {
        let life = self.0.life.lock();
        if !life.is_new() {
            return Err(DaemonError);
        }
        self.0.daemon.store(daemon, Relaxed);
        Ok(())
    }

    /// Whether the thread was not started, or its start was refused.
    pub(in crate::threading) fn is_new(&self) -> bool {
        self.0.life.lock().is_new()
    }

    /// Whether the thread was started and has not ended. Python's `is_alive()`.
    #[doc(alias = "is_finished")]
    pub fn is_alive(&self) -> bool {
        self.0.life.lock().is_alive()
    }

    /// The number of threads that are blocked in a join of this one at this moment.
    pub fn waiting(&self) -> usize {
        life::waiting(&self.0.life.lock())
    }

    /// Starts the thread; it need not have begun to run when this returns. Python's `start()`.
    ///
    /// # Errors
    ///
    /// [`StartError::AlreadyStarted`] when the thread was started before. [`StartError::Refused`] when the system
    /// cannot create a thread: then the call has no effect, and `start` may be called again.
    pub fn start(&self) -> Result<(), StartError> {
        self.start_with(|| {
            let entry = Entry::new(self.clone(), Self::run_target, Self::end_unrun);
            spawn(&self.name(), entry)
        })
    }

    /// Starts the thread by `begin`, which ensures that the thread [runs](Self::run_here) or [ends](Self::end_with),
    /// and returns its system thread, if any. An error of `begin` undoes the start.
    pub(in crate::threading) fn start_with(
        &self,
        begin: impl FnOnce() -> io::Result<System>,
    ) -> Result<(), StartError> {
        if !self.0.life.lock().start() {
            return Err(StartError::AlreadyStarted);
        }
        let is_listed = self.0.kind != Kind::Unlisted;
        if is_listed {
            registry::register(self);
        }
        let (system, refusal) = match begin() {
            Ok(system) => (system, None),
            Err(error) => (System::None, Some(error)),
        };
        self.0.life.lock().system = system;
        if refusal.is_some() && is_listed {
            registry::unregister(self);
        }
        let wakeups = {
            let mut life = self.0.life.lock();
            if refusal.is_some() {
                *life = Life::new();
            }
            life.drain()
        };
        drop(wakeups);
        refusal.map_or(Ok(()), |error| Err(StartError::Refused(error)))
    }

    /// The entry of the thread. `is_own`: on a system thread that the library has spawned; otherwise on a host's
    /// thread.
    fn run_target(self, is_own: bool) {
        let target = self.0.target.lock().take();
        let work = || {
            if let Some(target) = target {
                target();
            }
        };
        if is_own {
            registry::set_current(&self);
            let outcome = self.catch_and_report(work);
            // The drop of the registry's thread-local, which is the last one, finishes the thread: until then
            // destructors of user thread-locals may run.
            self.0.life.lock().stage = Stage::Returned(outcome);
        } else {
            self.run_here(work);
        }
    }

    /// Runs `work` as this thread and finishes it. Until the end the calling thread has this thread's ident.
    pub(in crate::threading) fn run_here(&self, work: impl FnOnce()) {
        let _current = registry::enter(self);
        self.end_with(work);
    }

    /// Runs `work` and finishes the thread. `work` is dropped before `is_alive` becomes false.
    pub(in crate::threading) fn end_with(&self, work: impl FnOnce()) {
        let outcome = self.catch_and_report(work);
        self.finish(outcome);
    }

    /// Finishes a thread whose entry was dropped without being called.
    fn end_unrun(self) {
        self.finish(Some(Panic::with_message(
            "the thread's entry was dropped, and not run",
        )));
    }

    fn catch_and_report(&self, work: impl FnOnce()) -> Option<Panic> {
        let panic = catch(work).err();
        if let Some(panic) = &panic {
            hooks::report(self, panic);
        }
        panic
    }

    /// Finishes a thread whose last thread-local is being dropped.
    fn finish_returned(&self) {
        let outcome = self.0.life.lock().take_outcome();
        self.finish(outcome);
    }

    /// Ends the thread and wakes its joiners. It is unregistered first, so that `enumerate` does not list it after
    /// `join` returns.
    pub(in crate::threading) fn finish(&self, outcome: Option<Panic>) {
        if self.0.kind != Kind::Unlisted {
            registry::unregister(self);
        }
        let wakeups = {
            let mut life = self.0.life.lock();
            life.stage = Stage::Ended(outcome);
            life.drain()
        };
        drop(wakeups);
    }

    /// Marks the main thread as running again: a program may call `run` several times in succession.
    fn restart_main(&self) {
        *self.0.life.lock() = Life::running();
    }

    /// Blocks until the thread has ended: its target has returned or panicked, its thread-locals are dropped, and its
    /// system thread is gone. Python's `join()`.
    ///
    /// # Errors
    ///
    /// [`JoinError::Panicked`] when the thread panicked, in every call; the other variants when it cannot be joined.
    pub fn join(&self) -> Result<(), JoinError> {
        self.join_until(Deadline::NEVER).map(drop)
    }

    /// Blocks until the thread has ended, no longer than `timeout`. Returns whether it has ended. Python's `join(timeout)` followed
    /// by `is_alive()`.
    ///
    /// # Errors
    ///
    /// [`JoinError`] as for [`join`](Self::join).
    pub fn join_timeout(&self, timeout: Duration) -> Result<bool, JoinError> {
        self.join_until(Deadline::after(timeout))
    }

    fn join_until(&self, deadline: Deadline) -> Result<bool, JoinError> {
        self.check_joinable()?;
        if !life::wait_until_gone(&self.0.life, deadline) {
            return Ok(false);
        }
        match &self.0.life.lock().stage {
            Stage::Ended(Some(panic)) => Err(JoinError::Panicked(panic.clone())),
            Stage::New => Err(JoinError::NotStarted),
            _ => Ok(true),
        }
    }

    fn check_joinable(&self) -> Result<(), JoinError> {
        if self.0.life.lock().is_new() {
            Err(JoinError::NotStarted)
        } else if get_ident() == self.ident() {
            Err(JoinError::CurrentThread)
        } else if self.0.kind == Kind::Dummy {
            Err(JoinError::DummyThread)
        } else {
            Ok(())
        }
    }

    /// Blocks until the thread, which was started, has ended.
    fn wait_until_gone(&self) {
        life::wait_until_gone(&self.0.life, Deadline::NEVER);
    }
}

impl PartialEq for Thread {
    fn eq(&self, other: &Self) -> bool {
        self.ident() == other.ident()
    }
}

impl Eq for Thread {}

impl Hash for Thread {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ident().hash(state);
    }
}

/// The target is taken before it is called, so a panic leaves no broken invariant in the thread.
impl UnwindSafe for Thread {}
impl RefUnwindSafe for Thread {}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stage, waiting) = {
            let life = self.0.life.lock();
            (life.name(), life::waiting(&life))
        };
        f.debug_struct("Thread")
            .field("name", &self.name())
            .field("ident", &self.ident())
            .field("stage", &stage)
            .field("daemon", &self.daemon())
            .field("waiting", &waiting)
            .finish()
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::{Entry, Thread};
    use std::io;
    use std::sync::mpsc;

    #[test]
    fn start_after_a_refusal_leaves_no_thread_to_be_reaped_while_it_runs() {
        let (hold, held) = mpsc::channel::<()>();
        let thread = Thread::new(move || held.recv().unwrap_or_default());
        // The system drops the entry of a thread that it refuses.
        let refuse = || {
            drop(Entry::new(
                thread.clone(),
                Thread::run_target,
                Thread::end_unrun,
            ));
            Err(io::Error::other("refused"))
        };
        assert!(thread.start_with(refuse).is_err());
        thread.start().unwrap();
        // Joins the system threads of those that have ended, and not that of the one that runs.
        let other = Thread::new(|| ());
        other.start().unwrap();
        other.join().unwrap();
        assert!(thread.is_alive());
        drop(hold);
        thread.join().unwrap();
    }
}
