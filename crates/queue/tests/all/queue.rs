//! The demo, as its reader runs it.

use common::testing::Demo;

const QUEUE: Demo = Demo::at(env!("CARGO_BIN_EXE_queue"));

#[test]
fn the_tour_has_all_parts_in_order_and_is_the_same_every_time() {
    let parts = ["kinds", "worker", "buffer", "crawl"];
    let each: Vec<String> = parts.iter().flat_map(|part| QUEUE.lines(&[part])).collect();
    assert_eq!(QUEUE.lines(&[]), each);
    QUEUE.prints_the_same(&[], 10);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    QUEUE.refuses(&["stray"]);
    QUEUE.refuses(&["--fast"]);
    QUEUE.refuses(&["--workers", "2"]);
    QUEUE.refuses(&["kinds", "worker"]);
    QUEUE.refuses(&["kinds", "--items", "2"]);
    QUEUE.refuses(&["worker", "--workers", "0"]);
    QUEUE.refuses(&["worker", "--workers", "1001"]);
    QUEUE.refuses(&["worker", "--workers"]);
    QUEUE.refuses(&["worker", "--items", "none"]);
    QUEUE.refuses(&["worker", "--items=0"]);
    QUEUE.refuses(&["worker", "--maxsize", "3"]);
    QUEUE.refuses(&["buffer", "--maxsize", "0"]);
    QUEUE.refuses(&["buffer", "--maxsize=-1"]);
    QUEUE.refuses(&["buffer", "stray"]);
}

#[test]
fn a_reader_who_goes_is_no_failure() {
    for part in [
        &[][..],
        &["kinds"],
        &["worker", "--items", "5000"],
        &["buffer"],
        &["crawl"],
    ] {
        QUEUE.stops_quietly_at_a_closed_pipe(part);
    }
}

#[test]
fn help_names_every_part_and_option_wherever_it_is_asked_for() {
    let help = QUEUE.lines(&["--help"]);
    let has = |start: &str, end: &str| {
        let mut lines = help.iter();
        let found = lines.any(|line| line.starts_with(start) && line.ends_with(end));
        assert!(found, "{start} … {end}");
    };
    for usage in [
        "kinds ",
        "worker [--items N] [--workers N] ",
        "buffer [--maxsize N] ",
        "crawl  ",
        "crawl [OPTIONS] URL... ",
    ] {
        has(&format!("       queue {usage}"), "");
    }
    for (option, default) in [("items", 30), ("workers", 1), ("maxsize", 3)] {
        has(&format!("  --{option} N "), &format!(" ({default})"));
    }
    for part in ["kinds", "worker", "buffer"] {
        assert_eq!(QUEUE.lines(&[part, "-h"]), help, "{part}");
    }
}
