//! What is in a page: its links and its title. A tokenizer finds both; the tree is not needed.

use super::address;
use common::http::url::Url;
use encoding_rs::Encoding;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use std::borrow::Cow;
use std::collections::HashSet;
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};

/// A title is cut here: it is for people to read.
const LONGEST_TITLE: usize = 300;

/// Finds the links in `html`, each once, and says its title.
pub(super) fn scan(
    html: &str,
    url: &Url,
    encoding: &'static Encoding,
    each: impl FnMut(Url),
) -> Option<String> {
    let mut found = Found {
        base: url.clone(),
        has_base: false,
        encoding,
        seen: HashSet::new(),
        known: HashSet::new(),
        hash: RandomState::new(),
        each,
    };
    let mut title = Title::default();
    let mut tag = Tag::default();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                tag.open(name);
                title.begins(name == b"title");
            }
            CallbackEvent::AttributeName { name } => tag.attribute(name),
            CallbackEvent::AttributeValue { value } => tag.value(value),
            CallbackEvent::CloseStartTag { .. } => {
                tag.value(b"");
                found.tag(&tag);
            }
            CallbackEvent::String { value } => title.text(value),
            CallbackEvent::EndTag { .. } => title.ends(),
            _ => {}
        }
        None::<Infallible>
    });
    // What is in a script or a style is no tag.
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    title.whole()
}

/// A start tag, as far as links are concerned.
#[derive(Default)]
struct Tag {
    kind: Kind,
    /// The attribute whose value comes next; where none comes, it is empty.
    place: Option<Place>,
    /// The URL, with what it stands in; the first one counts.
    link: Option<String>,
    /// `<meta http-equiv="refresh">`
    refreshes: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Other,
    Link(&'static [u8]),
    Base,
    Meta,
}

#[derive(Clone, Copy)]
enum Place {
    Link,
    Directive,
}

impl Tag {
    fn open(&mut self, name: &[u8]) {
        self.kind = match name {
            b"a" | b"area" => Kind::Link(b"href"),
            b"iframe" | b"frame" => Kind::Link(b"src"),
            b"base" => Kind::Base,
            b"meta" => Kind::Meta,
            _ => Kind::Other,
        };
        self.place = None;
        self.link = None;
        self.refreshes = false;
    }

    fn attribute(&mut self, name: &[u8]) {
        self.value(b"");
        self.place = match (self.kind, name) {
            (Kind::Link(wanted), name) if name == wanted => Some(Place::Link),
            (Kind::Base, b"href") | (Kind::Meta, b"content") => Some(Place::Link),
            (Kind::Meta, b"http-equiv") => Some(Place::Directive),
            _ => None,
        };
    }

    fn value(&mut self, value: &[u8]) {
        match self.place.take() {
            Some(Place::Link) if self.link.is_none() => {
                self.link = Some(String::from_utf8_lossy(value).into_owned());
            }
            Some(Place::Directive) => self.refreshes = value.eq_ignore_ascii_case(b"refresh"),
            _ => {}
        }
    }
}

struct Found<F> {
    base: Url,
    has_base: bool,
    encoding: &'static Encoding,
    /// The links as they are spelled, and what they mean: by their hashes, since there may be a million.
    seen: HashSet<u64>,
    known: HashSet<u64>,
    hash: RandomState,
    each: F,
}

impl<F: FnMut(Url)> Found<F> {
    fn tag(&mut self, tag: &Tag) {
        let Some(link) = tag.link.as_deref() else {
            return;
        };
        match tag.kind {
            Kind::Link(_) => self.link(link),
            Kind::Base if !self.has_base => {
                self.has_base = true;
                if let Some(base) = self.join(link).filter(Url::has_host) {
                    self.base = base;
                    self.seen.clear();
                }
            }
            Kind::Meta if tag.refreshes => self.link(refresh(link)),
            _ => {}
        }
    }

    fn link(&mut self, link: &str) {
        let link = link.split('#').next().unwrap_or_default().trim_ascii();
        let is_page_itself = link.is_empty() && !self.has_base;
        if is_page_itself || !self.seen.insert(self.hash.hash_one(link)) {
            return;
        }
        if let Some(url) = self.join(link).and_then(address::page)
            && self.known.insert(self.hash.hash_one(url.as_str()))
        {
            (self.each)(url);
        }
    }

    /// A query is in the page's own character set, as browsers send it.
    fn join(&self, link: &str) -> Option<Url> {
        let encode = borrowing(|text| self.encoding.encode(text).0);
        let options = Url::options().base_url(Some(&self.base));
        options.encoding_override(Some(&encode)).parse(link).ok()
    }
}

/// A closure whose result may borrow from its argument, which the compiler does not guess.
fn borrowing<F: Fn(&str) -> Cow<'_, [u8]>>(encode: F) -> F {
    encode
}

/// Where `5; url=elsewhere` or `5; elsewhere` leads.
fn refresh(content: &str) -> &str {
    let (_, rest) = content.split_once([';', ',']).unwrap_or_default();
    let url = match rest.split_once('=') {
        Some((name, url)) if name.trim().eq_ignore_ascii_case("url") => url,
        _ => rest,
    };
    url.trim().trim_matches(['"', '\''])
}

/// The text of the first title.
#[derive(Default)]
struct Title {
    inside: bool,
    text: Option<String>,
}

impl Title {
    fn begins(&mut self, is_title: bool) {
        self.inside = is_title && self.text.is_none();
    }

    fn text(&mut self, text: &[u8]) {
        if self.inside {
            let text =
                String::from_utf8_lossy(&text[..text.len().min(4 * LONGEST_TITLE)]).into_owned();
            self.text.get_or_insert_default().push_str(&text);
        }
    }

    fn ends(&mut self) {
        self.inside = false;
    }

    /// On one line, and none when it is empty.
    fn whole(self) -> Option<String> {
        let text = self.text?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let line: String = words.join(" ").chars().take(LONGEST_TITLE).collect();
        (!line.is_empty()).then_some(line)
    }
}
