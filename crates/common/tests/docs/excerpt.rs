//! Finding the code that an excerpt names.
//!
//! The sources are formatted (the checks see to that), so an item ends on the first line that is indented as its
//! first one and closes it: no parser is needed.

use std::fs;
use std::path::Path;

/// The code behind `crates/lock/src/main.rs fn lost_update`; several items are divided by `;`.
///
/// Each item includes its comments and attributes, and is unindented.
pub(crate) fn excerpt(root: &Path, place: &str) -> Result<String, String> {
    let (path, items) = place
        .split_once(' ')
        .ok_or_else(|| format!("'{place}' names no item: <!-- excerpt: PATH fn NAME -->"))?;
    let source = read(root, path)?;
    let items: Result<Vec<_>, _> = items
        .split(';')
        .map(|name| item(&source, name.trim()).map_err(|reason| format!("{path}: {reason}")))
        .collect();
    Ok(items?.join("\n\n"))
}

pub(crate) fn read(root: &Path, path: &str) -> Result<String, String> {
    fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
}

/// The item called `name`, as `fn lost_update` or `impl Drop for Guard`.
pub(crate) fn item(source: &str, name: &str) -> Result<String, String> {
    let lines: Vec<&str> = source.lines().collect();
    let mut found = (0..lines.len()).filter(|&line| declares(lines[line], name));
    let Some(declared) = found.next() else {
        return Err(format!("there is no '{name}'"));
    };
    if found.next().is_some() {
        return Err(format!("'{name}' is there more than once"));
    }
    let indent = indent(lines[declared]);
    let above = lines[..declared].iter().rev();
    let attached = above.take_while(|line| is_attached(line)).count();
    let end = (declared..lines.len())
        .find(|&line| {
            (line == declared || self::indent(lines[line]) == indent) && closes(lines[line])
        })
        .ok_or_else(|| format!("'{name}' has no end"))?;
    let item = &lines[declared - attached..=end];
    let item: Vec<&str> = item
        .iter()
        .map(|line| line.get(indent..).unwrap_or(""))
        .collect();
    Ok(item.join("\n"))
}

fn declares(line: &str, name: &str) -> bool {
    let mut rest = line.trim_start();
    if let Some(public) = rest.strip_prefix("pub") {
        let scope = public.starts_with('(').then(|| public.find(')')).flatten();
        rest = scope.map_or(public, |end| &public[end + 1..]).trim_start();
    }
    for qualifier in ["", "const ", "async ", "unsafe "] {
        let Some(unqualified) = rest.strip_prefix(qualifier) else {
            continue;
        };
        let after = unqualified.strip_prefix(name);
        let is_whole = |after: &str| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if after.is_some_and(is_whole) {
            return true;
        }
    }
    false
}

/// Comments and attributes belong to the item below them; a file's own comment does not.
fn is_attached(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("#[") || (line.starts_with("//") && !line.starts_with("//!"))
}

fn closes(line: &str) -> bool {
    let code = line.split(" // ").next().unwrap_or(line).trim_end();
    code.ends_with('}') || code.ends_with(';')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
