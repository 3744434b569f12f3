//! Python's `threading.Thread`.

mod entry;
mod error;
mod excepthook;
mod life;
mod name;
mod registry;
mod runnable;

pub use entry::{ThreadEntry, set_spawner};
pub use error::{DaemonError, JoinError, StartError};
pub use excepthook::set_excepthook;
pub use registry::{active_count, current_thread, enumerate, get_ident, main_thread};
pub use runnable::Runnable;

pub(super) use registry::{claim_main, known_ident, run_as, take_exiting, unclaim_main};

use super::panic::{Panic, catch};
use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use crate::sync::{Arc, Deadline, Mutex, deferred};
use crate::wait_queue::WaitQueue;
use life::{Life, Stage, System, Target};
use name::Name;
use std::any::{Any, type_name};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

/// A thread of execution. Python's `threading.Thread`.
///
/// A thread is created with its target, started once, and joined by any number of threads, any number of times. The
/// value is a handle: clones refer to the same thread, and dropping a handle does not affect the thread. When `main`
/// returns, the program ends and its threads with it, unless `main` runs inside [`run`](crate::threading::run).
///
/// Contract: `docs/semantics.md`, lines 31 to 39.
///
/// ```
/// use common::threading::{DaemonError, JoinError, StartError, Thread};
/// use std::time::Duration;
///
/// let thread = Thread::new(|| println!("fetching"));
/// thread.set_name("fetcher");
/// thread.start().unwrap();
/// assert!(thread.join_timeout(Duration::from_secs(60)).unwrap());
/// assert!(!thread.is_alive());
///
/// let parser = Thread::named("parser", || panic!("no page"));
/// assert!(matches!(parser.join(), Err(JoinError::NotStarted)));
/// parser.set_daemon(true).unwrap();
/// parser.start().unwrap();
/// assert!(matches!(parser.start(), Err(StartError::AlreadyStarted)));
/// assert_eq!(parser.set_daemon(false), Err(DaemonError));
/// assert!(matches!(parser.join(), Err(JoinError::Panicked(_))));
/// assert!(&*parser.name() == "parser" && parser.daemon() && parser.waiting() == 0);
/// assert_ne!(parser.ident(), thread.ident());
/// ```
///
/// `std::thread::scope` is the Rust way where threads borrow from their caller and end before it does.
#[derive(Clone)]
pub struct Thread(Arc<Shared>);

/// What the handles of one thread share.
struct Shared<E: ?Sized = dyn Any + Send + Sync> {
    ident: u64,
    name: Mutex<Name>,
    /// Changes only while the stage is `New`.
    daemon: AtomicBool,
    kind: Kind,
    /// The thread's lifecycle, and the threads that are blocked in `join`.
    life: WaitQueue<Life>,
    /// The fields of a timer; `()` in other threads.
    extra: E,
}

/// The kind of a thread, which decides how it starts and ends.
enum Kind {
    /// The main thread: it can be joined, and ends with `run`.
    Main,
    /// A thread that the library spawns for the application.
    Ordinary,
    /// Spawned by other code: it cannot be joined.
    Dummy,
    /// A timer: it can be joined, and its target runs under its ident, but it has no system thread and is not listed.
    /// `start` calls the function.
    Timer(fn(&Thread) -> Result<(), StartError>),
    /// A thread that the library spawns for itself: it is not listed. `finish` calls the function.
    Worker(Box<dyn Fn(&Thread) + Send + Sync>),
}

impl Thread {
    /// A thread that is to run `target`, named `Thread-N`, or `Thread-N (f)` for a function `f`. Python's
    /// `Thread(target=…)`.
    ///
    /// The thread is a daemon if the thread that creates it is one; [`set_daemon`](Self::set_daemon) changes that. A
    /// thread that other code started is a daemon, the main thread is not.
    #[must_use = "nothing runs before `start`"]
    #[doc(alias = "spawn")]
    pub fn new<F: FnOnce() + Send + 'static>(target: F) -> Self {
        Self::named("", target)
    }

    /// A thread with this name; an empty name means the default name. Python's `Thread(target=…, name=…)`.
    #[must_use = "nothing runs before `start`"]
    pub fn named<F: FnOnce() + Send + 'static>(name: &str, target: F) -> Self {
        let name = match name {
            "" => Name::numbered(type_name::<F>()),
            name => Name::Text(name.into()),
        };
        Self::with(name, Kind::Ordinary, Some(Box::new(target)), ())
    }

    /// A thread that is to [run](Runnable::run) `value`, named `Thread-N`.
    #[must_use = "nothing runs before `start`"]
    pub fn of<R: Runnable>(value: R) -> Self {
        Self::new(|| value.run())
    }

    /// Starts the thread; it need not have begun to run when this returns. Python's `start()`.
    ///
    /// The interval of a [`Timer`](super::Timer) begins now; a timer that was cancelled before ends at once.
    ///
    /// # Errors
    ///
    /// [`StartError::AlreadyStarted`] when the thread was started before. [`StartError::Refused`] when the system
    /// cannot create a thread, and, for a timer, no worker exists that could call its function. After a refusal the
    /// thread is as before, and `start` may be called again.
    pub fn start(&self) -> Result<(), StartError> {
        let mut life = self.0.life.lock();
        if life.stage != Stage::New {
            return Err(StartError::AlreadyStarted);
        }
        life.stage = Stage::Started;
        drop(life);
        if !self.is_worker() {
            trace!(Signal, &*self.0, "thread", "start", 1);
        }
        let started = match self.0.kind {
            Kind::Timer(begin) => begin(self),
            _ => entry::spawn(self),
        };
        if started.is_err() {
            let mut life = self.0.life.lock();
            life.stage = Stage::New;
            // Joiners that have come meanwhile return `NotStarted`.
            let wakeups = life.drain();
            life.unlock_and_wake(wakeups);
        }
        started
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

    /// Blocks until the thread has ended, no longer than `timeout`. Returns whether it has ended. Python's
    /// `join(timeout)` followed by `is_alive()`.
    ///
    /// # Errors
    ///
    /// [`JoinError`] as for [`join`](Self::join).
    pub fn join_timeout(&self, timeout: Duration) -> Result<bool, JoinError> {
        self.join_until(Deadline::after(timeout))
    }

    /// Whether the thread was started and has not ended. Python's `is_alive()`.
    #[doc(alias = "is_finished")]
    pub fn is_alive(&self) -> bool {
        self.0.life.lock().is_alive()
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
        *self.0.name.lock() = Name::Text(name.into());
    }

    /// Whether [`run`](super::run) does not wait for the thread. Python's `daemon`.
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
        if life.stage != Stage::New {
            return Err(DaemonError);
        }
        self.0.daemon.store(daemon, Relaxed);
        Ok(())
    }

    /// The number of threads that are blocked in a join of this one at this moment.
    pub fn waiting(&self) -> usize {
        let life = self.0.life.lock();
        // One joiner joins the system thread, and the others are queued.
        life.waiting() + usize::from(matches!(life.system, System::Spawned(None)))
    }

    /// A thread that `start` starts. The timer service runs and ends it. `extra` is part of the same allocation.
    pub(super) fn timer<E: Any + Send + Sync>(
        target: impl FnOnce() + Send + 'static,
        start: fn(&Self) -> Result<(), StartError>,
        extra: E,
    ) -> Self {
        let name = Name::numbered("");
        Self::with(name, Kind::Timer(start), Some(Box::new(target)), extra)
    }

    /// A thread for the library's own work. It calls `ended` before its joiners are woken.
    pub(super) fn worker(
        name: &str,
        target: impl FnOnce() + Send + 'static,
        ended: impl Fn(&Self) + Send + Sync + 'static,
    ) -> Self {
        let kind = Kind::Worker(Box::new(ended));
        Self::with(Name::Text(name.into()), kind, Some(Box::new(target)), ())
    }

    /// The `extra` that the thread was created with.
    pub(super) fn extra<E: Any>(&self) -> &E {
        let extra: &dyn Any = &self.0.extra;
        extra.downcast_ref().expect("the caller knows its type")
    }

    /// Whether the thread has a system thread that is to be joined. A thread on a host's system thread has none.
    pub(super) fn has_system(&self) -> bool {
        self.0.life.lock().has_system()
    }

    /// Whether other code has spawned the thread: it is the main thread or a dummy.
    pub(super) fn is_foreign(&self) -> bool {
        matches!(self.0.kind, Kind::Main | Kind::Dummy)
    }

    /// Joins the thread, whatever its outcome, without an event for the timelines.
    pub(super) fn wait_until_gone(&self) {
        deferred::run_before_blocking();
        life::wait_until_gone(&self.0.life, Deadline::NEVER);
    }

    /// Takes the target of a thread that no entry runs, such as a timer. The caller calls or drops it.
    pub(super) fn take_target(&self) -> Option<Target> {
        self.0.life.lock().target.take()
    }

    /// Runs `work` as this thread on the calling system thread, and then ends this thread. During the call,
    /// `current_thread` and `get_ident` return this thread and its ident.
    pub(super) fn run_here(&self, work: impl FnOnce()) {
        registry::run_as(self, || self.call(work));
    }

    /// Drops the target and ends the thread, which does not run. A panic of the drop is reported.
    pub(super) fn end_uncalled(&self) {
        let target = self.take_target();
        self.catch_and_report(|| drop(target));
        self.finish();
    }

    /// Drops the target and ends the thread as failed: `join` returns `message` like the message of a panic.
    pub(super) fn fail(&self, message: &'static str) {
        self.0.life.lock().panic = Some(Panic::with_message(message));
        self.end_uncalled();
    }

    /// Ends the thread and wakes its joiners. It is unregistered first, so that `enumerate` does not list it after
    /// `join` returns.
    pub(super) fn finish(&self) {
        if !matches!(self.0.kind, Kind::Timer(_)) {
            registry::unregister(self);
        }
        if let Kind::Worker(ended) = &self.0.kind {
            ended(self);
        }
        let mut life = self.0.life.lock();
        life.stage = Stage::Ended;
        let wakeups = life.drain_with(life::ENDED);
        life.unlock_and_wake(wakeups);
    }

    /// Makes the main thread alive again: a program may call `run` several times in succession.
    pub(super) fn revive(&self) {
        self.0.life.lock().stage = Stage::Started;
        registry::register(self);
    }

    /// The Debug output of a thread or timer.
    pub(super) fn show(&self, kind: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.0.life.lock().stage {
            Stage::New => "initial",
            Stage::Ended => "stopped",
            Stage::Started => "started",
        };
        f.debug_struct(kind)
            .field("name", &self.name())
            .field("ident", &self.ident())
            .field("stage", &stage)
            .field("daemon", &self.daemon())
            .field("waiting", &self.waiting())
            .finish()
    }

    /// For the timelines: the thread, a timer, never runs.
    pub(super) fn trace_cancel(&self) {
        trace!(Cancel, &*self.0, "thread", "cancelled", 0);
    }

    /// Creates a thread. Without a target, the thread runs already.
    fn with<E: Any + Send + Sync>(
        name: Name,
        kind: Kind,
        target: Option<Target>,
        extra: E,
    ) -> Self {
        let (ident, daemon) = match kind {
            Kind::Main => (registry::MAIN_IDENT, false),
            Kind::Dummy => (get_ident(), true),
            Kind::Worker(_) => (registry::next_ident(), true),
            // The daemon flag is inherited from the creator.
            Kind::Ordinary | Kind::Timer(_) => (registry::next_ident(), current_thread().daemon()),
        };
        Self(Arc::new(Shared {
            ident,
            name: Mutex::new(name),
            daemon: AtomicBool::new(daemon),
            kind,
            life: WaitQueue::new(Life::new(target)),
            extra,
        }))
    }

    fn is_worker(&self) -> bool {
        matches!(self.0.kind, Kind::Worker(_))
    }

    /// Calls the target. The calling system thread runs as this thread.
    fn call(&self, target: impl FnOnce()) {
        if self.is_worker() {
            return self.catch_and_report(target);
        }
        trace!(Begin, &*self.0, "thread", &self.name(), 0);
        self.catch_and_report(target);
        trace!(Signal, &*self.0, "end", "", 1);
    }

    /// Calls `work`. Reports its panic to the excepthook, then keeps it for `join`.
    fn catch_and_report(&self, work: impl FnOnce()) {
        if let Err(panic) = catch(work) {
            excepthook::report(self, &panic);
            self.0.life.lock().panic = Some(panic);
        }
    }

    fn join_until(&self, deadline: Deadline) -> Result<bool, JoinError> {
        if get_ident() == self.ident() {
            return Err(JoinError::CurrentThread);
        }
        if matches!(self.0.kind, Kind::Dummy) {
            return Err(JoinError::DummyThread);
        }
        trace!(Call, &*self.0, "end", "join", 0);
        deferred::run_before_blocking();
        let Some(life) = life::wait_until_gone(&self.0.life, deadline) else {
            trace!(GiveUp, self, "", "timed out", 1);
            return Ok(false);
        };
        trace!(ProceedAfterAll, &*self.0, "end", "", 0);
        match &life.panic {
            Some(panic) => Err(JoinError::Panicked(panic.clone())),
            None if life.stage == Stage::New => Err(JoinError::NotStarted),
            None => Ok(true),
        }
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

/// Unwind safe: the target is taken before it is called, so a panic leaves no broken invariant in the thread.
impl UnwindSafe for Thread {}
impl RefUnwindSafe for Thread {}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show("Thread", f)
    }
}
