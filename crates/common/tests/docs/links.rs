//! Links between the pages and into the repository.

use super::page::Page;
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// A link as written; a reference link with its target.
pub(crate) struct Link {
    pub(crate) line: usize,
    pub(crate) text: String,
    /// `None` when the page does not define the reference.
    pub(crate) target: Option<String>,
}

/// Every link of the page: `[text](target)`, `[text][label]`, and `[label]` where it is defined.
pub(crate) fn links(page: &Page) -> Vec<Link> {
    let prose = page.prose();
    let masked = mask_code(&prose);
    let defined = definitions(&prose);
    let mut links: Vec<Link> = Vec::new();
    for (start, _) in masked.match_indices('[') {
        let Some(end) = masked[start..].find(']').map(|length| start + length) else {
            continue;
        };
        let text = prose[start + 1..end].to_owned();
        let after = &masked[end + 1..];
        let rest = &prose[end + 1..];
        let target = if let Some(target) = enclosed(after, rest, ['(', ')']) {
            Some(target.to_owned())
        } else if after.starts_with(':') {
            continue;
        } else if let Some(label) = enclosed(after, rest, ['[', ']']) {
            defined.get(label).cloned()
        } else if let Some(target) = defined.get(text.as_str()) {
            Some(target.clone())
        } else {
            continue;
        };
        links.push(Link {
            line: prose[..start].matches('\n').count(),
            text,
            target,
        });
    }
    links
}

/// The faults in the page's links: line and reason.
pub(crate) fn broken(root: &Path, page: &Page, pages: &[Page]) -> Vec<(usize, String)> {
    let problem = |link: Link| {
        let Some(target) = link.target else {
            return Some((
                link.line,
                format!("the link '{}' refers to nothing", link.text),
            ));
        };
        let reason = unresolved(root, page, pages, &target)?;
        Some((
            link.line,
            format!("the link to '{target}' leads nowhere: {reason}"),
        ))
    };
    links(page).into_iter().filter_map(problem).collect()
}

/// The file that `target` means on this page, from the root.
pub(crate) fn resolve(page: &Page, target: &str) -> String {
    let path = target.split('#').next().unwrap_or(target);
    if path.is_empty() {
        return page.path.clone();
    }
    let mut resolved = PathBuf::from(&page.path);
    resolved.pop();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir if resolved.components().next().is_some() => _ = resolved.pop(),
            part => resolved.push(part),
        }
    }
    resolved.to_string_lossy().replace('\\', "/")
}

fn unresolved(root: &Path, page: &Page, pages: &[Page], target: &str) -> Option<&'static str> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let path = resolve(page, target);
    if path.starts_with("..") || !root.join(&path).exists() {
        return Some("there is no such file");
    }
    let anchor = target.split_once('#')?.1;
    let Some(other) = pages.iter().find(|page| page.path == path) else {
        return Some("only pages have headings");
    };
    let found = anchors(other).iter().any(|known| known == anchor);
    (!found).then_some("there is no such heading")
}

/// The anchors of the page's headings, made as GitHub and mdBook make them.
fn anchors(page: &Page) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for line in page.prose().lines().filter(|line| line.starts_with('#')) {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let slug = title
            .chars()
            .filter(kept)
            .collect::<String>()
            .replace(' ', "-");
        let same = anchors.iter().filter(|known| **known == slug).count();
        anchors.push(if same == 0 {
            slug
        } else {
            format!("{slug}-{same}")
        });
    }
    anchors
}

/// `[label]: target` at the start of a line.
fn definitions(prose: &str) -> HashMap<&str, String> {
    let definition = |line: &'_ str| -> Option<(usize, String)> {
        let (label, target) = line.strip_prefix('[')?.split_once("]:")?;
        Some((label.len(), target.trim().to_owned()))
    };
    let of_line = |line| definition(line).map(|(length, target)| (&line[1..=length], target));
    prose.lines().filter_map(of_line).collect()
}

/// The text between the brackets with which `masked` starts.
fn enclosed<'a>(masked: &str, text: &'a str, [open, close]: [char; 2]) -> Option<&'a str> {
    let inside = masked.strip_prefix(open)?;
    Some(&text[1..=inside.find(close)?])
}

/// The text with each byte in backticks masked: brackets in code are not links.
fn mask_code(text: &str) -> String {
    let mut masked = text.as_bytes().to_vec();
    let mut opened = None;
    for (at, byte) in text.bytes().enumerate() {
        let paragraph_ends = byte == b'\n' && text[at + 1..].starts_with('\n');
        match (byte, opened) {
            (b'`', Some(start)) => {
                masked[start..at].fill(b'x');
                opened = None;
            }
            (b'`', None) => opened = Some(at + 1),
            _ if paragraph_ends => opened = None,
            _ => {}
        }
    }
    String::from_utf8(masked).expect("only whole code spans were changed")
}
