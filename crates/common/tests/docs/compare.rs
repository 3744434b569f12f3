//! The comparison of the text on a page with the actual text.

use snapbox::Data;
use snapbox::filter::NormalizeToExpected;
use snapbox::report::{Palette, write_diff};

/// How a text on a page is compared.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    /// Exactly. For code, in which `[..]` is not a wildcard.
    Exact,
    /// `[..]` stands for a part of a line, a line `...` for any number of lines.
    Wildcards,
    /// With the wildcards of `Wildcards`, and the lines in any order.
    Unordered,
}

/// A difference between a page and the actual text.
pub(crate) struct Difference {
    /// The actual text, with the page's wildcards where they match.
    pub(crate) truth: Vec<String>,
    /// The first line that differs, counted from the first line shown.
    pub(crate) line: usize,
    pub(crate) diff: String,
}

/// Compares the text `shown` with the actual text, the `truth`.
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

/// The actual text with the page's wildcards where they match, in the page's order if the order is free.
fn fitted(rule: &NormalizeToExpected<'_>, truth: &str, shown: &str) -> String {
    rule.normalize(Data::text(truth), &Data::text(shown))
        .to_string()
}

/// Restores the wildcards beside a line that differs, which `snapbox` drops.
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
    .expect("writing to a String cannot fail");
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
