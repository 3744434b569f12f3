//! What is in a page: its links and its title. A tokenizer finds both; the tree is not needed.

use super::emitter::{Finder, Sink};
use crate::http::{canonical, url::Url};
use encoding_rs::Encoding;
use html5gum::Tokenizer;
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// A title is cut here: it is for people to read.
const LONGEST_TITLE: usize = 300;

/// Finds the links in `html`, which stands at `url` and came in `encoding`: each page that it links to once, by its
/// [canonical] name. Says its title.
pub fn scan(
    html: &str,
    url: &Url,
    encoding: &'static Encoding,
    each: impl FnMut(Url),
) -> Option<String> {
    let mut found = Found {
        page: url,
        base: None,
        encoding,
        spelled: HashSet::new(),
        known: HashSet::new(),
        hash: RandomState::new(),
        title: String::new(),
        has_title: false,
        each,
    };
    let Ok(()) = Tokenizer::new_with_emitter(html, Finder::new(&mut found)).finish();
    found.title()
}

struct Found<'a, F> {
    page: &'a Url,
    /// What the first `<base>` says, or the page itself if that is nonsense.
    base: Option<Url>,
    encoding: &'static Encoding,
    /// The links as they are spelled, and what they mean: by their hashes, since there may be a million.
    spelled: HashSet<u64>,
    known: HashSet<u64>,
    hash: RandomState,
    title: String,
    /// It was read to its end.
    has_title: bool,
    each: F,
}

impl<F: FnMut(Url)> Sink for &mut Found<'_, F> {
    fn link(&mut self, link: &str) {
        let link = link.split('#').next().unwrap_or_default().trim_ascii();
        let is_page_itself = link.is_empty() && self.base.is_none();
        if is_page_itself || !self.spelled.insert(self.hash.hash_one(link)) {
            return;
        }
        if let Some(url) = self.join(link).and_then(canonical)
            && self.known.insert(self.hash.hash_one(url.as_str()))
        {
            (self.each)(url);
        }
    }

    fn base(&mut self, link: &str) {
        if self.base.is_none() {
            let base = self.join(link).filter(Url::has_host);
            self.base = Some(base.unwrap_or_else(|| self.page.clone()));
            self.spelled.clear();
        }
    }

    fn refresh(&mut self, content: &str) {
        self.link(target(content));
    }

    fn title(&mut self, text: &str) {
        if !self.has_title {
            let room = (4 * LONGEST_TITLE).saturating_sub(self.title.len());
            let mut ends = (0..=room.min(text.len())).rev();
            let end = ends.find(|end| text.is_char_boundary(*end));
            self.title.push_str(&text[..end.unwrap_or(0)]);
        }
    }

    fn title_ends(&mut self) {
        self.has_title = true;
    }
}

impl<F> Found<'_, F> {
    /// A query is in the page's own character set, as browsers send it.
    fn join(&self, link: &str) -> Option<Url> {
        let encode = borrowing(|text| self.encoding.encode(text).0);
        let options = Url::options().base_url(Some(self.base.as_ref().unwrap_or(self.page)));
        options.encoding_override(Some(&encode)).parse(link).ok()
    }

    /// The title on one line, if there is one.
    fn title(&self) -> Option<String> {
        let words: Vec<&str> = self.title.split_whitespace().collect();
        let line: String = words.join(" ").chars().take(LONGEST_TITLE).collect();
        (!line.is_empty()).then_some(line)
    }
}

/// A closure whose result may borrow from its argument, which the compiler does not guess.
fn borrowing<F: Fn(&str) -> Cow<'_, [u8]>>(encode: F) -> F {
    encode
}

/// Where `5; url=elsewhere` or `5; elsewhere` leads.
fn target(content: &str) -> &str {
    let (_, rest) = content.split_once([';', ',']).unwrap_or_default();
    let url = match rest.split_once('=') {
        Some((name, url)) if name.trim().eq_ignore_ascii_case("url") => url,
        _ => rest,
    };
    url.trim().trim_matches(['"', '\''])
}
