//! The contract: each of its lines names the tests that hold it.

use super::excerpt;
use super::links::{Link, links, resolve};
use super::page::Page;
use std::path::Path;

/// A line of the contract: `- **N.** …`, with the tests that it links to.
pub(crate) struct Rule {
    pub(crate) line: usize,
    pub(crate) number: u32,
    tests: Vec<Link>,
}

pub(crate) fn is_contract(page: &Page) -> bool {
    page.path.ends_with("semantics.md")
}

/// The lines of the contract, in order.
pub(crate) fn rules(page: &Page) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for (line, text) in page.lines.iter().enumerate() {
        let number = text
            .strip_prefix("- **")
            .and_then(|text| text.split_once(".**"));
        if let Some(number) = number.and_then(|(number, _)| number.parse().ok()) {
            rules.push(Rule {
                line,
                number,
                tests: Vec::new(),
            });
        }
    }
    for link in links(page).into_iter().filter(is_test) {
        if let Some(rule) = rules.iter_mut().rfind(|rule| rule.line <= link.line) {
            rule.tests.push(link);
        }
    }
    rules
}

impl Rule {
    /// The number and the tests, to compare two languages by.
    pub(crate) fn text(&self) -> String {
        let tests: Vec<&str> = self.tests.iter().map(|test| test.text.as_str()).collect();
        format!(
            "line {} of the contract, held by {}",
            self.number,
            tests.join(", ")
        )
    }
}

/// What is wrong with the contract: line and reason.
pub(crate) fn broken(root: &Path, page: &Page) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    for rule in rules(page) {
        if rule.tests.is_empty() {
            problems.push((rule.line, format!("no test holds line {}", rule.number)));
        }
        for test in rule.tests {
            let Some(target) = test.target else { continue };
            if let Err(reason) = test_exists(root, &resolve(page, &target), &test.text) {
                problems.push((test.line, reason));
            }
        }
    }
    problems
}

/// A link whose text is code and that leads to a source file names a test.
fn is_test(link: &Link) -> bool {
    let to_source = |target: &String| Path::new(target).extension().is_some_and(|end| end == "rs");
    link.text.starts_with('`') && link.target.as_ref().is_some_and(to_source)
}

fn test_exists(root: &Path, path: &str, name: &str) -> Result<(), String> {
    let name = name.trim_matches('`');
    let source = excerpt::read(root, path)?;
    let item = excerpt::item(&source, &format!("fn {name}"));
    let item = item.map_err(|reason| format!("{path}: {reason}"))?;
    let is_test = item.lines().any(|line| line.trim() == "#[test]");
    is_test
        .then_some(())
        .ok_or_else(|| format!("{path}: '{name}' is not a test"))
}
