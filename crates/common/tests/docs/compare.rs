//! Comparing what a page shows with what is true, and saying where they differ.

use snapbox::Data;
use snapbox::filter::NormalizeToExpected;
use snapbox::report::{Palette, write_diff};

/// How closely a page must show a text.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    /// Letter by letter: code, where `[..]` is code too.
    Exact,
    /// `[..]` stands for a part of a line, a line `...` for any number of lines.
    Wildcards,
    /// The same, with the lines in any order.
    Unordered,
}

/// How a page differs from the truth.
pub(crate) struct Difference {
    /// The truth, with the page's wildcards where they hold.
    pub(crate) truth: Vec<String>,
    /// The first line that differs, counted from the first one shown.
    pub(crate) line: usize,
    pub(crate) diff: String,
}

/// Compares what is `shown` with the `truth`.
pub(crate) fn difference(shown: &str, truth: &str, rule: Rule) -> Option<Difference> {
    // Wildcards work on whole lines, so each text ends its last one.
    let (shown, truth) = (lines(shown), lines(truth));
    let wildcards = NormalizeToExpected::new().redact();
    let truth = match rule {
        Rule::Exact => truth,
        Rule::Wildcards => fitted(&wildcards, &truth, &shown),
        Rule::Unordered => fitted(&wildcards.unordered(), &truth, &shown),
    };
    if shown == truth {
        return None;
    }
    let pairs = shown.lines().zip(truth.lines());
    let line = pairs.take_while(|(shown, truth)| shown == truth).count();
    let truth = match rule {
        Rule::Exact => truth,
        Rule::Wildcards | Rule::Unordered => keep_wildcards(&shown, &truth),
    };
    Some(Difference {
        line,
        diff: diff(&shown, &truth),
        truth: truth.lines().map(str::to_owned).collect(),
    })
}

/// The truth with the page's wildcards where they hold, and in the page's order where that is free.
fn fitted(rule: &NormalizeToExpected<'_>, truth: &str, shown: &str) -> String {
    rule.normalize(Data::text(truth), &Data::text(shown))
        .to_string()
}

/// Wildcards beside a line that differs are lost in the fitting: here they come back.
fn keep_wildcards(shown: &str, truth: &str) -> String {
    let rule = NormalizeToExpected::new().redact();
    let patterns = || {
        shown
            .split_inclusive('\n')
            .filter(|line| line.contains("[..]"))
    };
    let kept = |line| {
        let fits = |pattern: &&str| fitted(&rule, line, pattern) == *pattern;
        patterns().find(fits).unwrap_or(line)
    };
    truth.split_inclusive('\n').map(kept).collect()
}

fn diff(shown: &str, truth: &str) -> String {
    let (expected, actual) = (Data::text(shown), Data::text(truth));
    let mut diff = String::new();
    write_diff(
        &mut diff,
        &expected,
        &actual,
        Some(&"the page"),
        Some(&"what is true"),
        Palette::plain(),
    )
    .expect("a String takes all that is written");
    diff
}

/// The text with every line ended and no empty lines at its end.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_end_matches('\n');
    if text.is_empty() {
        String::new()
    } else {
        format!("{text}\n")
    }
}
