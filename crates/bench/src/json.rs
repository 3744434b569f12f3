//! The record for programs, one JSON object.

use crate::machine::Machine;
use crate::options::Options;
use crate::summary::{Figure, Summary};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn print(summaries: &[Summary], options: &Options) {
    let machine = Machine::here();
    let record = json!({
        "machine": {
            "cpu": machine.cpu,
            "cores": machine.cores,
            "os": machine.os,
            "arch": machine.arch,
            "rustc": machine.rustc,
        },
        "rounds": options.rounds,
        "unit": "nanoseconds per operation",
        "lines": summaries.iter().map(line).collect::<Vec<_>>(),
    });
    common::println!("{record:#}");
}

fn line(summary: &Summary) -> Value {
    let left_out = summary.left_out.iter();
    json!({
        "name": summary.name,
        "goal": summary.goal,
        "ratio": summary.ratio.as_ref().map(|ratio| ratio.value),
        "fastest_peer": summary.ratio.as_ref().map(|ratio| ratio.peer),
        "reached": summary.reached(),
        "cpython": summary.python,
        "noise": summary.noise.iter().map(Duration::as_nanos).collect::<Vec<_>>(),
        "quiet_rounds": summary.quiet,
        "contenders": summary.figures.iter().map(contender).collect::<Vec<_>>(),
        "left_out": left_out
            .map(|(name, _, reason)| json!({ "name": name, "reason": reason }))
            .collect::<Vec<_>>(),
    })
}

fn contender(figure: &Figure) -> Value {
    json!({
        "name": figure.name,
        "role": format!("{:?}", figure.role).to_lowercase(),
        "median": figure.median,
        "best": figure.best,
        "samples": figure.samples,
    })
}
