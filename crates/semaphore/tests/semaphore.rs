//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const SEMAPHORE: Demo = Demo::at(env!("CARGO_BIN_EXE_semaphore"));

#[test]
fn every_item_of_the_section_is_printed() {
    let expected = [
        "§2.6 Counter · 内部计数器",
        "acquired twice:  Semaphore { value: 0, waiting: 0 }",
        "released once:   Semaphore { value: 1, waiting: 0 }",
        "below zero:      ValueError: semaphore initial value must be >= 0",
        "one left:  try_acquire true",
        "none left: try_acquire false",
        "none left: acquire_timeout(20 ms) false",
        "none left: acquire waits: Semaphore { value: 0, waiting: 1 }",
        "released:  the waiter has it: Semaphore { value: 0, waiting: 0 }",
        "three threads wait: Semaphore { value: 0, waiting: 3 }",
        "released 2: threads [1, 2] went on: Semaphore { value: 0, waiting: 1 }",
        "released 0: ValueError: n must be one or more",
        "nobody had acquired, and it says nothing: Semaphore { value: 3, waiting: 0 }",
        "ValueError: Semaphore released too many times",
        "and the value is unchanged: BoundedSemaphore { value: 2, initial: 2, waiting: 0 }",
        "all have come: BoundedSemaphore { value: 0, initial: 2, waiting: 3 }",
        "clients served: 5",
        "most connections in use at once: 2",
        "all are back:  BoundedSemaphore { value: 2, initial: 2, waiting: 0 }",
        "clients served by a channel of connections: 5",
        "connections back in it: 2",
    ];
    assert_in_order(&SEMAPHORE.lines(&[]), &expected);
}

#[test]
fn there_are_never_more_inside_than_connections_and_all_are_served() {
    for (connections, clients, most) in [("1", "20", "1"), ("3", "50", "3"), ("4", "2", "2")] {
        let arguments = ["--connections", connections, "--clients", clients];
        let expected = [
            format!("clients served: {clients}"),
            format!("most connections in use at once: {most}"),
            format!("clients served by a channel of connections: {clients}"),
        ];
        let expected = expected.each_ref().map(String::as_str);
        assert_in_order(&SEMAPHORE.lines(&arguments), &expected);
    }
}

#[test]
fn it_prints_the_same_every_time() {
    SEMAPHORE.prints_the_same(&[], 20);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    SEMAPHORE.refuses(&["--connections", "0"]);
    SEMAPHORE.refuses(&["--connections=-1"]);
    SEMAPHORE.refuses(&["--connections"]);
    SEMAPHORE.refuses(&["--clients", "1001"]);
    SEMAPHORE.refuses(&["--clients", "many"]);
    SEMAPHORE.refuses(&["--fast"]);
    SEMAPHORE.refuses(&["stray"]);
}

#[test]
fn a_reader_who_goes_is_no_failure() {
    SEMAPHORE.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    let help = SEMAPHORE.lines(&["--help"]).join("\n");
    assert!(help.contains("--connections N") && help.contains("--clients N"));
}
