//! Running a demo as its reader does: for the tests of the demos.

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

/// A demo, by the path of its program: `Demo::at(env!("CARGO_BIN_EXE_lock"))`. A run that
/// exceeds a minute and a half is killed, and the test fails with what it has printed.
#[derive(Clone, Copy, Debug)]
pub struct Demo {
    program: &'static str,
    limit: Duration,
    /// The ideas that print on stderr.
    reporting: &'static [&'static str],
}

/// What a run left: lines, complaints, and the exit code.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// All lines of its stdout.
    pub lines: Vec<String>,
    /// All lines of its stderr.
    pub complaints: Vec<String>,
    /// `None` if a signal ended it.
    pub code: Option<i32>,
}

impl Demo {
    /// The demo at that path.
    pub const fn at(program: &'static str) -> Self {
        Self {
            program,
            limit: LIMIT,
            reporting: &[],
        }
    }

    /// The same, with `ideas` in which the library reports an error on stderr, as Python does.
    #[must_use]
    pub const fn reporting(self, ideas: &'static [&'static str]) -> Self {
        let reporting = ideas;
        Self { reporting, ..self }
    }

    /// The same with another limit than a minute and a half.
    #[must_use]
    pub const fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Runs it to its end, as from a script: no terminal, nothing to read.
    ///
    /// # Panics
    ///
    /// When it does not start, or does not end in time.
    pub fn run(self, arguments: &[&str]) -> Run {
        self.start(arguments).end()
    }

    fn start(self, arguments: &[&str]) -> Running {
        Running::spawn(Command::new(self.program).args(arguments), "", self.limit)
    }

    /// Its lines, when all went well.
    ///
    /// # Panics
    ///
    /// When it did not.
    pub fn lines(self, arguments: &[&str]) -> Vec<String> {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {run}");
        assert!(run.complaints.is_empty(), "{arguments:?}: {run}");
        run.lines
    }

    /// These arguments make no sense: one line on stderr, exit code 2, and nothing else happens.
    ///
    /// # Panics
    ///
    /// When it takes them, or says it otherwise.
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

    /// `--list` names these ideas, each with its section; each plays alone, under its one heading, ends with exit code 0
    /// within two seconds, prints at most 100 columns, and nothing on stderr unless it is [reporting](Self::reporting).
    ///
    /// # Panics
    ///
    /// When one of these does not hold.
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

    /// `--help` is at most 80 columns wide and contains these texts.
    ///
    /// # Panics
    ///
    /// When it is wider, or one is missing.
    pub fn explains(self, texts: &[&str]) {
        let help = self.lines(&["--help"]);
        assert_narrow(&help, 80);
        let help = help.join("\n");
        for text in texts {
            assert!(help.contains(text), "missing: {text}\n{help}");
        }
    }

    /// Prints the same every time, `times` in all, in this order.
    ///
    /// # Panics
    ///
    /// When one run differs from the first.
    pub fn prints_the_same(self, arguments: &[&str], times: usize) {
        let first = self.lines(arguments);
        for _ in 1..times {
            assert_eq!(self.lines(arguments), first);
        }
    }

    /// When its reader ends after the first line (`| head -1`), it ends as well: no complaint, exit code 0.
    ///
    /// # Panics
    ///
    /// When it complains or fails.
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

/// These lines are all among what was printed, in this order, whatever stands between.
///
/// # Panics
///
/// At the first that is not.
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

/// Asserts that no line is wider than the given number of columns.
///
/// # Panics
///
/// At the first that is.
pub fn assert_narrow(lines: &[String], most: usize) {
    for line in lines {
        let width = columns(line);
        assert!(width <= most, "{width} columns: {line}");
    }
}

/// The columns that a terminal needs for the line. A Chinese character takes two.
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

/// rustc refuses the listing at `path`, and its errors contain what the file beside it, with `.stderr` for `.rs`, says,
/// however the lines are broken.
///
/// # Panics
///
/// When it compiles, or the error is another one.
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
    let said = String::from_utf8(output.stderr).expect("rustc prints UTF-8");
    let expected = fs::read_to_string(path.with_extension("stderr")).expect("the .stderr file");
    assert!(
        !expected.is_empty() && words(&said).contains(&words(&expected)),
        "{said}"
    );
}
