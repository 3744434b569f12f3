//! What the tokenizer tells of a page, and what of it matters: tags with links, and the title.

use html5gum::{Emitter, Error, State, naive_next_state};
use std::convert::Infallible;

/// What is done with a page's links and title.
pub(super) trait Sink {
    /// `<a href=link>` and its like.
    fn link(&mut self, link: &str);
    /// `<base href=link>`
    fn base(&mut self, link: &str);
    /// `<meta http-equiv=refresh content=…>`
    fn refresh(&mut self, content: &str);
    /// More of what stands in the title.
    fn title(&mut self, text: &str);
    /// The title is over.
    fn title_ends(&mut self);
}

/// Passes on to its sink what matters, and keeps nothing of the rest.
pub(super) struct Finder<S> {
    pub(super) sink: S,
    tag: Tag,
    /// The start tag before, where the text up to its end tag is no HTML.
    raw: Vec<u8>,
    in_title: bool,
}

/// The tag that is being read.
#[derive(Default)]
struct Tag {
    name: Vec<u8>,
    is_end: bool,
    /// Known once the name is complete.
    kind: Kind,
    attribute: Vec<u8>,
    value: Vec<u8>,
    /// The first value counts.
    link: Option<String>,
    refreshes: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Other,
    Link {
        attribute: &'static [u8],
    },
    Base,
    Meta,
}

impl Tag {
    fn begin(&mut self, is_end: bool) {
        self.name.clear();
        self.is_end = is_end;
        self.kind = Kind::Other;
        self.attribute.clear();
        self.link = None;
        self.refreshes = false;
    }

    fn name_ends(&mut self) {
        self.kind = match &*self.name {
            _ if self.is_end => Kind::Other,
            b"a" | b"area" => Kind::Link { attribute: b"href" },
            b"iframe" | b"frame" => Kind::Link { attribute: b"src" },
            b"base" => Kind::Base,
            b"meta" => Kind::Meta,
            _ => Kind::Other,
        };
    }

    fn attribute_ends(&mut self) {
        let is_link = match self.kind {
            Kind::Other => false,
            Kind::Link { attribute } => self.attribute == attribute,
            Kind::Base => self.attribute == b"href",
            Kind::Meta => self.attribute == b"content",
        };
        if is_link && self.link.is_none() {
            self.link = Some(String::from_utf8_lossy(&self.value).into_owned());
        } else if self.kind == Kind::Meta && self.attribute == b"http-equiv" {
            self.refreshes = self.value.eq_ignore_ascii_case(b"refresh");
        }
    }
}

impl<S> Finder<S> {
    pub(super) fn new(sink: S) -> Self {
        Self {
            sink,
            tag: Tag::default(),
            raw: Vec::new(),
            in_title: false,
        }
    }
}

impl<S: Sink> Emitter for Finder<S> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        name.unwrap_or_default().clone_into(&mut self.raw);
    }

    fn emit_eof(&mut self) {}

    fn emit_error(&mut self, _: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    #[inline]
    fn emit_string(&mut self, text: &[u8]) {
        if self.in_title {
            self.sink.title(&String::from_utf8_lossy(text));
        }
    }

    fn init_start_tag(&mut self) {
        self.tag.begin(false);
    }

    fn init_end_tag(&mut self) {
        self.tag.begin(true);
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        let tag = &mut self.tag;
        if tag.attribute.is_empty() {
            tag.name_ends();
        } else {
            tag.attribute_ends();
        }
        if self.in_title {
            self.in_title = false;
            self.sink.title_ends();
        }
        if tag.is_end {
            return None;
        }
        match (tag.kind, &tag.link) {
            (Kind::Link { .. }, Some(link)) => self.sink.link(link),
            (Kind::Base, Some(link)) => self.sink.base(link),
            (Kind::Meta, Some(content)) if tag.refreshes => self.sink.refresh(content),
            _ => self.in_title = tag.name == b"title",
        }
        // Where no script runs, what stands in `<noscript>` is part of the page.
        let next = naive_next_state(&tag.name).filter(|_| tag.name != b"noscript");
        if next.is_some() {
            self.raw.clone_from(&tag.name);
        }
        next
    }

    fn emit_current_comment(&mut self) {}

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {}

    fn set_force_quirks(&mut self) {}

    #[inline]
    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag.name.extend_from_slice(name);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        let tag = &mut self.tag;
        if tag.attribute.is_empty() {
            tag.name_ends();
        } else {
            tag.attribute_ends();
        }
        tag.attribute.clear();
        tag.value.clear();
    }

    #[inline]
    fn push_attribute_name(&mut self, name: &[u8]) {
        self.tag.attribute.extend_from_slice(name);
    }

    #[inline]
    fn push_attribute_value(&mut self, value: &[u8]) {
        if self.tag.kind != Kind::Other {
            self.tag.value.extend_from_slice(value);
        }
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag.is_end && !self.raw.is_empty() && self.tag.name == self.raw
    }
}
