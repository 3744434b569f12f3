//! Runs programs, and asserts what they print: for the tests of the demos.

#[cfg(feature = "hostile")]
pub mod hostile;
mod running;

pub use running::Running;

use running::LIMIT;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A demo, by the path of its program: `Demo::at(env!("CARGO_BIN_EXE_lock"))`. A run that takes more than 90 seconds is
/// killed, and the test fails with its output.
#[derive(Clone, Copy, Debug)]
pub struct Demo {
    program: &'static str,
    limit: Duration,
    /// The ideas that print on stderr.
    reporting: &'static [&'static str],
}

/// The output and the exit code of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The lines of stdout.
    pub lines: Vec<String>,
    /// The lines of stderr.
    pub complaints: Vec<String>,
    /// The exit code; `None` if a signal ended the process.
    pub code: Option<i32>,
}

impl Demo {
    /// The demo whose program is at `program`.
    pub const fn at(program: &'static str) -> Self {
        Self {
            program,
            limit: LIMIT,
            reporting: &[],
        }
    }

    /// Names the ideas in which the library reports an error on stderr, as Python does.
    #[must_use]
    pub const fn reporting(self, ideas: &'static [&'static str]) -> Self {
        let reporting = ideas;
        Self { reporting, ..self }
    }

    /// Sets the limit of a run, instead of 90 seconds.
    #[must_use]
    pub const fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Runs the demo to its end, without a terminal and with an empty stdin.
    ///
    /// # Panics
    ///
    /// If it does not start, or exceeds the limit.
    pub fn run(self, arguments: &[&str]) -> Run {
        self.start(arguments).end()
    }

    fn start(self, arguments: &[&str]) -> Running {
        Running::spawn(Command::new(self.program).args(arguments), "", self.limit)
    }

    /// The lines of a run that ends with exit code 0 and prints nothing on stderr.
    ///
    /// # Panics
    ///
    /// If the run ends otherwise.
    pub fn lines(self, arguments: &[&str]) -> Vec<String> {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {run}");
        assert!(run.complaints.is_empty(), "{arguments:?}: {run}");
        run.lines
    }

    /// Asserts that these arguments are refused: one line on stderr, none on stdout, exit code 2.
    ///
    /// # Panics
    ///
    /// If the run ends otherwise.
    pub fn refuses(self, arguments: &[&str]) {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert!(run.lines.is_empty(), "{arguments:?}: {run}");
        let name = Path::new(self.program).file_stem().unwrap_or_default();
        let start = format!("{}: ", name.to_string_lossy());
        assert!(
            run.complaints.len() == 1 && run.complaints[0].starts_with(&start),
            "{arguments:?}: {run}"
        );
    }

    /// The lines of one idea, without its heading.
    ///
    /// # Panics
    ///
    /// If the run fails.
    pub fn idea(self, arguments: &[&str]) -> Vec<String> {
        self.lines(arguments).split_off(1)
    }

    /// Asserts what holds for every demo: it [plays each idea alone](Self::plays_each_alone), `--help` names the `options`,
    /// the `wrong` arguments and those that no demo has are [refused](Self::refuses), and a
    /// [closed pipe](Self::stops_quietly_at_a_closed_pipe) ends it.
    ///
    /// # Panics
    ///
    /// If one of these does not hold.
    pub fn follows_conventions(self, ideas: &[&str], options: &[&str], wrong: &[&str]) {
        self.plays_each_alone(ideas);
        self.explains(&[options, &["--list", "--help"]].concat());
        for arguments in wrong.iter().chain(&["--fast", "stray"]) {
            self.refuses(&arguments.split(' ').collect::<Vec<_>>());
        }
        self.stops_quietly_at_a_closed_pipe(&[]);
    }

    /// Asserts that `--list` names these ideas, each with its section, and that each idea runs alone: under one heading, with
    /// exit code 0, within two seconds, in at most 100 columns, and without output on stderr unless it is
    /// [reporting](Self::reporting).
    ///
    /// # Panics
    ///
    /// If one of these does not hold.
    pub fn plays_each_alone(self, names: &[&str]) {
        let list = self.lines(&["--list"]);
        assert_narrow(&list, 100);
        let listed = list.iter().map(|line| line.split_whitespace());
        let listed: Vec<_> = listed
            .map(|mut words| (words.next().unwrap_or(""), words.next().unwrap_or("")))
            .collect();
        assert!(listed.iter().map(|(name, _)| name).eq(names), "{list:#?}");
        for (name, section) in listed {
            let run = self.within(Duration::from_secs(2)).run(&[name]);
            assert_eq!(run.code, Some(0), "{run}");
            let reports = self.reporting.contains(&name);
            assert_eq!(reports, !run.complaints.is_empty(), "{run}");
            let alone = run.lines;
            assert!(section.starts_with('§'), "{list:#?}");
            assert!(alone[0].starts_with(section), "{name}: {alone:#?}");
            let headings = alone.iter().filter(|line| line.starts_with('§'));
            assert_eq!(headings.count(), 1, "{name}: {alone:#?}");
            assert_narrow(&alone, 100);
        }
    }

    /// Asserts that `--help` contains these texts and is at most 80 columns wide.
    ///
    /// # Panics
    ///
    /// If a text is missing or a line is wider.
    pub fn explains(self, texts: &[&str]) {
        let help = self.lines(&["--help"]);
        assert_narrow(&help, 80);
        let help = help.join("\n");
        for text in texts {
            assert!(help.contains(text), "missing: {text}\n{help}");
        }
    }

    /// Asserts that `times` runs print the same lines in the same order.
    ///
    /// # Panics
    ///
    /// If a run differs from the first.
    pub fn prints_the_same(self, arguments: &[&str], times: usize) {
        let first = self.lines(arguments);
        for _ in 1..times {
            assert_eq!(self.lines(arguments), first);
        }
    }

    /// Asserts that the demo ends when its stdout is closed after the first line (`| head -1`): with exit code 0, and without
    /// output on stderr.
    ///
    /// # Panics
    ///
    /// If it ends otherwise.
    pub fn stops_quietly_at_a_closed_pipe(self, arguments: &[&str]) {
        let mut running = self.start(arguments);
        running.line();
        running.close();
        let run = running.end();
        assert_eq!(run.code, Some(0), "{arguments:?}: {run}");
        assert!(run.complaints.is_empty(), "{arguments:?}: {run}");
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {:?}\n{}", self.code, self.lines.join("\n"))?;
        write!(f, "\nstderr:\n{}", self.complaints.join("\n"))
    }
}

/// Asserts that `printed` contains the expected lines in this order; other lines may stand between them.
///
/// # Panics
///
/// At the first line that is missing.
pub fn assert_in_order(printed: &[String], expected: &[&str]) {
    let mut rest = printed.iter();
    for line in expected {
        let found = rest.any(|printed| printed == line);
        assert!(
            found,
            "missing or out of place: {line}\n{}",
            printed.join("\n")
        );
    }
}

/// Asserts that no line is wider than `most` columns.
///
/// # Panics
///
/// At the first line that is wider.
pub fn assert_narrow(lines: &[String], most: usize) {
    for line in lines {
        let width = columns(line);
        assert!(width <= most, "{width} columns: {line}");
    }
}

/// The number of columns of the line on a terminal. A Chinese character takes two.
pub fn columns(line: &str) -> usize {
    let width = |char| match char {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{3fffd}' => 2,
        _ => 1,
    };
    line.chars().map(width).sum()
}

/// Asserts that rustc refuses the file at `path`, and that its errors contain the text of the file beside it that has
/// `.stderr` instead of `.rs`. Line breaks do not count.
///
/// # Panics
///
/// If the file compiles, or the errors are others.
pub fn assert_rustc_refuses(path: &str) {
    let path = Path::new(path);
    let output = Command::new("rustc")
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "lib",
            "--emit",
            "metadata=-",
        ])
        .arg(path.file_name().expect("a file"))
        .current_dir(path.parent().expect("a directory"))
        .output()
        .expect("rustc runs");
    assert!(!output.status.success(), "{} compiles", path.display());
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let errors = String::from_utf8(output.stderr).expect("rustc prints UTF-8");
    let expected = fs::read_to_string(path.with_extension("stderr")).expect("the .stderr file");
    assert!(
        !expected.is_empty() && words(&errors).contains(&words(&expected)),
        "{errors}"
    );
}
