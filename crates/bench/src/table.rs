//! The table for people, which is also Markdown.

use crate::line::Role;
use crate::machine::Machine;
use crate::options::Options;
use crate::summary::{Figure, Summary};

const HEAD: [&str; 6] = ["line", "common", "÷ fastest", "goal", "others", "CPython"];

pub(crate) fn print(summaries: &[Summary], options: &Options) {
    print_heading(summaries, options);
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(summaries.iter().map(row));
    let widths = std::array::from_fn(|column| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    });
    rows.insert(1, widths.map(|width: usize| "-".repeat(width)));
    for row in &rows {
        let cells = row.iter().zip(widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        common::println!("| {} |", cells.join(" | "));
    }
    print_left_out(summaries);
}

fn print_heading(summaries: &[Summary], options: &Options) {
    let machine = Machine::here();
    let quiet = summaries.iter().map(|summary| summary.quiet.len());
    common::println!(
        "{}, {} cores, {} ({}), {}",
        machine.cpu,
        machine.cores,
        machine.os,
        machine.arch,
        machine.rustc
    );
    common::println!(
        "Time per operation: median (best) of the quiet rounds, {} to {} of {}.",
        quiet.clone().min().unwrap_or(0),
        quiet.max().unwrap_or(0),
        options.rounds
    );
    common::println!("* = the fastest peer, [brackets] = not counted as a peer\n");
}

fn row(summary: &Summary) -> [String; 6] {
    let ours = summary
        .figures
        .iter()
        .find(|figure| figure.role == Role::Ours);
    let ratio = summary.ratio.as_ref();
    let goal = match (summary.goal, summary.reached()) {
        (Some(goal), Some(true)) => format!("{goal:?} reached"),
        (Some(goal), Some(false)) => format!("{goal:?} missed"),
        (Some(goal), None) => format!("{goal:?}"),
        (None, _) => String::new(),
    };
    [
        summary.name.clone(),
        ours.map(figure).unwrap_or_default(),
        ratio
            .map(|ratio| format!("{:.2}", ratio.value))
            .unwrap_or_default(),
        goal,
        others(summary),
        summary.python.map(time).unwrap_or_default(),
    ]
}

/// All contenders but ours, the fastest first.
fn others(summary: &Summary) -> String {
    let mut others: Vec<_> = summary
        .figures
        .iter()
        .filter(|figure| figure.role != Role::Ours)
        .collect();
    others.sort_by(|one, other| one.median.total_cmp(&other.median));
    let fastest = summary.ratio.as_ref().map(|ratio| ratio.peer);
    let entries = others.into_iter().map(|entry| match entry.role {
        Role::Reference => format!("[{} {}]", entry.name, figure(entry)),
        _ if fastest == Some(entry.name) => format!("*{} {}", entry.name, figure(entry)),
        _ => format!("{} {}", entry.name, figure(entry)),
    });
    entries.collect::<Vec<_>>().join(", ")
}

/// Median and best in the median's unit.
fn figure(figure: &Figure) -> String {
    let (scale, unit) = unit_of(figure.median);
    let [median, best] = [figure.median, figure.best].map(|value| digits(value / scale));
    format!("{median} ({best}) {unit}")
}

fn time(nanoseconds: f64) -> String {
    let (scale, unit) = unit_of(nanoseconds);
    format!("{} {unit}", digits(nanoseconds / scale))
}

fn unit_of(nanoseconds: f64) -> (f64, &'static str) {
    match nanoseconds {
        small if small < 999.5 => (1.0, "ns"),
        middle if middle < 999_500.0 => (1e3, "µs"),
        _ => (1e6, "ms"),
    }
}

/// Three digits, at most two of them after the point.
fn digits(value: f64) -> String {
    let places = match value {
        few if few < 9.995 => 2,
        some if some < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.places$}")
}

fn print_left_out(summaries: &[Summary]) {
    let left_out = summaries.iter().flat_map(|summary| {
        let entries = summary.left_out.iter();
        entries.map(|(name, _, reason)| format!("left out: {}, {name}: {reason}", summary.name))
    });
    for (number, line) in left_out.enumerate() {
        let gap = if number == 0 { "\n" } else { "" };
        common::println!("{gap}{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_have_three_digits_and_a_fitting_unit() {
        let times = [9.994, 9.996, 123.4, 999.6, 45_670.0, 1.5e6].map(time);
        assert_eq!(
            times,
            [
                "9.99 ns", "10.0 ns", "123 ns", "1.00 µs", "45.7 µs", "1.50 ms"
            ]
        );
    }
}
