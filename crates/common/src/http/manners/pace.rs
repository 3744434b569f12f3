//! How fast one host may be asked: as fast as it answers, until it says that this is too much.
//!
//! A host that answers 429 or 503, or breaks off one connection after the other, is asked nothing for a while, by
//! no worker, and then by one, whose refusals make the pauses grow. Once it answers again there is a space
//! between any two requests: what it bore until then, measured. A measure of few answers is coarse, so the space
//! shrinks fast until the next refusal shows where the limit is; after that slowly, since a limit may be lifted,
//! but every refusal is a request for nothing. Where each refusal costs a long pause, it shrinks hardly ever.
//!
//! Nothing here sleeps or looks at the clock, so that a test can play a whole crawl in no time.

mod run;

use run::Run;
use std::time::{Duration, Instant};

/// The first pause after a refusal; each further one in a row is half as long again.
const FIRST_PAUSE: Duration = Duration::from_millis(8);
const GROWTH: f64 = 1.5;
/// So many connections that break off with no answer between them are a pattern, and give this pause.
const BREAKS: u32 = 3;
const PAUSE_AFTER_BREAKS: Duration = Duration::from_millis(100);
/// So many refusals in a row, after about seven seconds, and the host is left alone.
const REFUSALS: i32 = 15;
/// A host that says to come back later than this is left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(2 * 60);
/// Fewer answers than this say little about how many a host bears.
const FEW: u32 = 20;
/// After so many short runs one after the other, what they were refused at is no measure any more.
const SHORT_RUNS: usize = 4;
/// The space shrinks by this part of it, and by twice as much each time that goes well.
const FIRST_STEP: f64 = 0.01;
const LARGEST_STEP: f64 = 0.25;

/// What the workers know of one host's patience.
#[derive(Debug)]
pub(super) struct Pace {
    /// Never closer than this: what the user or robots.txt asks for.
    delay: Duration,
    /// Between two requests; zero until the host refused for the first time.
    space: Duration,
    /// The space may be far from what the host bears.
    coarse: bool,
    /// The space shrinks after so many answers.
    patience: u32,
    /// So many runs one after the other were short.
    short_runs: usize,
    /// By so much; more when that went well.
    step: f64,
    /// The next request may not begin before this; none may while one is under way that shows whether the host
    /// answers again.
    next: Option<Instant>,
    /// When the last pause was decided.
    slowed: Option<Instant>,
    paused: bool,
    /// Refusals since the last answer, and connections that broke off.
    refusals: i32,
    breaks: u32,
    lost: bool,
    run: Run,
}

/// Whether a request may begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Now,
    /// Not before this moment.
    At(Instant),
    /// Not before the one under way has shown whether the host answers again.
    Later,
    /// Never: the host has refused for too long.
    Never,
}

impl Pace {
    pub(super) fn new(delay: Duration, now: Instant) -> Self {
        Self {
            delay,
            space: Duration::ZERO,
            coarse: true,
            patience: 2 * FEW,
            step: FIRST_STEP,
            short_runs: 0,
            next: Some(now),
            slowed: None,
            paused: false,
            refusals: 0,
            breaks: 0,
            lost: false,
            run: Run::new(now),
        }
    }

    /// At least so much between two requests from now on.
    pub(super) fn at_least(&mut self, delay: Duration) {
        self.delay = self.delay.max(delay);
    }

    /// Begins a request, if it is time.
    pub(super) fn begin(&mut self, now: Instant) -> Turn {
        match self.next {
            _ if self.lost => Turn::Never,
            None => Turn::Later,
            Some(next) if now < next => Turn::At(next),
            Some(_) => {
                self.next = (!self.paused).then(|| now + self.space.max(self.delay));
                Turn::Now
            }
        }
    }

    /// The host has answered a request that had `begun` then, whatever it said.
    pub(super) fn answered(&mut self, begun: Instant, now: Instant) {
        self.run.answers += 1;
        self.breaks = 0;
        if self.paused {
            if self.is_news(begun) {
                self.resume(now);
            }
        } else if self.coarse && self.run.answers % (FEW / 5) == 0 {
            self.space = self.space.mul_f64(0.9);
        } else if self.run.answers % self.patience == 0 {
            self.space = self.space.mul_f64(1.0 - self.step);
            self.step = (2.0 * self.step).min(LARGEST_STEP);
        }
    }

    /// The host has refused a request that had `begun` then, and may have said how long to wait.
    pub(super) fn refused(&mut self, begun: Instant, now: Instant, retry_after: Option<Duration>) {
        if !self.is_news(begun) {
            return;
        }
        let told = retry_after.unwrap_or_default();
        self.lost |= told > LONGEST_PAUSE;
        let told = told.min(LONGEST_PAUSE);
        if self.refusals == 0 {
            self.run.refused = now;
        }
        self.run.span = self.run.length(self.space, now);
        self.run.is_told = !told.is_zero();
        if self.run.is_told && self.run.answers >= FEW {
            // Who counts by the second says when the next one begins, and for long a pause must not come again.
            self.run.span = self.run.span.max(told);
            let worth = told.div_duration_f64(self.run.span) * f64::from(self.run.answers);
            self.patience = self.patience.max(whole(worth).saturating_mul(FEW));
            self.coarse = false;
        }
        let pause = FIRST_PAUSE.mul_f64(GROWTH.powi(self.refusals));
        self.pause(now, pause.max(told));
        self.refusals += 1;
        self.lost |= self.refusals > REFUSALS;
    }

    /// The host has broken a request off that had `begun` then. One is no pattern; several with no answer
    /// between them may mean that it is starting anew.
    pub(super) fn broke_off(&mut self, begun: Instant, now: Instant) {
        self.breaks += 1;
        if self.is_news(begun) && (self.breaks >= BREAKS || self.paused) {
            self.pause(now, PAUSE_AFTER_BREAKS);
        }
    }

    /// A request that had `begun` then came to nothing, which says nothing of the host; but who was to show
    /// whether it answers again has not.
    pub(super) fn came_to_nothing(&mut self, begun: Instant, now: Instant) {
        if self.paused && self.is_news(begun) {
            self.pause(now, PAUSE_AFTER_BREAKS);
        }
    }

    /// Whether a request began after the last pause was decided. An earlier one, or one of the same moment, says
    /// nothing new.
    fn is_news(&self, begun: Instant) -> bool {
        self.slowed.is_none_or(|slowed| begun > slowed)
    }

    fn pause(&mut self, now: Instant, pause: Duration) {
        self.paused = true;
        self.slowed = Some(now);
        self.next = Some(now + pause);
    }

    /// The host answers again: the run that was refused says what it bears.
    fn resume(&mut self, now: Instant) {
        let run = std::mem::replace(&mut self.run, Run::new(now));
        // This answer belongs to the next run.
        let answers = run.answers - 1;
        self.run.answers = 1;
        if self.refusals > 0 && answers > 0 {
            self.learn(&run, answers, now);
        }
        self.refusals = 0;
        self.paused = false;
        self.next = Some(now + self.space.max(self.delay));
    }

    fn learn(&mut self, run: &Run, answers: u32, now: Instant) {
        let measured = |span: Duration| (span / answers).mul_f64(1.01);
        if self.space.is_zero() {
            self.coarse &= answers < FEW;
            // A burst says nothing of what can be borne for long.
            self.short_runs = if self.coarse { 0 } else { 3 };
            // How long a host wants to be left alone says nothing of what it bears then.
            let is_rough = self.coarse && !run.is_told;
            self.space = measured(if is_rough { now - run.since } else { run.span });
            return;
        }
        // A run of many answers shows that the space is about right; several short ones, that it is not.
        self.short_runs = if answers < FEW {
            self.short_runs + 1
        } else {
            0
        };
        let most = [1.25, 1.02, 1.1, 1.5, 2.0, 4.0][self.short_runs.min(5)];
        let (least, most) = (self.space.mul_f64(1.01), self.space.mul_f64(most));
        let with_pause = self.short_runs > SHORT_RUNS;
        let span = if with_pause {
            now - run.since
        } else {
            run.span
        };
        self.space = measured(span).clamp(least, most);
        self.coarse = false;
        self.step = FIRST_STEP;
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(number: f64) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests;
