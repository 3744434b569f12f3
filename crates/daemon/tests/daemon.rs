//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const DAEMON: Demo = Demo::at(env!("CARGO_BIN_EXE_daemon"));

/// What the three threads print while main is there.
const BEFORE: [&str; 6] = [
    "1: active threads: 4",
    "2: active threads: 4",
    "3: active threads: 4",
    "1: active threads: 4",
    "1: active threads: 4",
    "2: active threads: 4",
];

/// What they print from then on, without it.
const AFTER: [&str; 8] = [
    "1: active threads: 3",
    "3: active threads: 3",
    "1: active threads: 3",
    "2: active threads: 3",
    "1: active threads: 3",
    "1: active threads: 3",
    "2: active threads: 3",
    "3: active threads: 3",
];

#[test]
fn the_program_goes_on_after_main_until_the_last_thread_that_is_no_daemon_has_ended() {
    let printed = DAEMON.lines(&["--daemon", "false", "--unit", "0"]);
    let expected = [&BEFORE[..], &["main ends"], &AFTER, &["the program ends"]];
    assert_eq!(printed, expected.concat());
}

#[test]
fn daemons_die_with_the_program_when_main_ends() {
    let printed = DAEMON.lines(&["--daemon", "true", "--unit", "0"]);
    let expected = [&BEFORE[..], &["main ends", "the program ends"]];
    assert_eq!(printed, expected.concat());
}

#[test]
fn daemons_that_would_go_on_for_ever_keep_no_program_alive() {
    let printed = DAEMON.lines(&["--daemon=true", "--unit=0", "--rounds=0"]);
    assert_eq!(printed.last().unwrap(), "the program ends");
}

#[test]
fn in_plain_rust_every_thread_dies_with_main() {
    let printed = DAEMON.lines(&["--plain", "--unit", "0"]);
    let end = "main ends, and the program with it";
    assert_eq!(printed, ["1", "2", "3", "1", "1", "2", end]);
}

#[test]
fn the_tour_shows_both_endings_and_plain_rust() {
    let expected = [
        "§2.2 daemon = false · 非守护线程",
        "main ends",
        "3: active threads: 3",
        "the program ends",
        "§2.2 daemon = true · 守护线程",
        "main ends",
        "the program ends",
        "§2.2 Inherited · 继承",
        "daemon: false, and so is a thread that it makes: false",
        "daemon: true, and so is a thread that it makes: true",
        "§2.2 Plain Rust · main 返回，程序即结束",
        "main ends, and the program with it",
        "§2.2 Plain Rust: scope · 作用域线程",
        "main goes on, once all three have ended",
    ];
    assert_in_order(&DAEMON.lines(&["--unit", "1"]), &expected);
}

#[test]
fn threads_that_end_before_main_are_waited_for_by_nobody() {
    for daemon in ["false", "true"] {
        let printed = DAEMON.lines(&["--daemon", daemon, "--unit=0", "--rounds=1"]);
        let end = ["main ends", "the program ends"];
        assert_eq!(printed, [&BEFORE[..3], &end].concat());
    }
}

#[test]
fn it_prints_the_same_every_time() {
    DAEMON.prints_the_same(&["--unit", "1"], 10);
    DAEMON.prints_the_same(&["--daemon", "true", "--unit", "0"], 20);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    DAEMON.refuses(&["--daemon", "perhaps"]);
    DAEMON.refuses(&["--daemon"]);
    DAEMON.refuses(&["--rounds", "-1"]);
    DAEMON.refuses(&["--unit=soon"]);
    DAEMON.refuses(&["--fast"]);
    DAEMON.refuses(&["stray"]);
}

#[test]
fn a_reader_who_goes_is_no_failure() {
    DAEMON.stops_quietly_at_a_closed_pipe(&["--unit", "1"]);
    DAEMON.stops_quietly_at_a_closed_pipe(&["--daemon", "false", "--rounds", "0", "--unit", "0"]);
}

#[test]
fn help_names_every_option() {
    let help = DAEMON.lines(&["--help"]).join("\n");
    for option in [
        "--daemon true|false",
        "--plain",
        "--rounds N",
        "--unit MILLISECONDS",
    ] {
        assert!(help.contains(option), "{option}");
    }
}
