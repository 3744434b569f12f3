//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const SEMAPHORE: Demo = Demo::at(env!("CARGO_BIN_EXE_semaphore"));

#[test]
fn list_names_the_ideas_and_each_plays_alone() {
    SEMAPHORE.plays_each_alone(&[
        "counter",
        "acquire",
        "release",
        "bounded",
        "pool",
        "full-pool",
        "plain-rust",
    ]);
}

#[test]
fn every_item_of_the_section_is_printed() {
    let expected = [
        "§2.6 Counter · 内部计数器",
        "acquired twice: try_acquire returns false",
        "released once:  try_acquire returns true",
        "the value -1:   ValueError: semaphore initial value must be >= 0",
        "one permit: try_acquire returns true",
        "no permit:  try_acquire returns false",
        "no permit:  acquire_timeout(20 ms) returns false",
        "no permit:  acquire blocks",
        "released:   the waiter acquires the permit",
        "threads 1, 2 and 3 block: the value is 0",
        "release_many(2): threads 1 and 2 acquire, still blocked: 1",
        "release_many(0): ValueError: n must be one or more",
        "Semaphore(2), released without acquire: 3 permits",
        "BoundedSemaphore(2): ValueError: Semaphore released too many times",
        "its value is unchanged: 2 permits",
        "5 clients need 2 connections",
        "all clients are served, idle connections: 2",
        "connections in use: 2",
        "5 clients block: no connection is idle",
        "the connections are returned: all clients are served",
        "all clients are served, connections in the channel: 2",
    ];
    assert_in_order(&SEMAPHORE.lines(&[]), &expected);
}

#[test]
fn pool_serves_all_clients_with_its_connections_whatever_the_seed() {
    for (connections, clients) in [("1", "20"), ("3", "50"), ("4", "2")] {
        for seed in ["0", "1", "18446744073709551615"] {
            let sizes = ["--connections", connections, "--clients", clients];
            let ideas = ["pool", "full-pool", "plain-rust", "--seed", seed];
            let expected = [
                format!("all clients are served, idle connections: {connections}"),
                format!("connections in use: {connections}"),
                format!("{clients} clients block: no connection is idle"),
                format!("all clients are served, connections in the channel: {connections}"),
            ];
            let printed = SEMAPHORE.lines(&[&sizes[..], &ideas].concat());
            assert_in_order(&printed, &expected.each_ref().map(String::as_str));
        }
    }
}

#[test]
fn every_run_prints_the_same() {
    SEMAPHORE.prints_the_same(&[], 20);
    let [one, two] = ["1", "2"].map(|seed| SEMAPHORE.lines(&["--seed", seed]));
    assert_eq!(one, two);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    SEMAPHORE.refuses(&["--connections", "0"]);
    SEMAPHORE.refuses(&["--connections=-1"]);
    SEMAPHORE.refuses(&["--connections"]);
    SEMAPHORE.refuses(&["--clients", "1001"]);
    SEMAPHORE.refuses(&["--clients", "many"]);
    SEMAPHORE.refuses(&["--seed", "-1"]);
    SEMAPHORE.refuses(&["--fast"]);
    SEMAPHORE.refuses(&["stray"]);
}

#[test]
fn a_closed_pipe_ends_the_demo_quietly() {
    SEMAPHORE.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    SEMAPHORE.explains(&[
        "--connections N",
        "--clients N",
        "--seed N",
        "--list",
        "--help",
    ]);
}
