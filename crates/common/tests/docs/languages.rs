//! One page, two languages: the same excerpts, commands, Python and tests, in the same order.

use super::console::steps;
use super::page::Page;
use super::pictures;
use super::semantics;
use super::summary;

/// The differences between the languages: page, line and reason.
pub(crate) fn differences(pages: &[Page]) -> Vec<(&Page, usize, String)> {
    let mut problems = Vec::new();
    for page in pages.iter().filter(|page| page.path.starts_with("docs/")) {
        let other_path = counterpart(&page.path);
        let Some(other) = pages.iter().find(|other| other.path == other_path) else {
            problems.push((page, 0, format!("there is no {other_path}")));
            continue;
        };
        if page.path.starts_with("docs/zh/") {
            problems
                .extend(first_difference(other, page).map(|(line, reason)| (page, line, reason)));
        }
    }
    problems
}

fn counterpart(path: &str) -> String {
    match path.strip_prefix("docs/zh/") {
        Some("README.md") => "README.md".to_owned(), // the index of the Chinese pages is the Chinese README
        Some(name) => format!("docs/{name}"),
        None => path.replacen("docs/", "docs/zh/", 1),
    }
}

fn first_difference(english: &Page, chinese: &Page) -> Option<(usize, String)> {
    let (expected, found) = (shared(english), shared(chinese));
    let same = expected
        .iter()
        .zip(&found)
        .take_while(|(a, b)| a.1 == b.1)
        .count();
    let told = |part: Option<&(usize, String)>, end: &str| {
        part.map_or_else(
            || end.to_owned(),
            |(line, text)| format!("line {}: {text}", line + 1),
        )
    };
    if same == expected.len() && same == found.len() {
        return None;
    }
    let line = found
        .get(same)
        .map_or(chinese.lines.len(), |(line, _)| *line);
    let expected = told(expected.get(same), "nothing more");
    let found = told(found.get(same), "nothing more");
    Some((
        line,
        format!(
            "{} has\n{expected}\nwhere this page has\n{found}",
            english.path
        ),
    ))
}

/// The elements that both languages must show: line and text.
fn shared(page: &Page) -> Vec<(usize, String)> {
    let mut parts = Vec::new();
    for block in &page.blocks {
        let body = page.text(block.body.clone());
        if let Some(excerpt) = block.excerpt() {
            parts.push((block.fence, format!("an excerpt of {excerpt}\n{body}")));
        } else if block.is("console") {
            parts.extend(
                steps(page, block)
                    .into_iter()
                    .map(|step| (step.line, step.command)),
            );
        } else if block.is("python") {
            parts.push((block.fence, format!("Python\n{body}")));
        }
    }
    if summary::is_summary(page) {
        parts.extend(summary::named(page).into_iter().map(|(line, path)| {
            let name = path.rsplit('/').next().unwrap_or_default();
            (line, format!("the page {name}"))
        }));
    }
    let marks = pictures::marks(page).into_iter();
    parts.extend(marks.map(|mark| (mark.line, mark.text.to_owned())));
    if semantics::is_contract(page) {
        let (rules, _) = semantics::rules(page);
        parts.extend(rules.iter().map(|rule| (rule.line, rule.text())));
    }
    parts
}
