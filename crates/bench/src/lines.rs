//! The table: every line that can be measured. A new line is a file here and an entry in [`all`].

mod barrier;
mod condition;
mod event;
mod greedy;
mod limits;
mod lock;
mod misbehaving;
mod pool;
mod queue;
mod rlock;
mod semaphore;
mod sleep;
mod thread;
mod timer;

use crate::line::Line;

/// All lines, in the order of the table.
fn all() -> Vec<Line> {
    [
        limits::lines(),
        sleep::lines(),
        lock::lines(),
        rlock::lines(),
        condition::lines(),
        semaphore::lines(),
        event::lines(),
        barrier::lines(),
        thread::lines(),
        timer::lines(),
        greedy::lines(),
        pool::lines(),
        queue::lines(),
        misbehaving::lines(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The lines whose name contains one of the filters, or all lines if there is no filter. The case does not matter.
pub(crate) fn chosen(filters: &[String]) -> Vec<Line> {
    let wanted = |line: &Line| {
        let name = line.name.to_lowercase();
        if line.hidden {
            return filters.contains(&name);
        }
        let named = |filter: &String| name.contains(&filter.to_lowercase());
        filters.is_empty() || filters.iter().any(named)
    };
    all().into_iter().filter(wanted).collect()
}

/// The line with exactly this name.
pub(crate) fn named(name: &str) -> Option<Line> {
    all().into_iter().find(|line| line.name == name)
}

#[cfg(test)]
mod tests {
    use super::{all, chosen};
    use crate::line::Role;
    use std::collections::HashSet;

    #[test]
    fn names_of_lines_and_of_their_contenders_are_unique() {
        let lines = all();
        let names: HashSet<_> = lines.iter().map(|line| &line.name).collect();
        assert_eq!(names.len(), lines.len());
        for line in &lines {
            let names: HashSet<_> = line.contenders.iter().map(|entry| entry.name).collect();
            assert_eq!(names.len(), line.contenders.len(), "{}", line.name);
        }
    }

    #[test]
    fn line_has_at_most_one_of_ours_and_a_peer_if_it_has_a_goal() {
        for line in all() {
            let count = |role| {
                line.contenders
                    .iter()
                    .filter(|entry| entry.role == role)
                    .count()
            };
            assert!(count(Role::Ours) <= 1, "{}", line.name);
            assert!(
                line.goal.is_none() || count(Role::Peer) > 0,
                "{}",
                line.name
            );
        }
    }

    #[test]
    fn filter_matches_a_part_of_a_name_and_all_of_a_hidden_one() {
        assert!(chosen(&["LOCK".to_owned()]).len() >= 6);
        assert!(chosen(&["misbehav".to_owned()]).is_empty());
        assert_eq!(chosen(&["misbehaving".to_owned()]).len(), 1);
        assert!(chosen(&[]).iter().all(|line| !line.hidden));
    }
}
