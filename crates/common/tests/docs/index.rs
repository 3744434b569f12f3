//! The index of each language, README.md: its tables match the pages and the programs.

use super::links::{Link, links, resolve};
use super::page::Page;
use super::run::Tools;
use std::collections::BTreeSet;

/// The headings of the column that names a program and one of its ideas.
const DEMO: [&str; 2] = ["Demo", "示例程序"];
/// The words before the list of pages to read first.
const AFTER: [&str; 2] = ["after ", "先读"];

/// The faults in the page's tables: line and reason.
pub(crate) fn faults(index: &Page, pages: &[Page], tools: &dyn Tools) -> Vec<(usize, String)> {
    let mut faults = Vec::new();
    let links = links(index);
    let mut demo = false;
    for (line, text) in index.prose().lines().enumerate() {
        let cells = cells(text);
        let Some(last) = cells.last() else {
            demo = false;
            continue;
        };
        if demo {
            faults.extend(unknown_idea(last, tools).map(|reason| (line, reason)));
        }
        demo = demo || DEMO.contains(last);
        faults.extend(differing_head(index, line, &cells, &links, pages).map(|it| (line, it)));
    }
    faults
}

/// The cells of a row; `None` if the line is not a row.
fn cells(line: &str) -> Vec<&str> {
    let row = line.strip_prefix('|').and_then(|row| row.strip_suffix('|'));
    let cells = row.into_iter().flat_map(|row| row.split('|'));
    cells.map(str::trim).collect()
}

/// Why `` `program idea` `` cannot be run.
fn unknown_idea(cell: &str, tools: &dyn Tools) -> Option<String> {
    let (program, idea) = cell.trim_matches('`').split_once(' ')?;
    let list = match tools.program(program, &["--list".to_owned()]) {
        Ok(list) => list,
        Err(reason) => return Some(reason),
    };
    let known = list
        .lines()
        .any(|line| line.split(' ').next() == Some(idea));
    (!known).then(|| format!("`{program} --list` does not name '{idea}'"))
}

/// How the row `| section | page | shows | minutes | after |` differs from the head of its page, the third line.
fn differing_head(
    index: &Page,
    line: usize,
    cells: &[&str],
    all: &[Link],
    pages: &[Page],
) -> Option<String> {
    let &[_, _, _, minutes, _] = cells else {
        return None;
    };
    let linked = |link: &&Link| link.line == line;
    let mut targets = all
        .iter()
        .filter(linked)
        .filter_map(|link| link.target.as_ref());
    let path = resolve(index, targets.next()?);
    let page = pages.iter().find(|page| page.path == path)?;
    let head = page.lines.get(2)?;
    let stated = |pattern: &str| head.contains(pattern);
    if !minutes.is_empty()
        && !stated(&format!("about {minutes} minutes"))
        && !stated(&format!("约 {minutes} 分钟"))
    {
        return Some(format!("{path} does not say {minutes} minutes"));
    }
    let before: BTreeSet<_> = links(page)
        .into_iter()
        .filter(|link| link.line == 2)
        .filter(|link| in_list(head, &link.text))
        .filter_map(|link| Some(resolve(page, &link.target?)))
        .collect();
    let said: BTreeSet<_> = targets.map(|target| resolve(index, target)).collect();
    (before != said).then(|| format!("{path} names others to read before it: {before:?}"))
}

/// Whether the link with this text is one of the pages to read before.
fn in_list(head: &str, text: &str) -> bool {
    let begins = |part: &&str| AFTER.iter().any(|after| part.starts_with(after));
    let list = head.split(" · ").find(begins);
    list.is_some_and(|list| list.contains(&format!("[{text}]")))
}
