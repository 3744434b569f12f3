//! A line on the terminal that says how far a program is.

use std::io::{IsTerminal, Stderr, Write, stderr};

/// The terminal writes `^C` behind the line.
const ECHO: usize = 2;

/// A line on stderr that is written over again and again, and only where that is a terminal.
///
/// Its cursor stays right behind the text, so that what the terminal echoes there is cleared with it.
#[derive(Debug)]
pub struct LiveLine<W = Stderr> {
    to: Option<W>,
    width: usize,
}

impl LiveLine {
    /// A line that is not shown yet; it stays hidden unless `is_wanted`.
    pub fn new(is_wanted: bool) -> Self {
        let to = stderr();
        Self::on((is_wanted && to.is_terminal()).then_some(to))
    }
}

impl Default for LiveLine {
    fn default() -> Self {
        Self::new(true)
    }
}

impl<W: Write> LiveLine<W> {
    fn on(to: Option<W>) -> Self {
        Self { to, width: 0 }
    }

    /// Calls `print`, which may print above the line, and shows `text`.
    pub fn update(&mut self, print: impl FnOnce(), text: impl FnOnce() -> String) {
        self.clear();
        print();
        if let Some(to) = &mut self.to {
            let text = text();
            self.width = text.chars().count();
            // A terminal that is gone shows nothing.
            let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
        }
    }

    /// Removes the line.
    pub fn clear(&mut self) {
        if let (Some(to), 1..) = (&mut self.to, self.width) {
            let blank = " ".repeat(self.width + ECHO);
            let _ = write!(to, "\r{blank}\r").and_then(|()| to.flush());
            self.width = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LiveLine;

    #[test]
    fn clear_removes_the_line_and_the_echo_of_ctrl_c() {
        let mut shown = Vec::new();
        let mut line = LiveLine::on(Some(&mut shown));
        line.clear();
        line.update(|| {}, || "12 done".into());
        line.update(|| {}, || "13".into());
        line.clear();
        line.clear();
        let expected = "12 done\r         \r13\r    \r";
        assert_eq!(String::from_utf8(shown).unwrap(), expected);
    }
}
