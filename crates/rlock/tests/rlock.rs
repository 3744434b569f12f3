//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const RLOCK: Demo = Demo::at(env!("CARGO_BIN_EXE_rlock"));

#[test]
fn only_the_owner_releases_it() {
    let expected = [
        "§2.4 Owner · 所属线程",
        "main acquires it:     RLock { held: true, owner: Some(main), level: 1, waiting: 0 }",
        "another releases it:  RuntimeError: cannot release un-acquired lock",
        "main still holds it:  RLock { held: true, owner: Some(main), level: 1, waiting: 0 }",
        "main releases it:     released",
        "main does so again:   RuntimeError: cannot release un-acquired lock",
    ];
    assert_in_order(&RLOCK.lines(&[]), &expected);
}

#[test]
fn the_owner_acquires_again_where_a_lock_blocks_itself() {
    let expected = [
        "§2.4 Acquire again · 重入",
        "a Lock, held:   acquire_timeout(20 ms) false",
        "an RLock, held: acquire_timeout(20 ms) true",
        "afterwards:     RLock { held: true, owner: Some(main), level: 2, waiting: 0 }",
    ];
    assert_in_order(&RLOCK.lines(&[]), &expected);
}

#[test]
fn nobody_else_has_it_before_the_last_release() {
    let expected = [
        "§2.4 One release for each acquire · 递归等级",
        "acquired: RLock { held: true, owner: Some(main), level: 3, waiting: 0 }",
        "released 1 of 3, another thread tries: false",
        "released 2 of 3, another thread tries: false",
        "released 3 of 3, another thread tries: true",
    ];
    assert_in_order(&RLOCK.lines(&[]), &expected);
}

#[test]
fn as_many_releases_as_levels() {
    let printed = RLOCK.lines(&["--levels", "12"]);
    let tries = printed.iter().filter(|line| line.starts_with("released "));
    let tries: Vec<_> = tries.map(|line| line.ends_with(": true")).collect();
    assert_eq!(tries.len(), 12);
    assert_eq!(tries.iter().position(|&got| got), Some(11));
    assert_in_order(
        &RLOCK.lines(&["--levels=1"]),
        &["released 1 of 1, another thread tries: true"],
    );
}

#[test]
fn guards_and_methods_nest() {
    let expected = [
        "§2.4 Guards nest · with 语句的嵌套",
        "outer block: RLock { held: true, owner: Some(main), level: 1, waiting: 0 }",
        "inner block: RLock { held: true, owner: Some(main), level: 2, waiting: 0 }",
        "outer block: RLock { held: true, owner: Some(main), level: 1, waiting: 0 }",
        "outside:     RLock { held: false, owner: None, level: 0, waiting: 0 }",
        "§2.4 Why one wants it · 加锁的方法互相调用",
        "adding 200: may another thread look? false",
        "adding 40000: may another thread look? false",
        "all added: may another thread look? true",
        "3 pages, 43200 bytes",
        "§2.4 Plain Rust · Mutex 与 &mut",
        "a Mutex that main holds: try_lock false",
        "3 pages, 43200 bytes",
    ];
    assert_in_order(&RLOCK.lines(&[]), &expected);
}

#[test]
fn the_same_every_time() {
    RLOCK.prints_the_same(&[], 10);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    RLOCK.refuses(&["--levels", "0"]);
    RLOCK.refuses(&["--levels", "1001"]);
    RLOCK.refuses(&["--levels", "many"]);
    RLOCK.refuses(&["--levels"]);
    RLOCK.refuses(&["--fast"]);
    RLOCK.refuses(&["stray"]);
}

#[test]
fn a_reader_who_goes_is_no_failure() {
    RLOCK.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    let help = RLOCK.lines(&["--help"]).join("\n");
    assert!(help.contains("--levels N"));
}
