//! The run: every contender of every line once a round, so that whatever the machine does meanwhile
//! touches all of them.

use crate::line::{Contender, Line};
use crate::options::Options;
use crate::quiet;
use crate::runner::Runner;
use std::time::Duration;

/// What was measured on one line.
pub(crate) struct Measured<'a> {
    pub(crate) line: &'a Line,
    pub(crate) runners: Vec<Runner<'a>>,
    /// Those who hung or panicked, and what they did.
    pub(crate) left_out: Vec<(&'a Contender, String)>,
    /// How disturbed each round was.
    pub(crate) noise: Vec<Duration>,
}

/// Measures the lines, all of them in every round.
pub(crate) fn measure<'a>(lines: &'a [Line], options: &Options) -> Vec<Measured<'a>> {
    let mut measured: Vec<_> = lines
        .iter()
        .map(|line| Measured::start(line, options.patience))
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
    fn start(line: &'a Line, patience: Duration) -> Self {
        eprintln!("calibrating: {}", line.name);
        let mut measured = Self {
            line,
            runners: Vec::new(),
            left_out: Vec::new(),
            noise: Vec::new(),
        };
        for contender in &line.contenders {
            match Runner::start(line, contender, patience) {
                Ok(runner) => measured.runners.push(runner),
                Err(reason) => measured.leave_out(contender, reason),
            }
        }
        measured
    }

    /// One sample of each, starting with another contender every time.
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
