//! Keeps README.md and docs/ true: every excerpt is the code it names, every output is what the command prints.
//!
//! What a page can hold, beside prose:
//!
//! - `<!-- excerpt: crates/lock/src/main.rs fn lost_update -->`, then a `rust` block: the item so called, whole.
//! - A `console` block: the output of each `$ cargo run -p …` stands below it, with `[exit code: N]` when that is
//!   not 0. A part of a line that may vary is `[..]`, any number of lines are a line `...`, and in a block
//!   `console unordered` the lines may come in any order.
//! - A `python` block, run where there is Python; what it prints follows in a `text` block after `<!-- output -->`.
//! - `<!-- picture: condition turns -->`, then an image: the SVG that `cargo run -p condition -- turns --timeline FILE`
//!   draws. `<!-- one run: … -->` is the same for a race, whose picture is not drawn again.
//! - Links, to files and headings.
//! - In `semantics.md`, lines `- **N.** …`, each with a row of links to its tests, `| N | … |`, in a table at the end of the
//!   section.
//!
//! Each page of docs/ stands in docs/zh/ too, with the same excerpts, commands and Python; docs/zh/README.md has those of
//! README.md. The tables of docs/README.md and docs/zh/README.md say what the heads of the pages say (minutes, pages to
//! read before), and name ideas that the programs have. The SUMMARY.md of each language names each of its pages once, in the order of the other language.
//!
//! With `DOCS=overwrite` in the environment (`just docs`) the pages are rewritten where they differ.

use docs::check::{Mode, check};
use docs::console::steps;
use docs::page::Page;
use docs::run::System;
use docs::sources::{hidden_tests, orphans};
use std::path::{Path, PathBuf};
use std::{env, fs};

mod docs {
    pub(crate) mod check;
    pub(crate) mod compare;
    pub(crate) mod console;
    pub(crate) mod contents;
    pub(crate) mod excerpt;
    pub(crate) mod index;
    pub(crate) mod languages;
    pub(crate) mod links;
    pub(crate) mod page;
    pub(crate) mod pictures;
    pub(crate) mod run;
    pub(crate) mod semantics;
    pub(crate) mod side_by_side;
    pub(crate) mod sources;
    pub(crate) mod summary;
    mod tests;
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_page_is_true() {
    let root = root();
    let mode = match env::var("DOCS").as_deref() {
        Ok("overwrite") => Mode::Write,
        Ok(other) => panic!("DOCS is 'overwrite' or not set, not '{other}'"),
        Err(_) => Mode::Check,
    };
    let faults = check(&root, &System::new(&root), mode).expect("the pages can be read");
    let told = faults.join("\n\n");
    let hint = "`just docs` rewrites what the code and the programs say; the rest is for you.";
    assert!(
        faults.is_empty(),
        "\n\n{told}\n\n{} to mend. {hint}\n",
        faults.len()
    );
}

#[test]
fn ci_runs_the_commands_that_the_readme_shows() {
    let ci = fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    let readme = Page::read(&root(), "README.md".to_owned()).expect("README.md");
    for step in readme.blocks.iter().flat_map(|block| steps(&readme, block)) {
        assert!(
            ci.lines().any(|line| line == step.command),
            "{}",
            step.command
        );
    }
}

/// The packages of the workspace.
fn packages() -> impl Iterator<Item = PathBuf> {
    let crates = fs::read_dir(root().join("crates")).expect("crates");
    crates.map(|entry| entry.expect("crates").path())
}

#[test]
fn every_source_file_is_in_a_module() {
    let orphans = |package: PathBuf| orphans(&package.join("src"));
    let found = packages().flat_map(|package| orphans(package).expect("the sources can be read"));
    let found: Vec<_> = found.collect();
    assert!(found.is_empty(), "in no module: {found:#?}");
}

#[test]
fn every_unit_test_is_run() {
    let hidden = |package: PathBuf| hidden_tests(&package).expect("the sources can be read");
    let found: Vec<_> = packages().flat_map(hidden).collect();
    assert!(found.is_empty(), "hidden by `test = false`: {found:#?}");
}
