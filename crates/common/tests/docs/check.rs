//! The check of all pages: each difference from the programs is reported or rewritten.

use super::contents::{Finding, contents};
use super::page::Page;
use super::pictures::Draws;
use super::run::Tools;
use super::{index, languages, links, pictures, semantics, summary};
use std::fs;
use std::io;
use std::path::Path;

/// Whether a difference is reported or rewritten.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Check,
    Write,
}

/// Checks README.md and docs/ below `root`. Returns a text `page:line: reason` for each remaining fault.
pub(crate) fn check(
    root: &Path,
    tools: &(impl Tools + Draws),
    mode: Mode,
) -> io::Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut pages = read_pages(root)?;
    for page in &mut pages {
        let mut findings = contents(root, page, tools);
        if mode == Mode::Write && repair(page, &mut findings) {
            fs::write(root.join(&page.path), page.lines.join("\n") + "\n")?;
            *page = Page::read(root, page.path.clone())?;
            eprintln!("rewrote {}", page.path);
        }
        faults.extend(
            findings
                .into_iter()
                .map(|found| message(page, found.line, &found.reason)),
        );
    }
    for page in &pages {
        let mut broken = page.malformed.clone();
        broken.extend(pictures::broken(root, page, tools, mode));
        broken.extend(links::broken(root, page, &pages));
        if semantics::is_contract(page) {
            broken.extend(semantics::broken(root, page));
        }
        if page.path.ends_with("/README.md") {
            broken.extend(index::faults(page, &pages, tools));
        }
        faults.extend(
            broken
                .iter()
                .map(|(line, reason)| message(page, *line, reason)),
        );
    }
    let differences = languages::differences(&pages);
    faults.extend(
        differences
            .iter()
            .chain(&summary::faults(&pages))
            .map(|(page, line, reason)| message(page, *line, reason)),
    );
    Ok(faults)
}

fn message(page: &Page, line: usize, reason: &str) -> String {
    format!("{}:{}: {reason}", page.path, line + 1)
}

fn read_pages(root: &Path) -> io::Result<Vec<Page>> {
    let mut paths = vec!["README.md".to_owned()];
    for directory in ["docs", "docs/zh"] {
        let mut found = Vec::new();
        for entry in fs::read_dir(root.join(directory))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if Path::new(&name).extension().is_some_and(|end| end == "md") {
                found.push(format!("{directory}/{name}"));
            }
        }
        found.sort();
        paths.extend(found);
    }
    paths
        .into_iter()
        .map(|path| Page::read(root, path))
        .collect()
}

/// Writes the known corrections into the page, and leaves the other findings. Returns whether the page changed.
fn repair(page: &mut Page, findings: &mut Vec<Finding>) -> bool {
    let repairable = |found: &Finding| found.repair.is_some();
    let (repairs, others) = findings.drain(..).partition::<Vec<_>, _>(repairable);
    *findings = others;
    let mut repairs: Vec<_> = repairs
        .into_iter()
        .filter_map(|found| found.repair)
        .collect();
    // From the end, so that the line numbers before stay valid.
    repairs.sort_by_key(|(lines, _)| std::cmp::Reverse(lines.start));
    let found = !repairs.is_empty();
    for (lines, right) in repairs {
        page.lines.splice(lines, right);
    }
    found
}
