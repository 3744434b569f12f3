//! Python and Rust in two columns.

use super::super::page::Page;
use super::super::side_by_side::{ideas, side_by_side};
use super::{PAGE, Played};
use crate::root;
use common::testing::columns;

/// The topics of the notes.
const TOPICS: [&str; 12] = [
    "threads",
    "daemon",
    "join",
    "lock",
    "rlock",
    "condition",
    "semaphore",
    "event",
    "timer",
    "barrier",
    "pool",
    "queue",
];

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[test]
fn idea_is_its_heading_and_what_python_and_rust_print() {
    let page = Page::parse("docs/adding.md".into(), PAGE);
    let python = "print('snake')\n\n$ python3\nsnake\n\n";
    let rust = "\
/// Adds.
#[inline]
fn add(counter: &mut u32) {
    *counter += 1; // [..]
}

$ cargo run -p demo -- --times 2
two
took 17 ms

$ cargo run -p demo -- --times 0
demo: no
[exit code: 2]

$ cargo run -p demo
second
first

";
    let expected = ["# Adding", python, rust].map(lines);
    assert_eq!(ideas(&page, &Played).collect::<Vec<_>>(), [expected]);
}

#[test]
fn columns_are_aligned_with_wide_characters_and_cut_at_spaces() {
    let long = "a long line, which is cut at a space before it exceeds the column";
    let left = lines(&format!("§2.4 锁 · Lock\n{long}\n{}", "锁".repeat(20)));
    let right = lines("1\n2\n3\n4\n5\n6");
    let expected = "\
§2.4 锁 · Lock                         │ 1
a long line, which is cut at a space   │ 2
before it exceeds the column           │ 3
锁锁锁锁锁锁锁锁锁锁锁锁锁锁锁锁锁锁锁 │ 4
锁                                     │ 5
                                       │ 6";
    assert_eq!(side_by_side(&left, &right, 80), lines(expected));
    let wide = side_by_side(&right, &left, 80);
    assert!(wide.iter().all(|line| columns(line) <= 80), "{wide:#?}");
}

#[test]
fn texts_are_stacked_below_80_columns() {
    let [left, right] = ["1\n2", "3"].map(lines);
    assert_eq!(side_by_side(&left, &right, 79), ["1", "2", "3"]);
    assert_eq!(side_by_side(&[], &right, 80), ["3"]);
}

#[test]
fn every_topic_has_python_and_rust_to_compare() {
    for topic in TOPICS {
        let page = Page::read(&root(), format!("docs/{topic}.md")).expect("the page");
        let compared = ideas(&page, &Played).filter(|[_, python, _]| !python.is_empty());
        assert!(compared.count() > 0, "{topic}");
    }
}
