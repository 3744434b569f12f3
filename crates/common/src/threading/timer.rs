//! Python's `threading.Timer`.

mod schedule;
mod service;

pub(crate) use service::Service;

use super::event::Event;
use super::panic::{Panic, catch};
use super::thread::{DaemonError, JoinError, StartError, System, Thread};
use crate::sync::{Arc, Deadline, Mutex};
use schedule::TimerKey;
use service::SpawnError;
use std::fmt;
use std::io;
use std::time::Duration;

/// Calls a function once, after an interval has passed since `start`. Python's `threading.Timer`.
///
/// A timer must be started, and can be cancelled until it fires. It has a name and an ident and can be joined, as a
/// [`Thread`](super::Thread); but it has no system thread. A few worker threads serve all timers,
/// so that ten thousand timers cost no more than a handful of threads. A function that blocks delays no other timer, as
/// long as at most 64 of them block at once; further timers that are due wait for a worker.
///
/// The value is a handle: clones refer to the same timer, and dropping a handle does not cancel the timer.
///
/// ```
/// use common::threading::Timer;
/// use std::time::Duration;
///
/// let tea = Timer::new(Duration::from_millis(5), || println!("tea is ready"));
/// let alarm = Timer::new(Duration::from_secs(3600), || println!("wake up"));
/// tea.start().unwrap();
/// alarm.start().unwrap();
/// alarm.cancel();
/// tea.join().unwrap();
/// alarm.join().unwrap();
/// ```
///
/// In plain Rust, a thread that has nothing else to do calls `std::thread::sleep`, and a thread that waits for a message
/// besides calls a channel's `recv_timeout`.
#[derive(Clone)]
#[doc(alias = "delay")]
#[doc(alias = "call_later")]
pub struct Timer(Thread);

/// The fields of a timer besides those of its thread.
struct TimerInner {
    interval: Duration,
    service: &'static Service,
    /// Its mutex is taken before the service's.
    state: Mutex<TimerState>,
    finished: Event,
}

type Function = Box<dyn FnOnce() + Send>;

struct TimerState {
    phase: Phase,
    /// Taken by the thread that ends the timer: for a started one, the thread that removed it from the service.
    function: Option<Function>,
}

// | phase     | meaning                                              | set by                                         |
// | --------- | ---------------------------------------------------- | ---------------------------------------------- |
// | New       | not started, or its start was refused                | `new`; `withdraw`                              |
// | Started   | it was added to the service under this key: pending  | `start`                                        |
// |           | while the key is there, fired or failed after that   |                                                |
// | Cancelled | it never fires                                       | `cancel`, over New, or over Started while the  |
// |           |                                                      | timer is pending                               |
enum Phase {
    New,
    Started(TimerKey),
    Cancelled,
}

impl Timer {
    /// A timer that is to call `function` when `interval` has passed since its start. Python's `Timer(interval, function)`.
    ///
    /// It is named `Thread-N`, and a daemon if the thread that makes it is one.
    #[must_use = "nothing runs before `start`"]
    pub fn new<F: FnOnce() + Send + 'static>(interval: Duration, function: F) -> Self {
        Self::with(service::global(), interval, function)
    }

    /// A timer of the given service.
    pub(crate) fn with<F: FnOnce() + Send + 'static>(
        service: &'static Service,
        interval: Duration,
        function: F,
    ) -> Self {
        Self(Thread::unlisted(TimerInner {
            interval,
            service,
            state: Mutex::new(TimerState {
                phase: Phase::New,
                function: Some(Box::new(function)),
            }),
            finished: Event::new(),
        }))
    }

    /// Starts the timer: its interval begins now. A timer that was cancelled before ends at once. Python's `start()`.
    ///
    /// # Errors
    ///
    /// [`StartError::AlreadyStarted`] when the timer was started before. [`StartError::Refused`] when the system cannot
    /// create a thread and no worker exists that could call the function: then the call has no effect.
    pub fn start(&self) -> Result<(), StartError> {
        self.0.start_with(|| self.begin().map(|()| System::None))
    }

    fn begin(&self) -> io::Result<()> {
        let inner = self.inner();
        let deadline = Deadline::after(inner.interval);
        let (key, action) = {
            let mut state = inner.state.lock();
            if matches!(state.phase, Phase::Cancelled) {
                let function = state.function.take();
                drop(state);
                self.end_uncalled(function);
                return Ok(());
            }
            let (key, action) = inner.service.add(deadline, self.clone());
            state.phase = Phase::Started(key);
            (key, action)
        };
        // Both mutexes are released: this may call a host's spawner.
        let performed = inner.service.perform(action);
        performed.or_else(|refused| self.withdraw(key, refused))
    }

    /// Undoes a start whose worker was refused, and returns the error, unless another worker can fire the timer or it
    /// was cancelled meanwhile.
    fn withdraw(&self, key: TimerKey, refused: SpawnError) -> io::Result<()> {
        let inner = self.inner();
        let mut state = inner.state.lock();
        let (is_withdrawn, orphans) = inner.service.withdraw(key, &refused);
        if is_withdrawn {
            state.phase = Phase::New;
        }
        drop(state);
        orphans.iter().for_each(Self::fail);
        if is_withdrawn {
            Err(refused.error)
        } else {
            Ok(())
        }
    }

    /// Prevents the timer from firing. Has no effect once it has fired. Python's `cancel()`.
    ///
    /// A started timer ends in this call, which drops its function. A timer that was not started keeps its function until
    /// `start`.
    #[doc(alias = "abort")]
    pub fn cancel(&self) {
        let inner = self.inner();
        let uncalled = inner.state.lock().cancel(inner.service);
        if uncalled.is_some() || fault!(CancelledWhileFiring) {
            self.end_uncalled(uncalled);
        }
        inner.finished.set();
    }

    /// Called by the worker that has taken the timer from the service.
    fn fire(&self) {
        let inner = self.inner();
        let function = inner.state.lock().function.take();
        self.0.run_here(|| {
            if let Some(function) = function {
                function();
            }
            inner.service.callback_returned();
            inner.finished.set();
        });
    }

    /// Called by the thread that has taken the timer from the service because no worker is left to call its function.
    fn fail(&self) {
        let function = self.inner().state.lock().function.take();
        // The outcome is the message below; a panic of the drop is ignored.
        let _ = catch(|| drop(function));
        self.0.finish(Some(Panic::with_message(
            "the timer's function was not called: the spawner dropped the entry of its thread",
        )));
    }

    fn end_uncalled(&self, function: Option<Function>) {
        self.0.end_with(|| drop(function));
    }

    fn inner(&self) -> &TimerInner {
        self.0.extra()
    }

    /// The thread whose name, ident and lifecycle are the timer's.
    fn thread(&self) -> &Thread {
        &self.0
    }

    /// The time between the timer's start and the call of its function. Python's `interval`.
    pub fn interval(&self) -> Duration {
        self.inner().interval
    }

    /// Set once the timer was cancelled, or its function has returned; not when the function has panicked. Python's
    /// `finished`.
    pub fn finished(&self) -> &Event {
        &self.inner().finished
    }

    /// Blocks until the function has ended, or the timer was cancelled. Python's `join()`.
    ///
    /// # Errors
    ///
    /// [`JoinError::Panicked`] when the function panicked, in every call; also when it will never be called, because a
    /// host's [spawner](super::set_spawner) dropped the worker's entry and no other worker exists.
    /// [`JoinError::NotStarted`], or [`JoinError::CurrentThread`] when
    /// the function itself calls this.
    pub fn join(&self) -> Result<(), JoinError> {
        self.0.join()
    }

    /// Blocks until the function has ended or the timer was cancelled, no longer than `timeout`. Returns whether it has
    /// ended.
    /// Python's `join(timeout)` followed by `is_alive()`.
    ///
    /// # Errors
    ///
    /// [`JoinError`] as for [`join`](Self::join).
    pub fn join_timeout(&self, timeout: Duration) -> Result<bool, JoinError> {
        self.0.join_timeout(timeout)
    }

    /// Whether the timer was started and has neither been cancelled nor ended: it is pending, or its function runs.
    /// Python's `is_alive()`.
    #[doc(alias = "is_finished")]
    pub fn is_alive(&self) -> bool {
        self.0.is_alive()
    }

    /// The number of threads that are blocked in a join of this timer at this moment.
    pub fn waiting(&self) -> usize {
        self.0.waiting()
    }

    /// The timer's ident, which [`get_ident`](super::get_ident) returns inside its function. Python's `ident`.
    #[doc(alias = "id")]
    pub fn ident(&self) -> u64 {
        self.0.ident()
    }

    /// The timer's name, for display; names need not be unique. Python's `name`.
    pub fn name(&self) -> Arc<str> {
        self.0.name()
    }

    /// Renames the timer. Python's `name = …`.
    pub fn set_name(&self, name: &str) {
        self.0.set_name(name);
    }

    /// Whether [`run`](super::run) does not wait for the timer. Python's `daemon`.
    pub fn daemon(&self) -> bool {
        self.0.daemon()
    }

    /// Makes the timer a daemon, or not, before it is started. Python's `daemon = …`.
    ///
    /// # Errors
    ///
    /// [`DaemonError`] once it was started.
    pub fn set_daemon(&self, daemon: bool) -> Result<(), DaemonError> {
        self.0.set_daemon(daemon)
    }

    fn stage(&self) -> &'static str {
        let inner = self.inner();
        let state = inner.state.lock();
        match state.phase {
            Phase::Cancelled => "cancelled",
            _ if self.0.is_new() => "initial",
            Phase::Started(key) if inner.service.is_pending(key) => "waiting",
            _ if self.0.is_alive() => "running",
            _ => "stopped",
        }
    }
}

impl TimerState {
    /// Cancels the timer. Returns its function if it was started and is still pending; the caller then ends it.
    fn cancel(&mut self, service: &Service) -> Option<Function> {
        match self.phase {
            Phase::New => {
                self.phase = Phase::Cancelled;
                None
            }
            Phase::Started(key) if service.remove(key) => {
                self.phase = Phase::Cancelled;
                self.function.take()
            }
            Phase::Started(_) | Phase::Cancelled => None,
        }
    }
}

/// The stage is `initial` (not started), `waiting` (to fire), `running` (its function runs), `stopped` or `cancelled`.
/// `waiting` is the number of its joiners.
impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("name", &self.name())
            .field("ident", &self.ident())
            .field("stage", &self.stage())
            .field("daemon", &self.daemon())
            .field("waiting", &self.waiting())
            .finish()
    }
}
