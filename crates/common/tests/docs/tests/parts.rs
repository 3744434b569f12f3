//! Tests of the parts of the checks.

use super::super::console::{Command, command};
use super::super::excerpt::item;
use super::super::page::Page;
use super::super::run::{System, Tools};
use std::path::Path;

const SOURCE: &str = "\
struct Unit;

/// Two fields.
#[derive(Debug)]
pub(crate) struct Pair {
    first: u32,
}

impl Pair {
    pub const fn first(
        &self,
    ) -> u32 {
        let Self { first } = self;
        *first
    }
}

const TEXT: &str = \"fn none\"; // fn none
// fn none
fn main() {}
";

#[test]
fn item_is_found_with_its_comments_and_to_its_end() {
    let pair = "/// Two fields.\n#[derive(Debug)]\npub(crate) struct Pair {\n    first: u32,\n}";
    assert_eq!(item(SOURCE, "struct Pair").as_deref(), Ok(pair));
    assert_eq!(item(SOURCE, "struct Unit").as_deref(), Ok("struct Unit;"));
    assert_eq!(
        item(SOURCE, "const TEXT").as_deref(),
        Ok("const TEXT: &str = \"fn none\"; // fn none")
    );
}

#[test]
fn method_is_unindented() {
    let first = "pub const fn first(\n    &self,\n) -> u32 {\n    let Self { first } = self;\n    *first\n}";
    assert_eq!(item(SOURCE, "fn first").as_deref(), Ok(first));
}

#[test]
fn item_that_is_missing_or_ambiguous_is_an_error() {
    assert!(
        item(SOURCE, "fn none").is_err(),
        "it stands in a comment and in a text only"
    );
    assert!(item(SOURCE, "fn mai").is_err(), "half a name");
    assert!(item("fn f() {}\nfn f() {}\n", "fn f").is_err());
}

#[test]
fn commands_are_parsed_into_package_and_arguments() {
    let run = |package: &str, arguments: &[&str]| {
        let arguments = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        Ok(Command::Program {
            package: package.to_owned(),
            arguments,
        })
    };
    assert_eq!(command("cargo run -p lock"), run("lock", &[]));
    assert_eq!(
        command("cargo run -p lock -- --times 5"),
        run("lock", &["--times", "5"])
    );
    assert_eq!(
        command("cargo run -p common --example pool"),
        run("examples/pool", &[])
    );
    assert_eq!(command("just test-all"), Ok(Command::NotRun));
    assert!(
        command("cargo run -p lock --times 5").is_err(),
        "cargo would take the option"
    );
    assert!(command("rm -r .").is_err());
}

#[test]
fn mark_without_a_block_and_unclosed_block_are_malformed() {
    let page = Page::parse("page.md".to_owned(), "<!-- output -->\ntext\n```rust\n");
    let lines: Vec<usize> = page.malformed.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [0, 2]);
}

#[test]
fn python_returns_its_output_or_its_error() {
    let tools = System::new(Path::new("."));
    let Ok(Some(printed)) = tools.python("print('a', 1)") else {
        return;
    };
    assert_eq!(printed, "a 1\n");
    let failed = tools.python("raise SystemExit('no')");
    assert_eq!(failed, Ok(Some("no\n[exit code: 1]\n".to_owned())));
}
