//! The output of the demo.

use common::testing::{Demo, assert_in_order};

const DAEMON: Demo = Demo::at(env!("CARGO_BIN_EXE_daemon"));

#[test]
fn demo_follows_the_conventions() {
    DAEMON.follows_conventions(
        &[
            "no-daemon",
            "daemon",
            "after-main",
            "abandoned",
            "inherited",
            "shutdown",
            "plain-rust",
        ],
        &["--unit N", "--lines N", "--program NAME"],
        &[
            "--program perhaps",
            "--program",
            "--program true shutdown",
            "--lines 0",
            "--unit=soon",
        ],
    );
}

#[test]
fn program_without_daemons_continues_after_main() {
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
fn program_with_daemons_ends_with_main_and_cuts_no_line() {
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
fn run_prints_every_item_of_the_section() {
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
fn closed_pipe_ends_the_endless_program_quietly() {
    DAEMON.stops_quietly_at_a_closed_pipe(&["--program", "false", "--unit", "1"]);
}
