//! Lists of URLs in files.

use common::demo::lexopt::Error;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;

/// The URLs in the file at `path`, one a line; `-` is stdin.
pub(crate) fn read(path: &OsStr) -> Result<Vec<String>, Error> {
    let name = Path::new(path).display();
    let bytes = if path == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = bytes.map_err(|error| format!("cannot read {name}: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|&byte| byte == b'\n').count();
        format!("{name}, line {line}: not UTF-8")
    })?;
    let urls = urls(&text);
    if urls.is_empty() {
        return Err(format!("there is no URL in {name}").into());
    }
    Ok(urls)
}

fn urls(text: &str) -> Vec<String> {
    // Editors on Windows begin a file with a mark that is no part of its text.
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}
