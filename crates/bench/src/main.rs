//! `common` beside its peers: `just bench [FILTER]…`.
//!
//! Every contender of a line runs in its own process, which the parent asks for samples in turn (`process`, `runner`,
//! `rounds`). The quiet rounds are summed up (`summary`) and printed (`table`, `json`). Each line is defined in a file of
//! `lines/`.

mod child;
mod json;
mod line;
mod lines;
mod machine;
mod monitor;
mod options;
mod process;
mod python;
mod quiet;
mod rounds;
mod runner;
mod summary;
mod table;
mod timing;

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

/// Prints the chosen lines with their contenders.
fn list(options: &Options) -> ExitCode {
    for line in lines::chosen(&options.filters) {
        let names: Vec<_> = line.contenders.iter().map(|entry| entry.name).collect();
        common::println!("{}: {}", line.name, names.join(", "));
    }
    ExitCode::SUCCESS
}

/// Measures and reports; fails if there is nothing to measure or if `common` itself was left out.
fn run(options: &Options) -> ExitCode {
    let chosen: Vec<Line> = lines::chosen(&options.filters);
    if chosen.is_empty() {
        eprintln!("bench: no line has this name (--list shows the lines)");
        return ExitCode::from(2);
    }
    let mut summaries: Vec<_> = rounds::measure(&chosen, options)
        .into_iter()
        .map(summary::Summary::of)
        .collect();
    for (summary, line) in summaries.iter_mut().zip(&chosen) {
        summary.python = python::figure(line, options.timeout);
    }
    if options.json {
        json::print(&summaries, options);
    } else {
        table::print(&summaries, options);
    }
    if summaries.iter().any(summary::Summary::lacks_ours) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
