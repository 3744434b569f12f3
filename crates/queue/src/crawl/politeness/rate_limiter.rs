//! The rate limit of one host: unlimited until the host refuses, then additive increase, multiplicative decrease.
//!
//! One page that is refused says nothing of its host. When [`SEVERAL`] different pages in a row are refused, the host
//! gets a pause: exponential backoff, or its `Retry-After` where that is longer. Then one request is a probe; its
//! answer ends the pause, and the rate is set from what the host answered before. A page that is answered after it was
//! refused shows a rate that is slightly too high.
//!
//! Nothing here sleeps or reads a clock, so that a test simulates a whole crawl.
//!
//! | state | meaning | set by | left by |
//! | --- | --- | --- | --- |
//! | `Open` | requests begin at the rate | the answer to a probe | refusals of several pages in a row |
//! | `Paused` | no request begins before `next` | refusals, a failed probe | the first request after that |
//! | `Probing` | no request begins while the probe is in flight | the first request after a pause | the end of the probe |
//! | `GivenUp` | no request begins any more | too many failed probes, or a pause that is too long | |

use std::time::{Duration, Instant};

/// As many different pages in a row must be refused before their host is slowed down.
const SEVERAL: usize = 3;
/// The first pause; each further one is longer by [`BACKOFF`].
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const BACKOFF: f64 = 1.3;
/// A host that has refused as many probes in a row, for some ten seconds, is given up.
const PROBES: i32 = 19;
/// A host or a page that says to come back later than this is given up.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(2 * 60);
/// The bounds of the rate, once there is one.
const LEAST: f64 = 1.0;
const MOST: f64 = 10_000.0;
/// Fewer answers than this between two decreases show that the rate is far too high.
const FEW: u32 = 20;
/// The rate is too high when more than one page in so many was answered only after it was refused.
const TOLERATED: u32 = 40;
/// The rate grows by a twentieth in as many answers, or in sixteen times the pause that a refusal costs.
const GROWTH_ANSWERS: f64 = 90.0;
const STEP: f64 = 0.05;
/// A decreased rate is so far below what the host has answered.
const MARGIN: f64 = 0.98;
/// After a decrease by half it grows by a tenth in four answers.
const FAST_GROWTH: f64 = 0.1 / 4.0;

#[derive(Debug)]
pub(super) struct RateLimiter {
    /// The shortest time between two requests: what the user or robots.txt asks for.
    delay: Duration,
    /// Requests a second.
    rate: f64,
    /// By this part of it the rate grows with each answer.
    growth: f64,
    /// No request begins before this.
    next: Instant,
    state: State,
    /// The different pages that were refused since the last answer, [`SEVERAL`] at most.
    refused: Vec<usize>,
    /// Since the last decrease: when that was, the answers, and the refusals that show a rate that is too high.
    since: Instant,
    answers: u32,
    exceeded: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Open,
    Paused(Pause),
    Probing(Pause),
    GivenUp,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Pause {
    /// When the host refused, and what it said to wait then.
    begun: Instant,
    retry_after: Duration,
    /// When the last probe began: only a later request can end the pause.
    probe: Instant,
    failed_probes: i32,
}

/// Why a request may not begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotNow {
    /// Not before this moment.
    Until(Instant),
    /// Not before the probe has ended.
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
        }
    }

    /// Leaves at least `delay` between two requests from now on.
    pub(super) fn at_least(&mut self, delay: Duration, now: Instant) {
        self.delay = self.delay.max(delay);
        self.next = self.next.max(now + delay);
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.state == State::GivenUp
    }

    /// Whether requests begin one after the other, at a rate or as probes, and not as many as there are workers.
    pub(super) fn is_limited(&self) -> bool {
        match self.state {
            State::Open => self.rate.is_finite() || !self.delay.is_zero(),
            State::Paused(_) | State::Probing(_) => true,
            State::GivenUp => false,
        }
    }

    /// When a request may begin.
    pub(super) fn ready(&self, now: Instant) -> Result<(), NotNow> {
        match self.state {
            State::Probing(_) => Err(NotNow::Probing),
            State::GivenUp => Ok(()),
            _ if now < self.next => Err(NotNow::Until(self.next)),
            _ => Ok(()),
        }
    }

    /// Begins a request, if it may begin now. A host that is given up begins none, but holds nothing up either.
    pub(super) fn begin(&mut self, now: Instant) -> Result<(), NotNow> {
        self.ready(now)?;
        match self.state {
            State::Paused(pause) => {
                self.state = State::Probing(Pause {
                    probe: now,
                    ..pause
                });
            }
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

    /// The host answered a request that had `begun` then, for a page that it had `refused` at that moment.
    pub(super) fn answered(&mut self, begun: Instant, now: Instant, refused: Option<Instant>) {
        self.refused.clear();
        self.answers += 1;
        match self.state {
            State::Open if self.rate.is_infinite() && refused > Some(self.since) => {
                self.exceeded(now);
            }
            State::Open => self.rate *= 1.0 + self.growth,
            State::Probing(pause) if begun >= pause.probe => self.resume(now, pause),
            _ => {}
        }
        // What is long ago says little.
        if self.answers >= 6 * TOLERATED {
            self.since += (now - self.since) / 2;
            self.answers /= 2;
            self.exceeded /= 2;
        }
    }

    /// The host refused `page`, or lost the connection, and may have said how long to wait. It had `refused` the page
    /// before, at that moment.
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
                if self.refused.len() >= SEVERAL {
                    let pause = Pause {
                        begun: now,
                        retry_after,
                        probe: now,
                        failed_probes: 0,
                    };
                    self.pause(now, pause);
                }
            }
            State::Probing(pause) if begun >= pause.probe => {
                let failed_probes = pause.failed_probes + 1;
                self.pause(
                    now,
                    Pause {
                        retry_after,
                        failed_probes,
                        ..pause
                    },
                );
            }
            _ => {}
        }
    }

    /// A refusal shows that the rate is too high, if there are several such.
    fn exceeded(&mut self, now: Instant) {
        self.exceeded += 1;
        if self.exceeded >= 2 && self.exceeded * TOLERATED > self.answers {
            self.decrease(now, now - self.since, Duration::ZERO);
        }
    }

    /// A request that had `begun` then ended in a way that says nothing of the host.
    pub(super) fn inconclusive(&mut self, begun: Instant, now: Instant) {
        if let State::Probing(pause) = self.state
            && begun >= pause.probe
        {
            self.pause(now, pause);
        }
    }

    fn pause(&mut self, now: Instant, pause: Pause) {
        let backoff = FIRST_PAUSE.mul_f64(BACKOFF.powi(pause.failed_probes));
        self.next = now + backoff.max(pause.retry_after.min(LONGEST_PAUSE));
        let give_up = pause.failed_probes >= PROBES || pause.retry_after > LONGEST_PAUSE;
        self.state = if give_up {
            State::GivenUp
        } else {
            State::Paused(pause)
        };
    }

    fn resume(&mut self, now: Instant, pause: Pause) {
        self.state = State::Open;
        let is_few = self.answers < FEW;
        // A host that says how long to wait may count within that time; after few answers it says nothing of the rate.
        let run = pause.begun - self.since;
        let span = match pause.retry_after {
            Duration::ZERO => now - self.since,
            _ if is_few => run,
            told => run.max(told).div_f64(MARGIN),
        };
        self.decrease(now, span, pause.retry_after);
        if is_few {
            self.growth = FAST_GROWTH;
        }
        self.next = now + self.delay.max(self.interval());
    }

    /// Sets the rate to what the host has answered of it; the first time, to that of the answers it gave in `span`.
    fn decrease(&mut self, now: Instant, span: Duration, pause: Duration) {
        let answers = f64::from(self.answers);
        self.rate = if self.rate.is_infinite() {
            answers / span.as_secs_f64()
        } else {
            let answered = answers / (answers + f64::from(self.exceeded));
            self.rate * (answered * MARGIN).max(0.5)
        };
        self.rate = self.rate.clamp(LEAST, MOST);
        self.growth = STEP / GROWTH_ANSWERS.max(16.0 * pause.as_secs_f64() * self.rate);
        (self.since, self.answers, self.exceeded) = (now, 0, 0);
    }

    fn interval(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.rate)
    }
}

#[cfg(test)]
mod tests;
