//! Source files that no module declares, and unit tests that no command runs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The files below `src` that cannot be reached from its `lib.rs`, its `main.rs` or a program in `bin`.
pub(crate) fn orphans(src: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = BTreeSet::new();
    collect(src, &mut files)?;
    let is_root = |file: &&PathBuf| {
        let bin = file.parent() == Some(&src.join("bin"));
        bin || **file == src.join("lib.rs") || **file == src.join("main.rs")
    };
    let mut pending: Vec<PathBuf> = files.iter().filter(is_root).cloned().collect();
    while let Some(file) = pending.pop() {
        if files.remove(&file) {
            pending.extend(declared(&file, &fs::read_to_string(&file)?));
        }
    }
    Ok(files.into_iter().collect())
}

/// The files of `package` with a unit test, if its program is declared with `test = false`: no command runs them.
pub(crate) fn hidden_tests(package: &Path) -> io::Result<Vec<PathBuf>> {
    let manifest = fs::read_to_string(package.join("Cargo.toml"))?;
    let is_excluded =
        |line: &str| line.split('#').next().unwrap_or_default().trim() == "test = false";
    let mut files = BTreeSet::new();
    if manifest.lines().any(is_excluded) {
        collect(&package.join("src"), &mut files)?;
    }
    let mut hidden = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file)?;
        if text.lines().any(|line| line.trim().starts_with("#[test]")) {
            hidden.push(file);
        }
    }
    Ok(hidden)
}

fn collect(directory: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.insert(path);
        }
    }
    Ok(())
}

/// The files that `file` may declare, whether they exist or not: by `mod name;`, by `path = "…"` in an
/// attribute, by `include!("…")`.
fn declared(file: &Path, text: &str) -> Vec<PathBuf> {
    let beside = file.parent().expect("a file is in a directory");
    let stem = file.file_stem().unwrap_or_default();
    let is_root = ["lib", "main", "mod"].iter().any(|root| stem == *root);
    let below = if is_root {
        beside.to_owned()
    } else {
        beside.join(stem)
    };
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = module(line) {
            found.push(below.join(format!("{name}.rs")));
            found.push(below.join(name).join("mod.rs"));
        } else if line.starts_with("#[") {
            found.extend(quoted(line, "path = \"").map(|path| beside.join(path)));
        } else if !line.starts_with("//") {
            found.extend(quoted(line, "include!(\"").map(|path| beside.join(path)));
        }
    }
    found
}

/// `name` of `mod name;`, `pub mod name;`, `pub(in path) mod name;`.
fn module(line: &str) -> Option<&str> {
    let (visibility, name) = line.strip_suffix(';')?.split_once("mod ")?;
    let visibility = visibility.trim_end();
    let is_one = visibility.is_empty() || visibility == "pub" || visibility.starts_with("pub(");
    is_one.then_some(name)
}

fn quoted<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    Some(line.split_once(before)?.1.split_once('"')?.0)
}
