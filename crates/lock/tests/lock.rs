//! The output of the demo.

use common::testing::{Demo, assert_in_order, assert_narrow, assert_rustc_refuses};

const LOCK: Demo = Demo::at(env!("CARGO_BIN_EXE_lock"));

#[test]
fn demo_follows_the_conventions() {
    LOCK.follows_conventions(
        &[
            "no-lock",
            "lock",
            "lost-update",
            "rustc",
            "guard",
            "panic",
            "any-thread",
            "unlocked",
            "timeout",
            "self-deadlock",
            "deadlock",
            "lock-order",
            "plain-rust",
        ],
        &["--threads N", "--times N"],
        &[
            "--threads 0",
            "--threads 1001",
            "--threads",
            "--times many",
            "--times=-1",
        ],
    );
}

#[test]
fn ideas_run_in_their_order_in_any_order_of_the_arguments() {
    let expected = [
        "§2.4 Lock · 原始锁",
        "main 20",
        "",
        "§2.4 RuntimeError · 释放非锁定的锁",
        "RuntimeError: release unlocked lock",
    ];
    assert_eq!(LOCK.lines(&["unlocked", "--times=10", "lock"]), expected);
}

#[test]
fn locked_sum_is_right_and_unlocked_sum_is_at_most_that_every_time() {
    for _ in 0..5 {
        let printed = LOCK.lines(&["no-lock", "lock"]);
        let sums = printed.iter().filter_map(|line| line.split_once("main "));
        let sums: Vec<u32> = sums.map(|(_, sum)| sum.parse().unwrap()).collect();
        assert!(matches!(*sums, [1..=2_000_000, 2_000_000]), "{sums:?}");
    }
}

#[test]
fn lost_update_loses_all_additions_but_one_every_time() {
    for threads in [1, 2, 8] {
        let printed = LOCK.lines(&["lost-update", "--threads", &threads.to_string()]);
        let reads = vec!["reads 0"; threads];
        assert_eq!(printed[1..=threads], reads, "before any thread writes");
        let sum = format!("threads that add 1: {threads}, number: 1");
        assert_eq!(printed.last(), Some(&sum));
    }
}

#[test]
fn run_prints_every_item_of_the_section() {
    let expected = [
        "main 20",
        "threads that add 1: 2, number: 1",
        "in the block, locked: true",
        "after it, locked: false",
        "the block panicked: true",
        "after it, locked: false",
        "thread 1 blocks: the main thread holds the lock",
        "thread 2 releases the lock: thread 1 acquires it",
        "RuntimeError: release unlocked lock",
        "unlocked: try_acquire returns true",
        "locked:   try_acquire returns false",
        "locked:   acquire_timeout(20 ms) returns false",
        "the thread holds the lock and acquires it again before the timeout: false",
        "thread 1 holds A and acquires B before the timeout: false",
        "thread 2 holds B and acquires A before the timeout: false",
        "both threads acquire A before B: both threads end",
        "Mutex<u64>: 20",
        "AtomicU64:  20",
    ];
    assert_in_order(&LOCK.lines(&["--times", "10"]), &expected);
}

#[test]
fn plain_global_does_not_compile() {
    assert_rustc_refuses(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/compile_fail/plain_global.rs"
    ));
}

#[test]
fn timeline_of_the_deadlock_names_its_threads_and_locks() {
    let lines = LOCK.lines(&["deadlock", "--timeline"]);
    let cycle = [
        "deadlock: thread 1 waits for B, which thread 2 holds",
        "deadlock: thread 2 waits for A, which thread 1 holds",
    ];
    assert_in_order(&lines, &cycle);
    assert!(
        lines.iter().any(|line| line.contains("▒acquire B▒")),
        "{lines:#?}"
    );
}

#[test]
fn timeline_fits_a_terminal_of_80_columns_and_a_narrow_one() {
    let lines = LOCK.lines(&["deadlock", "lost-update", "any-thread", "--timeline"]);
    let drawn: Vec<String> = lines
        .into_iter()
        .filter(|line| line.contains(['▓', '░']))
        .collect();
    assert!(drawn.len() > 10, "{drawn:#?}");
    assert_narrow(&drawn, 80);
}

#[test]
fn timeline_into_a_file_is_an_svg_of_one_idea() {
    let file = std::env::temp_dir().join(format!("lock-{}.svg", std::process::id()));
    let name = file.to_str().expect("the directory has a name in UTF-8");
    LOCK.refuses(&["--timeline", name]);
    LOCK.refuses(&["deadlock", "lock-order", "--timeline", name]);
    LOCK.run(&["deadlock", "--timeline", name]);
    let svg = std::fs::read_to_string(&file).expect("the file is written");
    std::fs::remove_file(&file).expect("the file is there");
    for part in [
        "<svg ",
        "<title>§2.4 Deadlock",
        "<desc>",
        "thread 1 waits for B",
        "</svg>\n",
    ] {
        assert!(svg.contains(part), "{part}: {svg}");
    }
    assert!(svg.len() < 10_000 && !svg.contains("<script"), "{svg}");
}
