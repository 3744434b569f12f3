//! `common` beside its peers: `just bench [FILTER]…`.
//!
//! Every contender of a line runs in a process of its own, which the parent asks for samples in turn
//! (`process`, `runner`, `rounds`); what the quiet rounds say is summed up (`summary`) and printed
//! (`report`). A line is a few entries in a file of its own under `lines/`.

mod child;
mod line;
mod lines;
mod machine;
mod options;
mod process;
mod python;
mod quiet;
mod report;
mod rounds;
mod runner;
mod summary;

use line::Line;
use options::{Mode, Options};
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = options::read();
    match &options.mode {
        Mode::Child { line, contender } => child::serve(line, contender),
        Mode::List => list(&options),
        Mode::Run => run(&options),
    }
}

/// Prints the chosen lines with those who take part.
fn list(options: &Options) -> ExitCode {
    for line in lines::chosen(&options.filters) {
        let names: Vec<_> = line.contenders.iter().map(|entry| entry.name).collect();
        common::println!("{}: {}", line.name, names.join(", "));
    }
    ExitCode::SUCCESS
}

/// Measures and reports; fails when there is nothing to measure or `common` itself was left out.
fn run(options: &Options) -> ExitCode {
    let chosen: Vec<Line> = lines::chosen(&options.filters);
    if chosen.is_empty() {
        eprintln!("bench: no line is named so (--list shows the lines)");
        return ExitCode::from(2);
    }
    let mut summaries: Vec<_> = rounds::measure(&chosen, options)
        .into_iter()
        .map(summary::Summary::of)
        .collect();
    for (summary, line) in summaries.iter_mut().zip(&chosen) {
        summary.python = python::figure(line, options.patience);
    }
    if options.json {
        report::json::print(&summaries, options);
    } else {
        report::table::print(&summaries, options);
    }
    if summaries.iter().any(summary::Summary::lacks_ours) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
