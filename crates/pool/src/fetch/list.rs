//! Lists of URLs in files.

use std::io::{self, Read};

/// The URLs in the file `name`, one a line; `-` is stdin.
pub(crate) fn read(name: &str) -> Result<Vec<String>, String> {
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(name)
    };
    let bytes = bytes.map_err(|error| format!("cannot read {name}: {error}"))?;
    let mut urls = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        let line = std::str::from_utf8(line);
        let line = line.map_err(|_| format!("{name}, line {number}: not UTF-8"))?;
        // Editors on Windows begin a file with a byte order mark.
        let url = line.trim_start_matches('\u{feff}').trim();
        if !url.is_empty() && !url.starts_with('#') {
            urls.push(url.to_owned());
        }
    }
    if urls.is_empty() {
        return Err(format!("there is no URL in {name}"));
    }
    Ok(urls)
}
