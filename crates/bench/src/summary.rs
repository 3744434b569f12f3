//! The result of a line in its quiet rounds.

use crate::line::Role;
use crate::quiet::quiet_rounds;
use crate::rounds::Measured;
use std::time::Duration;

/// One line's result.
pub(crate) struct Summary {
    pub(crate) name: String,
    pub(crate) goal: Option<f64>,
    /// In the order of the line.
    pub(crate) figures: Vec<Figure>,
    pub(crate) ratio: Option<Ratio>,
    /// Name, role, reason.
    pub(crate) left_out: Vec<(&'static str, Role, String)>,
    /// The noise of each round.
    pub(crate) noise: Vec<Duration>,
    /// The rounds that count.
    pub(crate) quiet: Vec<usize>,
    /// Python's nanoseconds per operation.
    pub(crate) python: Option<f64>,
}

/// One contender's result, in nanoseconds per operation over the quiet rounds.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    pub(crate) median: f64,
    pub(crate) best: f64,
    pub(crate) samples: Vec<f64>,
}

/// Our time divided by the fastest peer's: within each round, then the median of the rounds.
pub(crate) struct Ratio {
    pub(crate) value: f64,
    pub(crate) peer: &'static str,
}

impl Summary {
    pub(crate) fn of(measured: Measured<'_>) -> Self {
        let quiet = quiet_rounds(&measured.noise);
        let figures: Vec<_> = measured
            .runners
            .iter()
            .map(|runner| {
                let samples = quiet.iter().map(|&round| runner.samples[round]).collect();
                Figure::new(runner.contender.name, runner.contender.role, samples)
            })
            .collect();
        let left_out = measured.left_out.into_iter();
        Self {
            name: measured.line.name.clone(),
            goal: measured.line.goal,
            ratio: ratio(&figures),
            figures,
            left_out: left_out
                .map(|(entry, reason)| (entry.name, entry.role, reason))
                .collect(),
            noise: measured.noise,
            quiet,
            python: None,
        }
    }

    /// Whether the goal is reached, with the ratio rounded to two digits as it is printed.
    pub(crate) fn reached(&self) -> Option<bool> {
        let ratio = self.ratio.as_ref()?.value;
        Some((ratio * 100.0).round() <= (self.goal? * 100.0).round())
    }

    /// Whether `common` itself hung or panicked.
    pub(crate) fn lacks_ours(&self) -> bool {
        self.left_out.iter().any(|&(_, role, _)| role == Role::Ours)
    }
}

impl Figure {
    fn new(name: &'static str, role: Role, samples: Vec<f64>) -> Self {
        Self {
            name,
            role,
            median: median(samples.clone()),
            best: samples.iter().copied().fold(f64::INFINITY, f64::min),
            samples,
        }
    }
}

/// The fastest peer is that with the least median. The least of several noisy figures in each round would favour the peers,
/// the more of them there are.
fn ratio(figures: &[Figure]) -> Option<Ratio> {
    let ours = figures.iter().find(|figure| figure.role == Role::Ours)?;
    let peers = figures.iter().filter(|figure| figure.role == Role::Peer);
    let fastest = peers.min_by(|one, other| one.median.total_cmp(&other.median))?;
    let rounds = ours.samples.iter().zip(&fastest.samples);
    Some(Ratio {
        value: median(rounds.map(|(ours, peer)| ours / peer).collect()),
        peer: fastest.name,
    })
}

/// The middle sample, or the mean of the two middle ones; 0 without samples.
fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    let middle = samples.len() / 2;
    match samples.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => samples[middle],
        _ => f64::midpoint(samples[middle - 1], samples[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::{Figure, Role, median, ratio};

    fn figure(name: &'static str, role: Role, samples: &[f64]) -> Figure {
        Figure::new(name, role, samples.to_vec())
    }

    #[test]
    fn median_is_the_middle_sample() {
        let middle = |samples: &[f64]| median(samples.to_vec()).to_string();
        assert_eq!(middle(&[3.0, 1.0, 2.0]), "2");
        assert_eq!(middle(&[4.0, 1.0, 2.0, 3.0]), "2.5");
        assert_eq!(middle(&[]), "0");
    }

    #[test]
    fn ratio_is_ours_divided_by_the_fastest_peer_in_each_round() {
        let figures = [
            figure("ours", Role::Ours, &[5.0, 20.0, 100.0]),
            figure("slow", Role::Peer, &[1.0, 90.0, 300.0]),
            figure("fast", Role::Peer, &[10.0, 20.0, 200.0]),
            figure("limit", Role::Reference, &[0.1, 0.1, 0.1]),
        ];
        let ratio = ratio(&figures).unwrap();
        assert_eq!(ratio.peer, "fast");
        assert_eq!(ratio.value.to_string(), "0.5");
    }

    #[test]
    fn ratio_without_ours_or_without_a_peer_is_none() {
        assert!(ratio(&[figure("ours", Role::Ours, &[1.0])]).is_none());
        assert!(ratio(&[figure("peer", Role::Peer, &[1.0])]).is_none());
    }
}
