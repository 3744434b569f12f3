//! The rate limit of one host: unlimited until the host refuses, then additive increase, multiplicative decrease.
//!
//! One refused page tells nothing about its host. After [`REFUSED_PAGES`] different pages in a row are refused,
//! requests to the host pause: exponential backoff, or its `Retry-After` if that is longer. Then one request is a
//! probe; its answer ends the pause, and the rate is set from the rate of answers before. A page that is answered
//! after a refusal shows that the rate is slightly too high.
//!
//! No function sleeps or reads a clock, so that a test can simulate a whole crawl.
//!
//! | state | meaning | set by | left by |
//! | --- | --- | --- | --- |
//! | `Open` | requests begin at the rate | the answer to a probe | refusals of several pages in a row |
//! | `Paused` | no request begins before `next` | refusals, a failed probe | the first request after that |
//! | `Probing` | no request begins while the probe is in flight | the first request after a pause | the end of the probe |
//! | `GivenUp` | no request begins any more | too many failed probes, or a pause that is too long | |

use std::time::{Duration, Instant};

/// The number of different pages in a row that must be refused before the host is rate-limited.
const REFUSED_PAGES: usize = 3;
/// The first pause; each further pause is longer by the factor [`BACKOFF`].
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const BACKOFF: f64 = 1.3;
/// The number of refused probes in a row, over about ten seconds, after which a host is given up.
const MAX_PROBES: i32 = 19;
/// The longest `Retry-After`: a host or a page that asks for a longer pause is given up.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(2 * 60);
/// The bounds of the rate of a limited host, in requests a second.
const MIN_RATE: f64 = 1.0;
const MAX_RATE: f64 = 10_000.0;
/// Fewer answers than this between two decreases show that the rate is far too high.
const FEW: u32 = 20;
/// The rate is too high if more than one page in this number was answered only after a refusal.
const TOLERATED: u32 = 40;
/// The rate grows by a twentieth in this number of answers, or in sixteen times the pause that a refusal costs.
const GROWTH_ANSWERS: f64 = 90.0;
const STEP: f64 = 0.05;
/// A decreased rate is this factor below the rate that the host answered.
const MARGIN: f64 = 0.98;
/// After a decrease by half it grows by a tenth in four answers.
const FAST_GROWTH: f64 = 0.1 / 4.0;

#[derive(Debug)]
pub(super) struct RateLimiter {
    /// The shortest time between two requests, set by the user or by robots.txt.
    delay: Duration,
    /// Requests a second.
    rate: f64,
    /// The fraction by which the rate grows with each answer.
    growth: f64,
    /// The time before which no request begins.
    next: Instant,
    state: State,
    /// The different pages refused since the last answer, at most [`REFUSED_PAGES`].
    refused: Vec<usize>,
    /// Since the last decrease of the rate: its time, the answers, and the refusals that show too high a rate.
    since: Instant,
    answers: u32,
    exceeded: u32,
    /// Of the last pause: when the host refused, the pause that it asked for, and the refused probes.
    paused: Instant,
    retry_after: Duration,
    failed_probes: i32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Open,
    Paused,
    /// The probe began at this time: only a request begun then or later can end the pause.
    Probing(Instant),
    GivenUp,
}

/// Why a request may not begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotNow {
    /// A request may begin at this time.
    Until(Instant),
    /// A request may begin after the probe ends.
    Probing,
}

impl RateLimiter {
    pub(super) fn new(delay: Duration, now: Instant) -> Self {
        Self {
            delay,
            rate: f64::INFINITY,
            growth: 0.0,
            next: now,
            state: State::Open,
            refused: Vec::new(),
            since: now,
            answers: 0,
            exceeded: 0,
            paused: now,
            retry_after: Duration::ZERO,
            failed_probes: 0,
        }
    }

    /// Sets the delay between two requests to at least `delay`.
    pub(super) fn at_least(&mut self, delay: Duration, now: Instant) {
        self.delay = self.delay.max(delay);
        self.next = self.next.max(now + delay);
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.state == State::GivenUp
    }

    /// Whether requests begin one at a time, at a rate or as probes, instead of as many as there are workers.
    pub(super) fn is_limited(&self) -> bool {
        match self.state {
            State::Open => self.rate.is_finite() || !self.delay.is_zero(),
            State::Paused | State::Probing(_) => true,
            State::GivenUp => false,
        }
    }

    /// Checks whether a request may begin at `now`; the error is the time to wait for.
    pub(super) fn ready(&self, now: Instant) -> Result<(), NotNow> {
        match self.state {
            State::Probing(_) => Err(NotNow::Probing),
            State::GivenUp => Ok(()),
            _ if now < self.next => Err(NotNow::Until(self.next)),
            _ => Ok(()),
        }
    }

    /// Begins a request if one may begin now. For a host that is given up, always succeeds: its requests are not sent.
    pub(super) fn begin(&mut self, now: Instant) -> Result<(), NotNow> {
        self.ready(now)?;
        match self.state {
            State::Paused => self.state = State::Probing(now),
            State::Open => {
                // A request that is a little late does not delay the next one.
                let interval = self.interval();
                let due = self.next.max(now.checked_sub(interval / 2).unwrap_or(now));
                self.next = (due + interval).max(now + self.delay);
            }
            State::Probing(_) | State::GivenUp => {}
        }
        Ok(())
    }

    /// Records an answer to a request that began at `begun`, for a page last refused at `refused`.
    pub(super) fn answered(&mut self, begun: Instant, now: Instant, refused: Option<Instant>) {
        self.refused.clear();
        self.answers += 1;
        match self.state {
            State::Open if self.rate.is_infinite() && refused > Some(self.since) => {
                self.exceeded(now);
            }
            State::Open => self.rate *= 1.0 + self.growth,
            State::Probing(probe) if begun >= probe => self.resume(now),
            _ => {}
        }
        // Old answers tell little about the current limit.
        if self.answers >= 6 * TOLERATED {
            self.since += (now - self.since) / 2;
            self.answers /= 2;
            self.exceeded /= 2;
        }
    }

    /// Records that the host refused `page` or lost the connection, with the pause that it asked for, if any.
    /// `refused` is the time of the page's previous refusal.
    pub(super) fn refused(
        &mut self,
        page: usize,
        begun: Instant,
        now: Instant,
        retry_after: Duration,
        refused: Option<Instant>,
    ) {
        match self.state {
            State::Open => {
                if !self.refused.contains(&page) {
                    self.refused.push(page);
                }
                if self.rate.is_finite() && refused.is_none_or(|refused| refused < self.since) {
                    self.growth = self.growth.min(STEP / GROWTH_ANSWERS);
                    self.exceeded(now);
                }
                if self.refused.len() >= REFUSED_PAGES {
                    (self.paused, self.failed_probes) = (now, 0);
                    self.pause(now, retry_after);
                }
            }
            State::Probing(probe) if begun >= probe => {
                self.failed_probes += 1;
                self.pause(now, retry_after);
            }
            _ => {}
        }
    }

    /// Counts a refusal that shows too high a rate, and decreases the rate after several.
    fn exceeded(&mut self, now: Instant) {
        self.exceeded += 1;
        if self.exceeded >= 2 && self.exceeded * TOLERATED > self.answers {
            self.decrease(now, now - self.since, Duration::ZERO);
        }
    }

    /// Records that a request begun at `begun` ended in a way that tells nothing about the host.
    pub(super) fn inconclusive(&mut self, begun: Instant, now: Instant) {
        if matches!(self.state, State::Probing(probe) if begun >= probe) {
            self.pause(now, self.retry_after);
        }
    }

    fn pause(&mut self, now: Instant, retry_after: Duration) {
        self.retry_after = retry_after;
        let backoff = FIRST_PAUSE.mul_f64(BACKOFF.powi(self.failed_probes));
        self.next = now + backoff.max(retry_after.min(LONGEST_PAUSE));
        let give_up = self.failed_probes >= MAX_PROBES || retry_after > LONGEST_PAUSE;
        self.state = if give_up {
            State::GivenUp
        } else {
            State::Paused
        };
    }

    fn resume(&mut self, now: Instant) {
        self.state = State::Open;
        let is_few = self.answers < FEW;
        // A host that sends `Retry-After` may count requests within that time; few answers tell nothing about the
        // rate.
        let run = self.paused - self.since;
        let span = match self.retry_after {
            Duration::ZERO => now - self.since,
            _ if is_few => run,
            told => run.max(told).div_f64(MARGIN),
        };
        self.decrease(now, span, self.retry_after);
        if is_few {
            self.growth = FAST_GROWTH;
        }
        self.next = now + self.delay.max(self.interval());
    }

    /// Decreases the rate to the part of it that the host answered; the first time, to the rate of answers within
    /// `span`.
    fn decrease(&mut self, now: Instant, span: Duration, pause: Duration) {
        let answers = f64::from(self.answers);
        self.rate = if self.rate.is_infinite() {
            answers / span.as_secs_f64()
        } else {
            let answered = answers / (answers + f64::from(self.exceeded));
            self.rate * (answered * MARGIN).max(0.5)
        };
        self.rate = self.rate.clamp(MIN_RATE, MAX_RATE);
        self.growth = STEP / GROWTH_ANSWERS.max(16.0 * pause.as_secs_f64() * self.rate);
        (self.since, self.answers, self.exceeded) = (now, 0, 0);
    }

    fn interval(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.rate)
    }
}

#[cfg(test)]
mod tests;
