//! The check of the blocks of a page against the programs, the sources and Python.

use super::compare::{Rule, difference};
use super::console::{self, Command, steps};
use super::excerpt::excerpt;
use super::page::{Block, Page};
use super::run::Tools;
use std::ops::Range;
use std::path::Path;

/// A fault on a page, with the correction if it is known.
pub(crate) struct Finding {
    pub(crate) line: usize,
    pub(crate) reason: String,
    /// The correct lines, if they are known.
    pub(crate) repair: Option<(Range<usize>, Vec<String>)>,
}

/// Returns the faults in the blocks of the page.
pub(crate) fn contents(root: &Path, page: &Page, tools: &dyn Tools) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, block) in page.blocks.iter().enumerate() {
        if let Some(place) = block.excerpt() {
            findings.extend(compare(
                page,
                block.body.clone(),
                excerpt(root, place),
                Rule::Exact,
            ));
        } else if block.is("rust") {
            let reason = "Rust without a mark stays true by luck: <!-- excerpt: PATH fn NAME -->";
            findings.push(Finding::fatal(block.fence, reason.to_owned()));
        } else if block.is("console") {
            findings.extend(console_block(page, block, tools));
        } else if block.is("python") {
            let output = page.blocks.get(at + 1).filter(|next| next.is_output());
            findings.extend(python_block(page, block, output, tools));
        } else if block.is_output()
            && !at
                .checked_sub(1)
                .is_some_and(|at| page.blocks[at].is("python"))
        {
            findings.push(Finding::fatal(
                block.fence,
                "the output of no Python block".to_owned(),
            ));
        }
    }
    findings
}

fn console_block(page: &Page, block: &Block, tools: &dyn Tools) -> Vec<Finding> {
    let steps = steps(page, block);
    if steps
        .first()
        .is_none_or(|step| step.line != block.body.start)
    {
        let reason = "a console block starts with a command: $ cargo run -p …";
        return vec![Finding::fatal(block.fence, reason.to_owned())];
    }
    let run = |step: console::Step| match console::command(&step.command) {
        Ok(Command::NotRun) => None,
        Ok(Command::Program { package, arguments }) => compare(
            page,
            step.output,
            tools.program(&package, &arguments),
            rule(block),
        ),
        Err(reason) => Some(Finding::fatal(step.line, reason)),
    };
    steps.into_iter().filter_map(run).collect()
}

fn python_block(
    page: &Page,
    block: &Block,
    output: Option<&Block>,
    tools: &dyn Tools,
) -> Option<Finding> {
    let printed = match tools.python(&page.text(block.body.clone())) {
        Ok(printed) => printed?,
        Err(reason) => return Some(Finding::fatal(block.fence, reason)),
    };
    match output {
        Some(output) => compare(page, output.body.clone(), Ok(printed), rule(output)),
        None if printed.is_empty() => None,
        None => Some(Finding::fatal(
            block.fence,
            format!("this prints, but no output follows:\n{printed}"),
        )),
    }
}

fn rule(block: &Block) -> Rule {
    if block.unordered() {
        Rule::Unordered
    } else {
        Rule::Wildcards
    }
}

fn compare(
    page: &Page,
    shown: Range<usize>,
    truth: Result<String, String>,
    rule: Rule,
) -> Option<Finding> {
    let truth = match truth {
        Ok(truth) => truth,
        Err(reason) => return Some(Finding::fatal(shown.start - 1, reason)),
    };
    let found = difference(&page.text(shown.clone()), &truth, rule)?;
    Some(Finding {
        line: shown.start + found.line,
        reason: format!("this is not so any more{}", found.diff),
        repair: Some((shown, found.truth)),
    })
}

impl Finding {
    fn fatal(line: usize, reason: String) -> Self {
        Self {
            line,
            reason,
            repair: None,
        }
    }
}
