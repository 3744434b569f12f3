//! The contract: each of its lines has a row of tests in the table that ends its section.

use super::excerpt;
use super::links::{Link, links, resolve};
use super::page::Page;
use std::path::Path;

/// A line of the contract, `- **N.** …`, with the tests of its row, `| N | … |`.
pub(crate) struct Rule {
    pub(crate) line: usize,
    number: u32,
    row: Option<usize>,
    tests: Vec<Link>,
}

/// A fault: a line of the page, counted from 0, and the reason.
type Problem = (usize, String);

pub(crate) fn is_contract(page: &Page) -> bool {
    page.path.ends_with("semantics.md")
}

/// The lines of the contract, in order, and the faults in the form of the page.
pub(crate) fn rules(page: &Page) -> (Vec<Rule>, Vec<Problem>) {
    let mut rules: Vec<Rule> = Vec::new();
    let mut problems = Vec::new();
    let mut section = 0;
    for (line, text) in page.lines.iter().enumerate() {
        if text.starts_with('#') {
            section = rules.len();
        } else if let Some(number) = number(text, "- **", ".**") {
            if let Some(before) = rules.last().filter(|before| before.number >= number) {
                let reason = format!("line {number} stands after line {}", before.number);
                problems.push((line, reason));
            }
            rules.push(Rule {
                line,
                number,
                row: None,
                tests: Vec::new(),
            });
        } else if let Some(number) = number(text, "| ", " |") {
            let mut rules = rules[section..].iter_mut();
            match rules.find(|rule| rule.number == number) {
                Some(rule) if rule.row.is_none() => rule.row = Some(line),
                Some(_) => problems.push((line, format!("line {number} has two rows"))),
                None => problems.push((line, format!("this section has no line {number}"))),
            }
        }
    }
    for link in links(page).into_iter().filter(is_test) {
        match rules.iter_mut().find(|rule| rule.row == Some(link.line)) {
            Some(rule) => rule.tests.push(link),
            None => problems.push((link.line, format!("{} is in no row of tests", link.text))),
        }
    }
    (rules, problems)
}

/// The number between `open` at the start of the text and `close`.
fn number(text: &str, open: &str, close: &str) -> Option<u32> {
    let (number, _) = text.strip_prefix(open)?.split_once(close)?;
    number.parse().ok()
}

impl Rule {
    /// The number and the tests, to compare two languages by.
    pub(crate) fn text(&self) -> String {
        let tests: Vec<&str> = self.tests.iter().map(|test| test.text.as_str()).collect();
        format!(
            "line {} of the contract, tested by {}",
            self.number,
            tests.join(", ")
        )
    }

    fn broken(&self, root: &Path, page: &Page) -> Vec<Problem> {
        if self.tests.is_empty() {
            return vec![(self.line, format!("line {} has no tests", self.number))];
        }
        let broken = |test: &Link| {
            let path = resolve(page, test.target.as_deref()?);
            let reason = test_exists(root, &path, &test.text).err()?;
            Some((test.line, reason))
        };
        let mut problems: Vec<Problem> = self.tests.iter().filter_map(broken).collect();
        if let Some(row) = self.row {
            if page.lines[row].matches('`').count() > 2 * self.tests.len() {
                problems.push((row, "a test is named without a link to it".to_owned()));
            }
        }
        problems
    }
}

/// The faults in the contract.
pub(crate) fn broken(root: &Path, page: &Page) -> Vec<Problem> {
    let (rules, mut problems) = rules(page);
    problems.extend(rules.iter().flat_map(|rule| rule.broken(root, page)));
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
