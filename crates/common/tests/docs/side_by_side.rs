//! The Python and the Rust of a page in two columns, idea by idea, with their outputs.

use super::console::{self, Command, steps};
use super::page::{Block, Page};
use super::run::Tools;
use common::testing::columns;
use std::ops::Range;

/// Below this width two columns are too narrow to read.
const TWO_COLUMNS: usize = 80;
const GAP: &str = " │ ";

/// The ideas of the page, each with its heading, its Python and its Rust: code, then output.
pub(crate) fn ideas<'a>(
    page: &'a Page,
    tools: &'a dyn Tools,
) -> impl Iterator<Item = [Vec<String>; 3]> {
    let sections = sections(page).into_iter();
    sections.filter_map(move |section| {
        let blocks = || {
            let inside = |block: &&Block| section.contains(&block.fence);
            page.blocks.iter().filter(inside)
        };
        if !blocks().any(|block| block.excerpt().is_some()) {
            return None;
        }
        let heading = vec![page.lines[section.start].clone()];
        let python = blocks().flat_map(|block| python(page, block, tools));
        let rust = blocks().flat_map(|block| rust(page, block, tools));
        Some([heading, python.collect(), rust.collect()])
    })
}

/// The lines from each heading to the next one.
fn sections(page: &Page) -> Vec<Range<usize>> {
    let in_block = |line: &usize| page.blocks.iter().any(|block| block.body.contains(line));
    let headings = (0..page.lines.len()).filter(|line| {
        let heading = page.lines[*line].trim_start_matches('#');
        heading.starts_with(' ') && heading.len() < page.lines[*line].len() && !in_block(line)
    });
    let headings: Vec<_> = headings.collect();
    let ends = headings.iter().skip(1).copied().chain([page.lines.len()]);
    headings
        .iter()
        .copied()
        .zip(ends)
        .map(|(a, b)| a..b)
        .collect()
}

fn python(page: &Page, block: &Block, tools: &dyn Tools) -> Vec<String> {
    if !block.is("python") {
        return Vec::new();
    }
    let code = page.text(block.body.clone());
    let printed = tools.python(&code).unwrap_or_else(Some);
    let printed = printed.unwrap_or_else(|| "(there is no Python here to run it)".into());
    part(&code, &["$ python3"], &printed)
}

/// An excerpt, or the commands of a console block with their outputs.
fn rust(page: &Page, block: &Block, tools: &dyn Tools) -> Vec<String> {
    if block.excerpt().is_some() {
        return part(&page.text(block.body.clone()), &[], "");
    }
    if !block.is("console") {
        return Vec::new();
    }
    let run = |step: console::Step| match console::command(&step.command) {
        Ok(Command::Program { package, arguments }) => {
            let printed = tools
                .program(&package, &arguments)
                .unwrap_or_else(|error| error);
            part("", &[&format!("$ {}", step.command)], &printed)
        }
        _ => Vec::new(),
    };
    steps(page, block).into_iter().flat_map(run).collect()
}

/// Code, a command, what it prints, and an empty line.
fn part(code: &str, command: &[&str], printed: &str) -> Vec<String> {
    let code = code.lines().chain((!code.is_empty()).then_some(""));
    let command = command.iter().copied().filter(|_| !printed.is_empty());
    let printed = printed.lines().chain((!printed.is_empty()).then_some(""));
    code.chain(command)
        .chain(printed)
        .map(str::to_owned)
        .collect()
}

/// The two texts in two columns, or stacked if the width is too small or one text is empty.
pub(crate) fn side_by_side(left: &[String], right: &[String], width: usize) -> Vec<String> {
    if width < TWO_COLUMNS || left.is_empty() || right.is_empty() {
        return [left, right].concat();
    }
    let half = (width - columns(GAP)) / 2;
    let [left, right] = [left, right].map(|text| {
        let lines = text.iter().flat_map(|line| wrapped(line, half));
        lines.collect::<Vec<_>>()
    });
    let line = |number: usize| {
        let [left, right] = [&left, &right].map(|text| text.get(number).copied().unwrap_or(""));
        let padding = " ".repeat(half - columns(left));
        format!("{left}{padding}{GAP}{right}").trim_end().to_owned()
    };
    (0..left.len().max(right.len())).map(line).collect()
}

/// Splits the line into pieces of at most `width` columns, at spaces if there are any.
fn wrapped(line: &str, width: usize) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), line);
    while columns(rest) > width {
        let ends = rest.char_indices().map(|(at, _)| at);
        let fits = ends.take_while(|&end| columns(&rest[..end]) <= width);
        let fits = fits.last().unwrap_or(rest.len());
        let indent = rest.len() - rest.trim_start().len();
        let space = rest[..fits].rfind(' ').filter(|&space| space >= indent);
        let (piece, after) = rest.split_at(space.map_or(fits, |space| space + 1));
        pieces.push(piece.trim_end());
        rest = after;
    }
    pieces.push(rest);
    pieces
}
