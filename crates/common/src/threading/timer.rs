//! Python's `threading.Timer`.

mod handle;
mod schedule;
mod service;
mod worker;

pub(crate) use service::Service;

use super::error::StartError;
use super::event::Event;
use super::thread::{ExitHooks, System, Thread, register_exit_hooks};
use crate::sync::{Deadline, Mutex};
use schedule::Moment;
use std::io;
use std::time::Duration;

/// Calls a function once, when some time has passed since its start. Python's `threading.Timer`.
///
/// It must be started, and may be cancelled until it fires. To those who join it, name it or ask whether
/// it is alive, and to the function itself, it is a thread. But it is none of the system's: one thread
/// waits for all timers, and those that run functions come and go, so that ten thousand timers cost no
/// more than a handful of threads. A function that blocks delays no other timer, as long as no more than
/// 64 of them block at once; the next ones queue.
///
/// The value is a handle: clones mean the same timer, and dropping them does not cancel it.
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
/// Where a thread has nothing else to do until then, `std::thread::sleep` is the Rust way; where it waits
/// for a message besides, a channel's `recv_timeout`.
#[derive(Clone)]
pub struct Timer(Thread);

/// What it is besides a thread.
struct Alarm {
    interval: Duration,
    service: &'static Service,
    /// Its mutex comes before the service's.
    plan: Mutex<Plan>,
    finished: Event,
}

type Function = Box<dyn FnOnce() + Send>;

struct Plan {
    phase: Phase,
    /// There until somebody takes it who may: for a timer that was started, whoever took that from the service.
    function: Option<Function>,
}

enum Phase {
    /// Not started, or refused.
    New,
    /// The service got it, for this moment; it may have fired since.
    Started(Moment),
    /// It never fires.
    Cancelled,
}

impl Timer {
    /// A timer that is to call `function` when `interval` has passed since its start.
    ///
    /// As a thread it is named `Thread-N`, and a daemon if the thread that makes it is one.
    #[must_use = "nothing runs before `start`"]
    pub fn new<F: FnOnce() + Send + 'static>(interval: Duration, function: F) -> Self {
        Self::with(service::global(), interval, function)
    }

    /// The same by a service of one's own.
    pub(crate) fn with<F: FnOnce() + Send + 'static>(
        service: &'static Service,
        interval: Duration,
        function: F,
    ) -> Self {
        Self(Thread::unlisted(Alarm {
            interval,
            service,
            plan: Mutex::new(Plan {
                phase: Phase::New,
                function: Some(Box::new(function)),
            }),
            finished: Event::new(),
        }))
    }

    /// Starts it: from now on its time runs. If it was cancelled before, it ends at once.
    ///
    /// # Errors
    ///
    /// [`StartError::Runtime`] when it was started before; [`StartError::Refused`] when the system has no
    /// thread to give, and none is there that could ever call the function: then it is as if this had
    /// not been called.
    pub fn start(&self) -> Result<(), StartError> {
        self.0.start_with(|| self.begin().map(|()| System::None))
    }

    fn begin(&self) -> io::Result<()> {
        let alarm = self.alarm();
        let deadline = Deadline::after(alarm.interval);
        let (moment, need) = {
            let mut plan = alarm.plan.lock();
            if matches!(plan.phase, Phase::Cancelled) {
                let function = plan.function.take();
                drop(plan);
                self.end_unrun(function);
                return Ok(());
            }
            let (moment, need) = alarm.service.add(deadline, self.clone());
            plan.phase = Phase::Started(moment);
            (moment, need)
        };
        // With both mutexes free: a spawner is somebody else's code.
        alarm
            .service
            .meet(need)
            .or_else(|error| self.do_without(moment, error))
    }

    /// No thread was to be had for it: an error, unless somebody else can fire it, or has cancelled it.
    fn do_without(&self, moment: Moment, error: io::Error) -> io::Result<()> {
        let alarm = self.alarm();
        let mut plan = alarm.plan.lock();
        if !alarm.service.withdraw(moment) {
            return Ok(());
        }
        plan.phase = Phase::New;
        Err(error)
    }

    /// Keeps it from firing. One that has fired goes on, and one that has ended stays as it is.
    ///
    /// The function, with what it owns, is dropped here; one that was not started keeps it until then.
    pub fn cancel(&self) {
        let alarm = self.alarm();
        let unfired = alarm.plan.lock().cancel(alarm.service);
        if unfired.is_some() || fault!(CancelledWhileFiring) {
            self.end_unrun(unfired);
        }
        alarm.finished.set();
    }

    /// Called by the service's thread that took it.
    fn fire(&self) {
        let alarm = self.alarm();
        let function = alarm.plan.lock().function.take();
        self.0.run_here(|| {
            if let Some(function) = function {
                function();
            }
            alarm.service.comes_back();
            alarm.finished.set();
        });
    }

    fn alarm(&self) -> &Alarm {
        self.0.extra()
    }

    /// As the thread that it is to others.
    fn thread(&self) -> &Thread {
        &self.0
    }

    fn end_unrun(&self, function: Option<Function>) {
        self.0.end_with(|| drop(function));
    }

    /// How long it waits from its start.
    pub fn interval(&self) -> Duration {
        self.alarm().interval
    }

    /// Set once it was cancelled, or its function has returned; not when that has panicked. Python's
    /// `finished`.
    pub fn finished(&self) -> &Event {
        &self.alarm().finished
    }
}

impl Plan {
    /// The function of one that was started and will now not fire.
    fn cancel(&mut self, service: &Service) -> Option<Function> {
        match self.phase {
            Phase::New => {
                self.phase = Phase::Cancelled;
                None
            }
            Phase::Started(moment) if service.remove(moment) => {
                self.phase = Phase::Cancelled;
                self.function.take()
            }
            Phase::Started(_) | Phase::Cancelled => None,
        }
    }
}
