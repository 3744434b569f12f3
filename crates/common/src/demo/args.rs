//! The arguments of a demo: its options and the ideas to run. The help text is made from them.
//!
//! ```no_run
//! use common::demo::{Args, Idea};
//!
//! let mut args = Args::new("§2.4 Lock: two threads, one counter");
//! let threads: usize = args.number("--threads", 2, 1..=1000, "how many threads add");
//! args.play(&[Idea("race", "§2.4 Race · 竞态条件", |n| println!("{n}"))], &threads);
//! ```

use super::{Idea, print_line, refuse};
use std::fmt::{Display, Write};
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;

const TIMELINE: &str = "--timeline";

/// The arguments of the program. Each method removes its option from them. [`play`](Self::play) or
/// [`finish`](Self::finish) refuses the remaining ones, with one line on stderr and exit code 2.
#[derive(Debug)]
pub struct Args {
    about: &'static str,
    given: Vec<String>,
    /// The usage lines of the help.
    usages: Vec<String>,
    /// The name and the description of each option.
    options: Vec<[String; 2]>,
    /// The reason to refuse the arguments.
    refusal: Option<String>,
}

/// What the arguments request.
#[derive(Debug, PartialEq)]
enum Request {
    Play,
    Print(String),
    Refuse(String),
}

impl Args {
    /// The arguments of this process. `about` is the first line of the help.
    pub fn new(about: &'static str) -> Self {
        let given = std::env::args_os().skip(1);
        Self::of(about, given.map(|given| given.to_string_lossy().into()))
    }

    fn of(about: &'static str, given: impl Iterator<Item = String>) -> Self {
        Self {
            about,
            given: given.collect(),
            usages: Vec::new(),
            options: Vec::new(),
            refusal: None,
        }
    }

    /// Returns the number given with `option`, or `default`. A number outside `range` is refused.
    pub fn number<N>(
        &mut self,
        option: &str,
        default: N,
        range: RangeInclusive<N>,
        about: &str,
    ) -> N
    where
        N: FromStr + PartialOrd + Display,
    {
        let about = format!("{about} ({default})");
        self.optional_number(option, range, &about)
            .unwrap_or(default)
    }

    /// Returns the number given with `option`, if any. A number outside `range` is refused.
    pub fn optional_number<N>(
        &mut self,
        option: &str,
        range: RangeInclusive<N>,
        about: &str,
    ) -> Option<N>
    where
        N: FromStr + PartialOrd + Display,
    {
        let given = self.text(option, "N", about)?;
        let number = given.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = range.into_inner();
            self.refuse(format!(
                "{option} takes a number from {least} to {most}, not '{given}'"
            ));
        }
        number
    }

    /// Returns the text given with `option`, if any. The help names it `value`.
    pub fn text(&mut self, option: &str, value: &str, about: &str) -> Option<String> {
        self.texts(option, value, about).pop()
    }

    /// Returns the texts given with `option`, which may be repeated, in their order.
    pub fn texts(&mut self, option: &str, value: &str, about: &str) -> Vec<String> {
        self.options
            .push([format!("{option} {value}"), about.into()]);
        let mut texts = Vec::new();
        while let Some(at) = self.position(|given| {
            let rest = given.strip_prefix(option);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        }) {
            let given = self.given.remove(at);
            match given.split_once('=') {
                Some((_, value)) => texts.push(value.to_owned()),
                None if at < self.given.len() => texts.push(self.given.remove(at)),
                None => self.refuse(format!("{option} takes a value")),
            }
        }
        texts
    }

    /// Returns whether `option`, which takes no value, is given.
    pub fn flag(&mut self, option: &str, about: &str) -> bool {
        self.options.push([option.into(), about.into()]);
        self.take(option)
    }

    /// Returns whether the first argument is `name` and others follow it. Then `name` is removed, and the help describes
    /// the subcommand; `usage` is the text after `name`. A `name` alone, or before `--timeline`, may be an idea.
    pub fn subcommand(&mut self, name: &str, usage: &str) -> bool {
        let usage = format!("{name} {usage}");
        let given = match &self.given[..] {
            [first, second, ..] => first == name && second != TIMELINE,
            _ => false,
        };
        if given {
            self.given.remove(0);
            self.usages.clear();
        }
        self.usages.push(usage);
        given
    }

    /// Adds a usage line: the text after the program's name.
    pub fn usage(&mut self, usage: &str) {
        self.usages.push(usage.into());
    }

    /// Removes and returns the arguments that are no options, and all arguments after `--`.
    pub fn rest(&mut self) -> Vec<String> {
        let at = self.given.iter().position(|given| given == "--");
        let after = at.map_or(Vec::new(), |at| self.given.split_off(at));
        let (options, mut rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.given)
            .into_iter()
            .partition(|given| given.starts_with('-') && given != "-");
        self.given = options;
        rest.extend(after.into_iter().skip(1));
        rest
    }

    /// Refuses the arguments for the given reason. Only the first reason is printed.
    pub fn refuse(&mut self, reason: String) {
        self.refusal.get_or_insert(reason);
    }

    /// Returns the value of an argument, or refuses the arguments for the reason in `parsed`.
    pub fn accept<T>(&mut self, parsed: Result<T, String>) -> Option<T> {
        parsed.map_err(|reason| self.refuse(reason)).ok()
    }

    /// Runs the ideas named by the arguments, or all ideas, in the order of `ideas`. Handles `--help` and `--list`, and
    /// refuses the remaining arguments.
    pub fn play<O>(mut self, ideas: &[Idea<O>], options: &O) {
        self.usages.insert(0, "[OPTIONS] [IDEA]...".into());
        let named = |idea: &&Idea<O>| self.given.iter().any(|given| given == idea.0);
        let mut chosen: Vec<_> = ideas.iter().filter(named).collect();
        self.given
            .retain(|given| ideas.iter().all(|idea| given != idea.0));
        let list = ideas
            .iter()
            .map(|&Idea(name, heading, _)| [name.into(), heading.into()]);
        let can_draw = cfg!(feature = "trace");
        let timeline = can_draw.then(|| self.timeline(chosen.len())).flatten();
        self.respond(&list.collect::<Vec<_>>());
        if chosen.is_empty() {
            chosen.extend(ideas);
        }
        for (number, idea) in chosen.into_iter().enumerate() {
            if number > 0 {
                print_line(format_args!(""));
            }
            idea.play(options, timeline.as_deref());
        }
    }

    /// What `--timeline` asks for: the file after it, or an empty name for the terminal.
    fn timeline(&mut self, ideas: usize) -> Option<String> {
        let about = "draws which thread ran, waited and woke which";
        self.options
            .push([format!("{TIMELINE} [FILE.svg]"), about.into()]);
        let at = self.position(|given| given == TIMELINE)?;
        self.given.remove(at);
        let is_file = self
            .given
            .get(at)
            .is_some_and(|given| Path::new(given).extension().is_some_and(|end| end == "svg"));
        let file = if is_file {
            self.given.remove(at)
        } else {
            String::new()
        };
        if is_file && ideas != 1 {
            self.refuse(format!("{TIMELINE} FILE.svg draws one idea: name it"));
        }
        Some(file)
    }

    /// Handles `--help` and refuses the remaining arguments: for a program without ideas.
    pub fn finish(self) {
        self.respond(&[]);
    }

    /// Returns only if the program is to run.
    fn respond(self, ideas: &[[String; 2]]) {
        match self.request(ideas) {
            Request::Play => {}
            Request::Print(text) => {
                print_line(format_args!("{text}"));
                std::process::exit(0)
            }
            Request::Refuse(reason) => refuse(&reason),
        }
    }

    fn request(mut self, ideas: &[[String; 2]]) -> Request {
        let list = !ideas.is_empty() && self.flag("--list", "names the ideas");
        if self.flag("--help", "prints this") | self.take("-h") {
            return Request::Print(self.help(ideas));
        }
        let refused = self.refusal.or_else(|| match self.given.first() {
            Some(option) if option.starts_with('-') => {
                Some(format!("there is no option '{option}'"))
            }
            Some(value) if ideas.is_empty() => Some(format!("unexpected argument '{value}'")),
            // Not quoted: a URL may contain a password.
            Some(url) if url.contains(['.', ':', '/']) && self.usages.len() > 1 => {
                let usage = format!("{} {}", super::program(), self.usages[1]);
                Some(format!("an idea is one word; for URLs there is '{usage}'"))
            }
            Some(name) => {
                let names: Vec<_> = ideas.iter().map(|[name, _]| &**name).collect();
                Some(format!(
                    "there is no idea '{name}'; the ideas are {}",
                    names.join(", ")
                ))
            }
            None => None,
        });
        match refused {
            Some(reason) => Request::Refuse(format!("{reason} (--help shows what there is)")),
            None if list => Request::Print(columns("", ideas)),
            None => Request::Play,
        }
    }

    fn help(&self, ideas: &[[String; 2]]) -> String {
        let mut help = format!("{}\n\n", self.about);
        for (number, usage) in self.usages.iter().enumerate() {
            let start = if number == 0 { "Usage:" } else { "      " };
            let _ = writeln!(help, "{start} {} {usage}", super::program());
        }
        let _ = write!(help, "\nOptions:\n{}", columns("  ", &self.options));
        if !ideas.is_empty() {
            let title = "Ideas; all of them, in this order, when none is named:";
            let _ = write!(help, "\n\n{title}\n{}", columns("  ", ideas));
        }
        help
    }

    /// Removes every occurrence of `word`; returns whether there was one.
    fn take(&mut self, word: &str) -> bool {
        let mut taken = false;
        while let Some(at) = self.position(|given| given == word) {
            self.given.remove(at);
            taken = true;
        }
        taken
    }

    /// The position of the first argument before `--` that `is_wanted`.
    fn position(&self, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
        let options = self.given.iter().take_while(|given| *given != "--");
        options.into_iter().position(|given| is_wanted(given))
    }
}

/// Formats rows in two columns, the first as wide as its widest entry.
fn columns(indent: &str, rows: &[[String; 2]]) -> String {
    let width = rows.iter().map(|[name, _]| name.chars().count()).max();
    let width = width.unwrap_or(0);
    let rows = rows
        .iter()
        .map(|[name, about]| format!("{indent}{name:width$}  {about}"));
    rows.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Args, Request};

    fn args(given: &str) -> Args {
        Args::of("About.", given.split_whitespace().map(String::from))
    }

    fn number(given: &str) -> (u32, Request) {
        let mut args = args(given);
        let number = args.number("--count", 3, 1..=9, "how many");
        (number, args.request(&[]))
    }

    fn refused(given: &str) -> String {
        match number(given).1 {
            Request::Refuse(reason) => reason.replace(" (--help shows what there is)", ""),
            other => panic!("{given}: {other:?}"),
        }
    }

    #[test]
    fn number_accepts_both_forms_and_the_last_one_counts() {
        for (given, expected) in [("", 3), ("--count 4", 4), ("--count=5 --count 6", 6)] {
            assert_eq!(number(given), (expected, Request::Play), "{given}");
        }
    }

    #[test]
    fn wrong_arguments_are_refused_with_a_reason() {
        let range = "--count takes a number from 1 to 9, not ";
        assert_eq!(refused("--count 0"), format!("{range}'0'"));
        assert_eq!(refused("--count=-1 --other"), format!("{range}'-1'"));
        assert_eq!(refused("--count"), "--count takes a value");
        assert_eq!(refused("--counter 4"), "there is no option '--counter'");
        assert_eq!(refused("stray"), "unexpected argument 'stray'");
        assert_eq!(refused("-- --count 4"), "there is no option '--'");
    }

    #[test]
    fn a_word_that_is_no_idea_is_told_apart_from_a_url() {
        let refused = |given: &str| {
            let mut args = args(given);
            args.usages = vec!["[IDEA]...".into(), "fetch URL...".into()];
            match args.request(&[
                ["executor".into(), String::new()],
                ["map".into(), String::new()],
            ]) {
                Request::Refuse(reason) => reason,
                other => panic!("{given}: {other:?}"),
            }
        };
        assert!(
            refused("exectuor")
                .starts_with("there is no idea 'exectuor'; the ideas are executor, map (")
        );
        for url in ["me.org", "localhost:8000", "http://me:secret@host", "host/"] {
            let reason = refused(url);
            assert!(
                reason.contains("fetch URL...'") && !reason.contains(url),
                "{reason}"
            );
        }
    }

    #[test]
    fn help_names_every_option_and_precedes_a_refusal() {
        let (_, Request::Print(help)) = number("--count 0 -h") else {
            panic!("no help");
        };
        assert!(help.contains("  --count N  how many (3)\n"), "{help}");
    }

    #[test]
    fn texts_are_all_values_in_their_order_and_text_is_the_last() {
        let given = "--file a --file=b stray --file c";
        assert_eq!(args(given).texts("--file", "FILE", ""), ["a", "b", "c"]);
        let last = args(given).text("--file", "FILE", "");
        assert_eq!(last.as_deref(), Some("c"));
        assert!(args("").texts("--file", "FILE", "").is_empty());
    }

    #[test]
    fn optional_number_is_none_unless_given_and_refused_out_of_range() {
        let mut absent = args("");
        assert_eq!(absent.optional_number("--depth", 0..=9, "most links"), None);
        let mut given = args("--depth 0");
        assert_eq!(given.optional_number("--depth", 0..=9, ""), Some(0));
        let mut outside = args("--depth 10");
        assert_eq!(outside.optional_number("--depth", 0..=9, ""), None);
        assert!(matches!(outside.request(&[]), Request::Refuse(_)));
        let Request::Print(help) = ({
            let mut help = args("--help");
            help.optional_number("--depth", 0..=9, "most links");
            help.request(&[])
        }) else {
            panic!("no help");
        };
        assert!(help.contains("--depth N  most links\n"), "{help}");
    }

    #[test]
    fn subcommand_needs_arguments_and_rest_takes_the_values() {
        assert!(!args("fetch").subcommand("fetch", "URL..."));
        assert!(!args("fetch --timeline").subcommand("fetch", "URL..."));
        let mut args = args("fetch a --fast - -- -b");
        assert!(args.subcommand("fetch", "URL..."));
        assert_eq!(args.rest(), ["a", "-", "-b"]);
        assert_eq!(args.given, ["--fast"]);
    }
}
