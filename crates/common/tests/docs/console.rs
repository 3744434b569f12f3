//! Console blocks: commands after a `$`, each with its output.

use super::page::{Block, Page};
use std::ops::Range;

/// Commands that the pages show but the checks do not run: they need the network, or are the tests themselves. Their
/// outputs are not compared.
const NOT_RUN: [&str; 5] = ["git clone ", "cd ", "cargo test", "cargo add ", "just"];

/// One command of a block.
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) line: usize,
    /// The output on the page, without empty lines at the end.
    pub(crate) output: Range<usize>,
}

/// How a command is checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Program {
        package: String,
        arguments: Vec<String>,
    },
    NotRun,
}

/// The commands of a block, in order.
pub(crate) fn steps(page: &Page, block: &Block) -> Vec<Step> {
    let is_command = |line: &usize| page.lines[*line].starts_with("$ ");
    let commands: Vec<usize> = block.body.clone().filter(is_command).collect();
    let ends = commands.iter().skip(1).copied().chain([block.body.end]);
    let step = |(&line, mut end): (&usize, usize)| {
        while end > line + 1 && page.lines[end - 1].is_empty() {
            end -= 1;
        }
        let command = page.lines[line][2..].trim().to_owned();
        Step {
            command,
            line,
            output: line + 1..end,
        }
    };
    commands.iter().zip(ends).map(step).collect()
}

/// Reads `cargo run -p PACKAGE -- ARGUMENTS` and `cargo run -p PACKAGE --example NAME`.
pub(crate) fn command(line: &str) -> Result<Command, String> {
    if NOT_RUN.iter().any(|start| line.starts_with(start)) {
        return Ok(Command::NotRun);
    }
    let unknown =
        || format!("'{line}' is neither 'cargo run -p PACKAGE -- …' nor named as not run");
    if line.contains(['"', '\'', '|', '<', '>', '&', '\\', '*', '$']) {
        return Err(format!("'{line}' needs a shell, and none is used here"));
    }
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let Some((["cargo", "run", "-p"], [package, rest @ ..])) = split(&words) else {
        return Err(unknown());
    };
    // Cargo puts the examples of all packages into one directory.
    let (package, rest) = match rest {
        [flag, name, rest @ ..] if flag == "--example" => (format!("examples/{name}"), rest),
        _ => (package.clone(), rest),
    };
    let arguments = match rest {
        [] => &[],
        [dashes, arguments @ ..] if dashes == "--" => arguments,
        _ => return Err(unknown()),
    };
    Ok(Command::Program {
        package,
        arguments: arguments.to_vec(),
    })
}

fn split(words: &[String]) -> Option<([&str; 3], &[String])> {
    let (head, rest) = words.split_at_checked(3)?;
    Some(([&head[0], &head[1], &head[2]], rest))
}

/// The line that shows an exit code other than 0.
pub(crate) fn exit_code(code: &str) -> String {
    format!("[exit code: {code}]\n")
}
