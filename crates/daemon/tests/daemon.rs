//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const DAEMON: Demo = Demo::at(env!("CARGO_BIN_EXE_daemon"));

#[test]
fn list_names_the_ideas_and_each_plays_alone() {
    DAEMON.plays_each_alone(&[
        "no-daemon",
        "daemon",
        "after-main",
        "abandoned",
        "inherited",
        "shutdown",
        "plain-rust",
    ]);
}

#[test]
fn without_daemons_the_program_continues_until_it_is_ended() {
    let printed = DAEMON.lines(&["no-daemon", "--lines", "20", "--unit", "10"]);
    assert_eq!(
        printed.last().unwrap(),
        "the program continues after main; it is ended here"
    );
    let lines = &printed[1..printed.len() - 1];
    assert_eq!(lines.len(), 20, "{printed:#?}");
    for n in 1..=3 {
        let line = format!("{n}: active threads: 3"); // main has ended
        assert!(lines.contains(&line), "{printed:#?}");
    }
}

#[test]
fn with_daemons_the_program_ends_with_main_and_cuts_no_line() {
    for (idea, form) in [("daemon", "_: active threads: _"), ("plain-rust", "_")].repeat(20) {
        let printed = DAEMON.lines(&[idea, "--unit", "1000"]);
        let [_, lines @ .., end] = &*printed else {
            panic!("{printed:#?}");
        };
        assert_eq!(end, "the program ended with main");
        assert!(lines.len() <= 3, "{printed:#?}");
        for line in lines {
            assert_eq!(line.replace(|char: char| char.is_ascii_digit(), "_"), form);
        }
    }
}

#[test]
fn thread_continues_after_main_and_a_daemon_is_abandoned_every_time() {
    let expected = [
        "§2.2 After main · 主线程终止之后",
        "main ends",
        "the thread continues, active threads: 1",
        "the thread has ended: the program ends",
        "",
        "§2.2 Abandoned · 程序不等待守护线程",
        "main ends",
        "the program ends, daemon alive: true",
    ];
    for _ in 0..20 {
        assert_eq!(DAEMON.lines(&["after-main", "abandoned"]), expected);
    }
}

#[test]
fn every_item_of_the_section_is_printed() {
    let expected = [
        "§2.2 daemon = false · 非守护线程",
        "the program continues after main; it is ended here",
        "§2.2 daemon = true · 守护线程",
        "the program ended with main",
        "§2.2 Inherited · 继承",
        "daemon: maker false, made false",
        "daemon: maker true, made true",
        "§2.2 Graceful shutdown · 优雅关闭",
        "the thread finishes its work and ends",
        "main has joined it: the program can end",
        "§2.2 Plain Rust · main 返回，程序即结束",
        "the program ended with main",
    ];
    assert_in_order(&DAEMON.lines(&[]), &expected);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    DAEMON.refuses(&["--program", "perhaps"]);
    DAEMON.refuses(&["--program"]);
    DAEMON.refuses(&["--program", "true", "shutdown"]);
    DAEMON.refuses(&["--lines", "0"]);
    DAEMON.refuses(&["--unit=soon"]);
    DAEMON.refuses(&["--fast"]);
    DAEMON.refuses(&["stray"]);
}

#[test]
fn closed_pipe_ends_the_demo_and_the_endless_program_quietly() {
    DAEMON.stops_quietly_at_a_closed_pipe(&[]);
    DAEMON.stops_quietly_at_a_closed_pipe(&["--program", "false", "--unit", "1"]);
}

#[test]
fn help_names_every_option() {
    DAEMON.explains(&[
        "--unit N",
        "--lines N",
        "--program NAME",
        "--list",
        "--help",
    ]);
}
