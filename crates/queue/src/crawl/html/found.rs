//! The links, title and declarations found in a page.

use encoding_rs::Encoding;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// The length at which a title is cut.
const LONGEST_TITLE: usize = 300;

#[derive(Default)]
pub(crate) struct Found {
    /// The character set that the page declares first.
    pub(super) charset: Option<&'static Encoding>,
    /// The `href` of the first `<base>`, to which links are relative.
    pub(super) base: Option<String>,
    /// The links as they are spelled, each once, one a line.
    hrefs: String,
    /// The hashes of the links, because a page may have a million.
    known: HashSet<u64>,
    hash: RandomState,
    title: String,
    /// Whether the title is complete.
    pub(super) has_title: bool,
}

impl Found {
    pub(super) fn hrefs(&self) -> impl Iterator<Item = &str> {
        self.hrefs.split_terminator('\n')
    }

    pub(super) fn link(&mut self, href: Option<&str>) {
        let Some(href) = href else { return };
        let href = href.trim_matches(|char| char <= ' ');
        let href = href.split('#').next().unwrap_or_default();
        if self.known.insert(self.hash.hash_one(href)) {
            // Line breaks in a URL are ignored.
            self.hrefs.extend(href.lines());
            self.hrefs.push('\n');
        }
    }

    /// Adds the URL in `5; url=elsewhere`, the value of a `Refresh` field or of a `<meta http-equiv=refresh>`, by the
    /// HTML standard's "shared declarative refresh steps".
    pub(crate) fn refresh(&mut self, value: &str) {
        let value = value.trim_ascii_start();
        let is_time = |char: char| char.is_ascii_digit() || char == '.';
        let rest = value.trim_start_matches(is_time);
        let is_over = |char: char| matches!(char, ';' | ',') || char.is_ascii_whitespace();
        if rest.len() == value.len() || !rest.starts_with(is_over) {
            return;
        }
        let rest = rest.trim_ascii_start();
        let rest = rest.strip_prefix([';', ',']).unwrap_or(rest);
        let rest = rest.trim_ascii_start();
        let named = rest
            .split_at_checked(3)
            .filter(|(name, _)| name.eq_ignore_ascii_case("url"));
        let named = named.and_then(|(_, rest)| rest.trim_ascii_start().strip_prefix('='));
        let url = named.map_or(rest, str::trim_ascii_start);
        let url = match url.chars().next() {
            Some(quote @ ('"' | '\'')) => url[1..].split(quote).next().unwrap_or_default(),
            _ => url,
        };
        self.link(Some(url));
    }

    /// Appends text to the title.
    pub(super) fn add_to_title(&mut self, text: &str) {
        let room = (4 * LONGEST_TITLE).saturating_sub(self.title.len());
        self.title.extend(text.chars().take(room));
    }

    /// The title on one line, if the page has one.
    pub(crate) fn title(&self) -> Option<String> {
        let words: Vec<&str> = self.title.split_whitespace().collect();
        let line: String = words.join(" ").chars().take(LONGEST_TITLE).collect();
        (!line.is_empty()).then_some(line)
    }
}
