//! The command line of the demo.

use common::testing::Demo;

const QUEUE: Demo = Demo::at(env!("CARGO_BIN_EXE_queue"));

#[test]
fn ideas_print_the_same_in_every_run() {
    let list = QUEUE.lines(&["--list"]);
    let names = list.iter().filter_map(|line| line.split(' ').next());
    // The pages of `frontier` are printed in order of completion.
    let names: Vec<_> = names.filter(|&name| name != "frontier").collect();
    QUEUE.prints_the_same(&names, 10);
}

#[test]
fn wrong_arguments_print_one_line_and_exit_with_2() {
    QUEUE.refuses(&["stray"]);
    QUEUE.refuses(&["--fast"]);
    QUEUE.refuses(&["kinds", "stray"]);
    QUEUE.refuses(&["--workers", "0"]);
    QUEUE.refuses(&["--workers", "1001"]);
    QUEUE.refuses(&["--workers"]);
    QUEUE.refuses(&["--items", "none"]);
    QUEUE.refuses(&["worker", "--items=0"]);
    QUEUE.refuses(&["buffer", "--maxsize", "0"]);
    QUEUE.refuses(&["buffer", "--maxsize=-1"]);
    QUEUE.refuses(&["--seed", "-1"]);
}

#[test]
fn closed_pipe_ends_the_demo_without_an_error() {
    for arguments in [&[][..], &["worker", "--items", "5000"], &["crawl"]] {
        QUEUE.stops_quietly_at_a_closed_pipe(arguments);
    }
}

#[test]
fn help_lists_every_option() {
    QUEUE.explains(&[
        "crawl [OPTIONS] URL...",
        "--items N",
        "--workers N",
        "--maxsize N",
        "--seed N",
        "--list",
        "--help",
    ]);
}
