//! A page of Markdown as the checks see it: its lines, and the fenced blocks among them.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

/// A page. Lines are counted from 0 in the code, and from 1 in messages.
pub(crate) struct Page {
    /// From the root, with `/`, as links are written.
    pub(crate) path: String,
    pub(crate) lines: Vec<String>,
    pub(crate) blocks: Vec<Block>,
    /// The faults in the page's form: line and reason.
    pub(crate) malformed: Vec<(usize, String)>,
}

/// A fenced block.
pub(crate) struct Block {
    /// The words after the fence: the language, then how to compare.
    pub(crate) info: Vec<String>,
    /// The comment before the block, without its brackets: `excerpt: …`, `output`.
    pub(crate) marker: Option<String>,
    /// The line of the opening fence.
    pub(crate) fence: usize,
    pub(crate) body: Range<usize>,
}

impl Block {
    pub(crate) fn is(&self, language: &str) -> bool {
        self.info.first().is_some_and(|word| word == language)
    }

    pub(crate) fn unordered(&self) -> bool {
        self.info[1..].iter().any(|word| word == "unordered")
    }

    /// The place in the source that the block shows, if it is an excerpt.
    pub(crate) fn excerpt(&self) -> Option<&str> {
        self.marker
            .as_deref()?
            .strip_prefix("excerpt:")
            .map(str::trim)
    }

    pub(crate) fn is_output(&self) -> bool {
        self.marker.as_deref() == Some("output")
    }
}

impl Page {
    pub(crate) fn read(root: &Path, path: String) -> io::Result<Self> {
        let text = fs::read_to_string(root.join(&path))?;
        Ok(Self::parse(path, &text))
    }

    pub(crate) fn parse(path: String, text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut page = Self {
            path,
            lines,
            blocks: Vec::new(),
            malformed: Vec::new(),
        };
        let mut marker: Option<(usize, String)> = None;
        let mut line = 0;
        while line < page.lines.len() {
            let text = page.lines[line].trim();
            if text.starts_with("```") {
                let marker = marker.take().map(|(_, marker)| marker);
                line = page.block(line, marker);
                continue;
            }
            if let Some((at, unused)) = marker.take_if(|_| !text.is_empty()) {
                page.malformed
                    .push((at, format!("no block follows the mark '{unused}'")));
            }
            marker = mark(text).map(|mark| (line, mark)).or(marker);
            line += 1;
        }
        if let Some((at, unused)) = marker {
            page.malformed
                .push((at, format!("no block follows the mark '{unused}'")));
        }
        page
    }

    /// Adds the block whose fence is at `line`; returns the line after the block.
    fn block(&mut self, fence: usize, marker: Option<String>) -> usize {
        if self.lines[fence].starts_with(' ') {
            self.malformed
                .push((fence, "an indented block is not checked".to_owned()));
        }
        let body = fence + 1;
        let rest = self.lines[body..].iter();
        let Some(length) = rest.clone().position(|line| line.trim() == "```") else {
            self.malformed
                .push((fence, "a block without an end".to_owned()));
            return self.lines.len();
        };
        let info = self.lines[fence].trim().trim_start_matches('`');
        self.blocks.push(Block {
            info: info.split_whitespace().map(str::to_owned).collect(),
            marker,
            fence,
            body: body..body + length,
        });
        body + length + 1
    }

    pub(crate) fn text(&self, lines: Range<usize>) -> String {
        self.lines[lines].join("\n")
    }

    /// The page with its blocks and comments replaced by empty lines, so that line numbers stay valid.
    pub(crate) fn prose(&self) -> String {
        let mut lines = self.lines.clone();
        for block in &self.blocks {
            for line in &mut lines[block.fence..=block.body.end] {
                line.clear();
            }
        }
        for line in lines.iter_mut().filter(|line| line.starts_with("<!--")) {
            line.clear();
        }
        lines.join("\n")
    }
}

/// The mark in a line, if the line is a mark.
fn mark(line: &str) -> Option<String> {
    let comment = line.strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    let known = comment == "output" || comment.starts_with("excerpt:");
    known.then(|| comment.to_owned())
}
