//! One host: every request to it passes here, at its pace.

use super::clock::Clock;
use super::pace::{Pace, Turn};
use crate::http::Error;
use crate::threading::{Lock, Semaphore};
use robotxt::Robots;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// So many requests at once a host gets at first; each answer allows for one more.
const AT_FIRST: usize = 8;

/// What the workers share of one host.
pub(super) struct Host {
    clock: Clock,
    /// Who has it waits for the moment to begin; the others wait for the lock, in a line.
    turn: Lock,
    pace: Mutex<Pace>,
    /// The pace says something new, or all is over.
    changed: Condvar,
    /// Requests that may be under way.
    slots: Semaphore,
    /// Answers so far.
    answers: AtomicU64,
    stopped: AtomicBool,
    pub(super) robots: OnceLock<Result<Robots, Error>>,
}

/// Why a request may not begin.
pub(super) enum Closed {
    /// The crawl is over.
    Stopped,
    /// The host refused for too long.
    Lost,
}

/// How a request ended.
pub(super) enum End {
    /// With an answer.
    Answered,
    /// With 429 or 503, and perhaps the time to wait.
    Refused(Option<Duration>),
    /// The connection broke off.
    BrokeOff,
    /// In another way, which says nothing of the host.
    Nothing,
}

impl Host {
    pub(super) fn new(delay: Duration, clock: Clock) -> Self {
        Self {
            turn: Lock::new(),
            pace: Mutex::new(Pace::new(delay, clock.now())),
            changed: Condvar::new(),
            slots: Semaphore::new(AT_FIRST),
            answers: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            robots: OnceLock::new(),
            clock,
        }
    }

    /// Waits until a request may begin.
    pub(super) fn begin(&self) -> Result<Instant, Closed> {
        let slots = &self.slots;
        let try_acquire = || slots.try_acquire().then_some(());
        self.clock.acquire(try_acquire, || slots.acquire());
        let turn = self.wait_for_turn();
        if turn.is_err() {
            slots.release();
        }
        self.clock.released();
        turn
    }

    fn wait_for_turn(&self) -> Result<Instant, Closed> {
        let turn = &self.turn;
        let _turn = self.clock.acquire(|| turn.try_guard(), || turn.guard());
        let mut pace = self.pace();
        loop {
            if self.stopped.load(Ordering::SeqCst) {
                return Err(Closed::Stopped);
            }
            let now = self.clock.now();
            pace = match pace.begin(now) {
                Turn::Now => return Ok(now),
                Turn::Never => return Err(Closed::Lost),
                Turn::Later => self.wait(pace, None),
                Turn::At(moment) => self.wait(pace, Some(moment)),
            };
        }
    }

    /// Waits so long, unless the crawl is over before.
    pub(super) fn sleep(&self, pause: Duration) -> Result<(), Closed> {
        let until = self.clock.now() + pause;
        let mut pace = self.pace();
        loop {
            if self.stopped.load(Ordering::SeqCst) {
                return Err(Closed::Stopped);
            }
            if self.clock.now() >= until {
                return Ok(());
            }
            pace = self.wait(pace, Some(until));
        }
    }

    /// A request that had `begun` then has ended.
    pub(super) fn end(&self, begun: Instant, end: &End) {
        let now = self.clock.now();
        let mut pace = self.pace();
        match end {
            End::Answered => pace.answered(begun, now),
            End::Refused(retry_after) => pace.refused(begun, now, *retry_after),
            End::BrokeOff => pace.broke_off(begun, now),
            End::Nothing => pace.came_to_nothing(begun, now),
        }
        drop(pace);
        self.slots.release();
        if matches!(end, End::Answered) {
            self.answers.fetch_add(1, Ordering::Relaxed);
            self.slots.release();
        }
        self.clock.notify_all(&self.changed);
    }

    /// How many answers came from here so far.
    pub(super) fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    /// At least so much between two requests from now on.
    pub(super) fn at_least(&self, delay: Duration) {
        self.pace().at_least(delay);
    }

    /// Ends every wait here.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let pace = self.pace();
        drop(pace);
        self.clock.notify_all(&self.changed);
    }

    fn wait<'a>(
        &'a self,
        pace: MutexGuard<'a, Pace>,
        until: Option<Instant>,
    ) -> MutexGuard<'a, Pace> {
        self.clock.wait(&self.changed, &self.pace, pace, until)
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
