//! A contender that hangs or panics is named and left out, and the others are measured.

use common::testing::{Demo, Run};
use serde_json::Value;
use std::time::{Duration, Instant};

const BENCH: Demo = Demo::at(env!("CARGO_BIN_EXE_bench"));

fn record(run: &Run) -> Value {
    serde_json::from_str(&run.lines.concat()).unwrap_or_else(|error| panic!("{error}: {run}"))
}

#[test]
fn contender_that_hangs_or_panics_is_named_and_left_out() {
    let start = Instant::now();
    let output = BENCH.run(&["misbehaving", "--rounds", "3", "--timeout", "1", "--json"]);
    let took = start.elapsed();
    assert_eq!(output.code, Some(0), "{output}");
    let record = record(&output);
    let line = &record["lines"][0];
    let measured: Vec<_> = line["contenders"].as_array().unwrap().iter().collect();
    assert_eq!(measured.len(), 1);
    assert_eq!(measured[0]["name"], "correct");
    assert_eq!(measured[0]["median"], 1.0);
    let reason = |name: &str| {
        let left_out = line["left_out"].as_array().unwrap();
        let entry = left_out.iter().find(|entry| entry["name"] == name);
        entry.unwrap_or_else(|| panic!("the record does not name {name}"))["reason"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(reason("hangs"), "hung: no answer within 1 s");
    assert!(reason("panics").starts_with("panicked: cannot do that ("));
    assert!(reason("panics late").starts_with("panicked: gave up after "));
    assert!(reason("panics on another thread").starts_with("panicked: a helper gave up ("));
    assert_eq!(reason("exits"), "ended without an answer");
    // The contender that hangs is waited for once; the limit allows for a busy machine.
    assert!(took < Duration::from_secs(15), "took {took:?}");
}

#[test]
fn run_without_ours_fails_and_names_the_reason() {
    let output = BENCH.run(&["misbehaving ours", "--rounds", "1"]);
    assert_eq!(output.code, Some(1));
    let table = output.lines.join("\n");
    assert!(table.contains("left out: misbehaving ours, common: panicked: cannot do that ("));
}

#[test]
fn filter_that_matches_no_line_is_an_error() {
    BENCH.refuses(&["no such line"]);
}

#[test]
fn help_names_every_option_and_wrong_arguments_are_errors() {
    BENCH.explains(&[
        "[FILTER]...",
        "--rounds N",
        "--timeout N",
        "--json",
        "--list",
    ]);
    BENCH.refuses(&["--rounds", "0"]);
    BENCH.refuses(&["--unknown"]);
}

#[test]
fn json_record_names_the_machine() {
    let record = record(&BENCH.run(&["atomic operations", "--rounds", "1", "--json"]));
    for fact in ["cpu", "os", "arch", "rustc"] {
        assert!(
            !record["machine"][fact].as_str().unwrap().is_empty(),
            "{fact}"
        );
    }
    assert!(record["machine"]["cores"].as_u64().unwrap() > 0);
    assert!(
        record["lines"][0]["contenders"][0]["best"]
            .as_f64()
            .unwrap()
            > 0.0
    );
}
