//! Each test changes one thing, and checks that the fault is found at its place.

use super::Site;

#[track_caller]
fn assert_fault(fault: &str, place: &str, reason: &str) {
    assert!(
        fault.starts_with(&format!("{place}: ")) && fault.contains(reason),
        "{fault}"
    );
}

#[test]
fn changed_letter_in_an_output_is_a_fault() {
    let site = Site::new("changed_letter_in_an_output_is_a_fault");
    site.change("docs/adding.md", "two", "twq");
    assert_fault(
        &site.only_fault(),
        "docs/adding.md:14",
        "- twq\n        1 + two",
    );
}

#[test]
fn changed_letter_in_unordered_output_is_a_fault() {
    let site = Site::new("changed_letter_in_unordered_output_is_a_fault");
    site.change("docs/adding.md", "second", "secomd");
    assert_fault(&site.only_fault(), "docs/adding.md:25", "+ second");
}

#[test]
fn wrong_exit_code_is_a_fault() {
    let site = Site::new("wrong_exit_code_is_a_fault");
    site.change("docs/zh/adding.md", "code: 2", "code: 1");
    assert_fault(
        &site.only_fault(),
        "docs/zh/adding.md:19",
        "+ [exit code: 2]",
    );
}

#[test]
fn changed_letter_in_the_output_of_python_is_a_fault() {
    let site = Site::new("changed_letter_in_the_output_of_python_is_a_fault");
    site.change("docs/adding.md", "\nsnake", "\nsmake");
    assert_fault(&site.only_fault(), "docs/adding.md:39", "+ snake");
}

#[test]
fn changed_letter_in_an_excerpt_is_a_fault_in_both_languages() {
    let site = Site::new("one_letter_of_an_excerpt");
    site.change("docs/adding.md", "+= 1", "+= 2");
    site.change("docs/zh/adding.md", "+= 1", "+= 2");
    let faults = site.faults();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert_fault(&faults[0], "docs/adding.md:8", "+     *counter += 1;");
    assert_fault(&faults[1], "docs/zh/adding.md:8", "+     *counter += 1;");
}

#[test]
fn changed_code_is_a_fault_of_its_excerpt() {
    let site = Site::new("code_that_changed");
    site.change("crates/demo/src/main.rs", "[..]", "anything");
    assert_eq!(site.faults().len(), 2, "in code, [..] is no wildcard");
}

#[test]
fn excerpt_of_a_missing_item_is_a_fault() {
    let site = Site::new("excerpt_of_a_missing_item_is_a_fault");
    site.change("crates/demo/src/main.rs", "fn add(", "fn added(");
    let faults = site.faults();
    assert_fault(
        &faults[0],
        "docs/adding.md:4",
        "crates/demo/src/main.rs: there is no 'fn add'",
    );
}

#[test]
fn excerpt_of_a_missing_file_is_a_fault() {
    let site = Site::new("excerpt_of_a_missing_file_is_a_fault");
    site.change(
        "README.md",
        "# A demo",
        "<!-- excerpt: demo.rs fn add -->\n```rust\n```",
    );
    assert_fault(&site.only_fault(), "README.md:2", "demo.rs: ");
}

#[test]
fn rust_block_that_is_not_an_excerpt_is_a_fault() {
    let site = Site::new("rust_block_that_is_not_an_excerpt_is_a_fault");
    site.change("README.md", "# A demo", "```rust\n```");
    assert_fault(&site.only_fault(), "README.md:1", "Rust without a mark");
}

#[test]
fn block_missing_from_one_language_is_a_fault() {
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
fn python_that_differs_between_languages_is_a_fault() {
    let site = Site::new("python_that_differs");
    site.change("docs/zh/adding.md", "print('snake')", "print(\"snake\")");
    assert_fault(
        &site.only_fault(),
        "docs/zh/adding.md:33",
        "where this page has",
    );
}

#[test]
fn page_missing_from_either_language_is_a_fault() {
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
fn page_missing_from_a_table_of_contents_is_a_fault() {
    let site = Site::new("a_page_not_in_a_summary");
    for path in ["docs/SUMMARY.md", "docs/zh/SUMMARY.md"] {
        site.change(path, "- [Adding](adding.md)\n", "");
    }
    let faults = site.faults();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert_fault(&faults[0], "docs/adding.md:1", "docs/SUMMARY.md names");
    assert_fault(
        &faults[1],
        "docs/zh/adding.md:1",
        "docs/zh/SUMMARY.md names",
    );
}

#[test]
fn tables_of_contents_in_different_orders_are_a_fault() {
    let site = Site::new("tables_of_contents");
    let swapped = "- [规则](semantics.md)\n- [加法](adding.md)\n";
    site.write("docs/zh/SUMMARY.md", swapped);
    let fault = site.only_fault();
    assert_fault(&fault, "docs/zh/SUMMARY.md:1", "line 1: the page adding.md");
}

#[test]
fn command_missing_from_the_chinese_readme_is_a_fault() {
    let site = Site::new("a_command_of_the_readme");
    let readme = "# 示例\n\n```console\n$ cargo test\n```\n";
    site.write("README.md", readme);
    site.write("docs/README.md", "# Pages\n");
    site.write("docs/zh/README.md", "# 示例\n");
    for path in ["docs/SUMMARY.md", "docs/zh/SUMMARY.md"] {
        site.change(path, "- [Adding]", "[Index](README.md)\n\n- [Adding]");
    }
    assert_fault(&site.only_fault(), "docs/zh/README.md:2", "cargo test");
}

/// Adds an index in both languages, with the page `adding.md` in its head and rows.
fn site_with_an_index(test: &str) -> Site {
    let site = Site::new(test);
    let head = "# Adding\n\n*about 5 minutes · after [Rules](semantics.md)*\n";
    let index = "# Pages\n
| Notes | Page | Shows | Minutes | After |
| --- | --- | --- | --- | --- |
| §1 | [Adding](adding.md) | sums | 5 | [Rules](semantics.md) |

| Python | Rust | Demo |
| --- | --- | --- |
| `+` | `+=` | `demo add` |
| `++` | none |  |
";
    for language in ["docs", "docs/zh"] {
        site.change(&format!("{language}/adding.md"), "# Adding\n", head);
        site.write(&format!("{language}/README.md"), index);
        let summary = format!("{language}/SUMMARY.md");
        site.change(&summary, "- [Adding]", "[Index](README.md)\n\n- [Adding]");
    }
    assert_eq!(site.faults(), [""; 0]);
    site
}

#[test]
fn index_row_that_differs_from_the_head_of_its_page_is_a_fault() {
    for (from, to, reason) in [
        ("| 5 |", "| 6 |", "does not say 6 minutes"),
        ("[Rules](semantics.md) |\n", "|\n", "semantics.md"),
        ("(semantics.md) |", "(README.md) |", "semantics.md"),
    ] {
        let site = site_with_an_index("a_row_of_the_index");
        site.change("docs/README.md", from, to);
        assert_fault(&site.only_fault(), "docs/README.md:5", reason);
    }
}

#[test]
fn index_row_of_an_unknown_idea_is_a_fault() {
    let site = site_with_an_index("an_idea_that_does_not_exist");
    site.change("docs/zh/README.md", "`demo add`", "`demo ad`");
    assert_fault(
        &site.only_fault(),
        "docs/zh/README.md:9",
        "`demo --list` does not name 'ad'",
    );
}

#[test]
fn unknown_command_is_a_fault() {
    let site = Site::new("unknown_command_is_a_fault");
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
fn picture_that_differs_from_the_run_is_a_fault() {
    let site = Site::new("a_picture_otherwise");
    site.change("docs/pictures/add.svg", "now", "then");
    let faults = site.faults();
    assert_eq!(faults.len(), 2, "in both languages: {faults:#?}");
    assert_fault(&faults[0], "docs/adding.md:42", "'picture: demo add' draws");
    assert_eq!(site.repair(), [""; 0]);
    assert_eq!(site.read("docs/pictures/add.svg"), super::ADD);
}

#[test]
fn picture_of_a_race_that_is_not_a_timeline_is_a_fault() {
    let site = Site::new("a_picture_of_one_run");
    site.write("docs/pictures/race.svg", "<svg cut");
    assert_eq!(site.faults().len(), 2, "in both languages");
    assert_eq!(site.repair(), [""; 0]);
    assert_eq!(site.read("docs/pictures/race.svg"), super::ADD);
}

#[test]
fn picture_missing_from_one_language_is_a_fault() {
    let site = Site::new("a_picture_missing");
    let mark = "<!-- picture: demo add -->\n";
    site.change("docs/zh/adding.md", mark, "");
    assert!(site.only_fault().contains("picture: demo add"));
}

#[test]
fn link_without_a_target_is_a_fault() {
    let site = Site::new("link_without_a_target_is_a_fault");
    let links = "[a](docs/none.md) [b](docs/adding.md#none) `[no](link)`\n[c][none]";
    site.change("README.md", "# A demo", links);
    let faults = site.faults();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert_fault(&faults[0], "README.md:1", "no such file");
    assert_fault(&faults[1], "README.md:1", "no such heading");
    assert_fault(&faults[2], "README.md:2", "refers to nothing");
}

/// Changes both languages of the contract, and returns the faults in the English one.
fn faults_of_contract(test: &str, from: &str, to: &str) -> Vec<String> {
    let site = Site::new(test);
    for page in ["docs/semantics.md", "docs/zh/semantics.md"] {
        site.change(page, from, to);
    }
    let mut faults = site.faults();
    let all = faults.len();
    faults.retain(|fault| fault.starts_with("docs/semantics.md"));
    assert_eq!(2 * faults.len(), all, "the languages differ in nothing");
    faults
}

#[test]
fn missing_test_of_the_contract_is_a_fault() {
    let site = Site::new("a_test_of_the_contract");
    site.change("crates/demo/tests/demo.rs", "fn it_adds()", "fn it_sums()");
    let faults = site.faults();
    assert_eq!(faults.len(), 6, "three rows, two languages: {faults:?}");
    assert_fault(&faults[1], "docs/semantics.md:10", "no 'fn it_adds'");

    let faults = faults_of_contract("a_test_of_the_contract", "`it_adds`", "`helper`");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_fault(&faults[0], "docs/semantics.md:9", "'helper' is not a test");
}

#[test]
fn line_of_the_contract_without_tests_is_a_fault() {
    let row = "| 1 | [`it_adds`][demo] |";
    for (to, fault) in [
        ("", "docs/semantics.md:3"),
        ("| 1 | |", "docs/semantics.md:3"),
        ("| 1 | `it_adds` |", "docs/semantics.md:3"),
    ] {
        let faults = faults_of_contract("a_line_without_tests", row, to);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_fault(&faults[0], fault, "line 1 has no tests");
    }
}

#[test]
fn malformed_row_of_tests_is_a_fault() {
    let row = "| 1 | [`it_adds`][demo] |";
    for (to, reason) in [
        (
            "| 1 | [`it_adds`][demo], `helper` |".to_owned(),
            "9: a test is named without a link",
        ),
        (format!("{row}\n{row}"), "10: line 1 has two rows"),
        (format!("{row}\n| 2 | |"), "10: this section has no line 2"),
        (
            format!("|\n## Lines\n{row}"),
            "11: this section has no line 1",
        ),
    ] {
        let faults = faults_of_contract("a_row_of_tests", row, &to);
        let found = faults.iter().any(|fault| fault.contains(reason));
        assert!(found, "{reason}: {faults:?}");
    }
}

#[test]
fn line_of_the_contract_out_of_order_or_with_a_test_is_a_fault() {
    for (to, reason) in [
        ("- **3.** It adds.", "line 3 stands after line 3"),
        ("- **2.** It adds.", "line 2 stands after line 3"),
        ("- **4.** [`it_adds`][demo].", "`it_adds` is in no row"),
    ] {
        let faults = faults_of_contract("a_line_out_of_order", "- **4.** It adds.", to);
        assert_fault(&faults[0], "docs/semantics.md:14", reason);
    }
}

#[test]
fn contract_that_differs_between_languages_is_a_fault() {
    for (from, to, line, fault) in [
        (
            "[`it_adds`][demo], [`it_adds_again`][demo]",
            "[`it_adds`][demo]",
            4,
            "line 3 of the contract",
        ),
        ("**4.**", "**5.**", 14, "line 4 of the contract"),
    ] {
        let site = Site::new("a_contract_that_differs");
        site.change("docs/zh/semantics.md", from, to);
        let faults = site.faults();
        let last = faults.last().expect("a fault");
        assert_fault(last, &format!("docs/zh/semantics.md:{line}"), fault);
    }
}

#[test]
fn check_reports_all_faults_at_once() {
    let site = Site::new("check_reports_all_faults_at_once");
    site.change("docs/adding.md", "two", "2")
        .change("docs/adding.md", "first", "1st");
    site.change("README.md", "docs/", "dogs/");
    assert_eq!(site.faults().len(), 3);
}
