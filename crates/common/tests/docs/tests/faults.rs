//! One thing changes, and the fault is found where it is.

use super::Site;

#[track_caller]
fn assert_fault(fault: &str, place: &str, reason: &str) {
    assert!(
        fault.starts_with(&format!("{place}: ")) && fault.contains(reason),
        "{fault}"
    );
}

#[test]
fn one_letter_of_an_output() {
    let site = Site::new("one_letter_of_an_output");
    site.change("docs/adding.md", "two", "twq");
    assert_fault(
        &site.only_fault(),
        "docs/adding.md:14",
        "- twq\n        1 + two",
    );
}

#[test]
fn one_letter_of_lines_in_any_order() {
    let site = Site::new("one_letter_of_lines_in_any_order");
    site.change("docs/adding.md", "second", "secomd");
    assert_fault(&site.only_fault(), "docs/adding.md:25", "+ second");
}

#[test]
fn an_exit_code() {
    let site = Site::new("an_exit_code");
    site.change("docs/zh/adding.md", "code: 2", "code: 1");
    assert_fault(
        &site.only_fault(),
        "docs/zh/adding.md:19",
        "+ [exit code: 2]",
    );
}

#[test]
fn one_letter_of_the_output_of_python() {
    let site = Site::new("one_letter_of_the_output_of_python");
    site.change("docs/adding.md", "\nsnake", "\nsmake");
    assert_fault(&site.only_fault(), "docs/adding.md:39", "+ snake");
}

#[test]
fn one_letter_of_an_excerpt_in_both_languages() {
    let site = Site::new("one_letter_of_an_excerpt");
    site.change("docs/adding.md", "+= 1", "+= 2");
    site.change("docs/zh/adding.md", "+= 1", "+= 2");
    let faults = site.faults();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert_fault(&faults[0], "docs/adding.md:8", "+     *counter += 1;");
    assert_fault(&faults[1], "docs/zh/adding.md:8", "+     *counter += 1;");
}

#[test]
fn code_that_changed_under_its_excerpt() {
    let site = Site::new("code_that_changed");
    site.change("crates/demo/src/main.rs", "[..]", "anything");
    assert_eq!(site.faults().len(), 2, "in code, [..] is no wildcard");
}

#[test]
fn an_excerpt_of_nothing() {
    let site = Site::new("an_excerpt_of_nothing");
    site.change("crates/demo/src/main.rs", "fn add(", "fn added(");
    let faults = site.faults();
    assert_fault(
        &faults[0],
        "docs/adding.md:4",
        "crates/demo/src/main.rs: there is no 'fn add'",
    );
}

#[test]
fn an_excerpt_of_no_file() {
    let site = Site::new("an_excerpt_of_no_file");
    site.change(
        "README.md",
        "# A demo",
        "<!-- excerpt: demo.rs fn add -->\n```rust\n```",
    );
    assert_fault(&site.only_fault(), "README.md:2", "demo.rs: ");
}

#[test]
fn rust_that_is_no_excerpt() {
    let site = Site::new("rust_that_is_no_excerpt");
    site.change("README.md", "# A demo", "```rust\n```");
    assert_fault(&site.only_fault(), "README.md:1", "Rust without a mark");
}

#[test]
fn a_block_missing_from_one_language() {
    let site = Site::new("a_block_missing");
    site.change(
        "docs/zh/adding.md",
        "```console unordered\n$ cargo run -p demo\nfirst\nsecond\n```\n",
        "",
    );
    let fault = site.only_fault();
    assert_fault(
        &fault,
        "docs/zh/adding.md:24",
        "docs/adding.md has\nline 23: cargo run -p demo\n",
    );
    assert!(
        fault.ends_with("line 24: cargo test --workspace"),
        "{fault}"
    );
}

#[test]
fn python_that_differs_between_the_languages() {
    let site = Site::new("python_that_differs");
    site.change("docs/zh/adding.md", "print('snake')", "print(\"snake\")");
    assert_fault(
        &site.only_fault(),
        "docs/zh/adding.md:33",
        "where this page has",
    );
}

#[test]
fn a_page_missing_from_either_language() {
    let site = Site::new("a_page_missing");
    site.write("docs/english.md", "# Only here\n");
    site.write("docs/zh/chinese.md", "# Only here\n");
    let faults = site.faults();
    assert_fault(
        &faults[0],
        "docs/english.md:1",
        "there is no docs/zh/english.md",
    );
    assert_fault(
        &faults[1],
        "docs/zh/chinese.md:1",
        "there is no docs/chinese.md",
    );
}

#[test]
fn a_command_that_nobody_knows() {
    let site = Site::new("a_command_that_nobody_knows");
    site.change(
        "README.md",
        "# A demo",
        "```console\n$ make\n$ cargo run -p a | b\n```",
    );
    let faults = site.faults();
    assert_fault(&faults[0], "README.md:2", "'make' is neither");
    assert_fault(&faults[1], "README.md:3", "needs a shell");
}

#[test]
fn links_that_lead_nowhere() {
    let site = Site::new("links_that_lead_nowhere");
    let links = "[a](docs/none.md) [b](docs/adding.md#none) `[no](link)`\n[c][none]";
    site.change("README.md", "# A demo", links);
    let faults = site.faults();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert_fault(&faults[0], "README.md:1", "no such file");
    assert_fault(&faults[1], "README.md:1", "no such heading");
    assert_fault(&faults[2], "README.md:2", "refers to nothing");
}

#[test]
fn a_line_of_the_contract_that_no_test_holds() {
    let site = Site::new("a_line_of_the_contract");
    site.change("crates/demo/tests/demo.rs", "fn it_adds", "fn it_subtracts");
    let faults = site.faults();
    assert_eq!(faults.len(), 4, "two lines, two languages: {faults:?}");
    assert_fault(
        &faults[1],
        "docs/semantics.md:5",
        "there is no 'fn it_adds'",
    );

    let site = Site::new("a_line_of_the_contract");
    for page in ["docs/semantics.md", "docs/zh/semantics.md"] {
        site.change(page, "[`it_adds`][demo]", "[`helper`][demo]")
            .change(page, "[`it_adds`][demo]", "");
    }
    let faults = site.faults();
    assert_fault(&faults[0], "docs/semantics.md:3", "'helper' is not a test");
    assert_fault(&faults[1], "docs/semantics.md:4", "no test holds line 3");
}

#[test]
fn all_faults_are_told_at_once() {
    let site = Site::new("all_faults_are_told_at_once");
    site.change("docs/adding.md", "two", "2")
        .change("docs/adding.md", "first", "1st");
    site.change("README.md", "docs/", "dogs/");
    assert_eq!(site.faults().len(), 3);
}
