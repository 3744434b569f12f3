//! The run: every contender of every line gives one sample per round, so that a disturbance of the machine affects all of
//! them.

use crate::line::{Contender, Line};
use crate::options::Options;
use crate::quiet;
use crate::runner::Runner;
use std::time::Duration;

/// The measurements of one line.
pub(crate) struct Measured<'a> {
    pub(crate) line: &'a Line,
    pub(crate) runners: Vec<Runner<'a>>,
    /// The contenders that hung or panicked, with the reason.
    pub(crate) left_out: Vec<(&'a Contender, String)>,
    /// The noise of each round.
    pub(crate) noise: Vec<Duration>,
}

/// Measures the lines, all of them in every round.
pub(crate) fn measure<'a>(lines: &'a [Line], options: &Options) -> Vec<Measured<'a>> {
    let mut measured: Vec<_> = lines
        .iter()
        .map(|line| Measured::start(line, options.timeout))
        .collect();
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        for line in &mut measured {
            line.round(round);
        }
    }
    measured
}

impl<'a> Measured<'a> {
    fn start(line: &'a Line, timeout: Duration) -> Self {
        eprintln!("calibrating: {}", line.name);
        let mut measured = Self {
            line,
            runners: Vec::new(),
            left_out: Vec::new(),
            noise: Vec::new(),
        };
        for contender in &line.contenders {
            match Runner::start(line, contender, timeout) {
                Ok(runner) => measured.runners.push(runner),
                Err(reason) => measured.leave_out(contender, reason),
            }
        }
        measured
    }

    /// Takes one sample of each contender, starting with a different one each time.
    fn round(&mut self, round: usize) {
        let count = self.runners.len();
        let mut failed = Vec::new();
        let mut noise = quiet::noise();
        for turn in 0..count {
            let turn = (turn + round) % count;
            if let Err(reason) = self.runners[turn].sample() {
                failed.push((turn, reason));
            }
            noise += quiet::noise();
        }
        let probes = u32::try_from(count + 1).unwrap_or(u32::MAX);
        self.noise.push(noise / probes);
        failed.sort_by_key(|&(turn, _)| std::cmp::Reverse(turn));
        for (turn, reason) in failed {
            let runner = self.runners.remove(turn);
            self.leave_out(runner.contender, reason);
        }
    }

    fn leave_out(&mut self, contender: &'a Contender, reason: String) {
        eprintln!("left out: {}, {}: {reason}", self.line.name, contender.name);
        self.left_out.push((contender, reason));
    }
}
