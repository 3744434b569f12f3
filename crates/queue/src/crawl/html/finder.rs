//! Finds the links, the title and the character set in the tokens of a page.

use super::charset::{declared, value_of};
use super::foreign::{Foreign, Namespace};
use super::found::Found;
use html5gum::{Emitter, Error, State, naive_next_state};
use std::convert::Infallible;

/// Collects the links, the title, the base and the character set.
pub(super) struct Finder<'a> {
    found: &'a mut Found,
    foreign: Foreign,
    /// The open `<template>` elements, and whether their content is inert.
    templates: Vec<bool>,
    tag: Tag,
    /// The name of the last start tag whose content is text without markup.
    raw: Vec<u8>,
    in_title: bool,
}

/// The tag that is being tokenized.
#[derive(Default)]
pub(super) struct Tag {
    name: Vec<u8>,
    is_end: bool,
    pub(super) is_xml: bool,
    pub(super) closes_itself: bool,
    /// The relevant attributes of this tag, set once its name is complete, and their values: the first occurrence
    /// counts.
    relevant: &'static [&'static [u8]],
    values: [Option<String>; 3],
    attribute: Vec<u8>,
    value: Vec<u8>,
}

impl Tag {
    fn begin(&mut self, is_end: bool) {
        self.name.clear();
        self.is_end = is_end;
        self.closes_itself = false;
        if !std::mem::take(&mut self.relevant).is_empty() {
            self.values = Default::default();
        }
        self.attribute.clear();
    }

    /// The name, in XML without its prefix.
    pub(super) fn name(&self) -> &[u8] {
        if !self.is_xml {
            return &self.name;
        }
        let colon = self.name.iter().position(|&byte| byte == b':');
        &self.name[colon.map_or(0, |colon| colon + 1)..]
    }

    /// The value of a relevant attribute.
    pub(super) fn value(&self, attribute: &[u8]) -> Option<&str> {
        let mut relevant = self.relevant.iter();
        let position = relevant.position(|relevant| *relevant == attribute)?;
        self.values[position].as_deref()
    }

    pub(super) fn has_any_value(&self) -> bool {
        self.values.iter().any(Option::is_some)
    }

    /// Ends the tag name or an attribute.
    fn end_piece(&mut self) {
        if self.attribute.is_empty() {
            self.relevant = relevant_attributes(if self.is_end { b"" } else { self.name() });
            return;
        }
        let mut relevant = self.relevant.iter();
        if let Some(position) = relevant.position(|relevant| **relevant == self.attribute) {
            let value = || String::from_utf8_lossy(&self.value).into_owned();
            self.values[position].get_or_insert_with(value);
        }
        self.attribute.clear();
        self.value.clear();
    }
}

/// The relevant attributes of the tag `name`.
fn relevant_attributes(name: &[u8]) -> &'static [&'static [u8]] {
    match name {
        b"a" => &[b"href", b"xlink:href"],
        b"area" | b"base" => &[b"href"],
        b"iframe" | b"frame" => &[b"src"],
        b"meta" => &[b"charset", b"http-equiv", b"content"],
        b"template" => &[b"shadowrootmode"],
        b"font" => &[b"color", b"face", b"size"],
        b"annotation-xml" => &[b"encoding"],
        _ => &[],
    }
}

impl<'a> Finder<'a> {
    pub(super) fn new(found: &'a mut Found, is_xml: bool) -> Self {
        Self {
            found,
            foreign: Foreign::default(),
            templates: Vec::new(),
            tag: Tag {
                is_xml,
                ..Tag::default()
            },
            raw: Vec::new(),
            in_title: false,
        }
    }

    /// Handles a start tag. Returns the tokenizer state for the text of an element without markup.
    fn start(&mut self) -> Option<State> {
        let tag = &self.tag;
        let raw = naive_next_state(tag.name());
        let is_plain = tag.relevant.is_empty() && raw.is_none() && self.foreign.is_over();
        if is_plain && !matches!(tag.name(), b"svg" | b"math") {
            return None;
        }
        let is_inert = self.templates.last() == Some(&true);
        let namespace = self.foreign.start(tag);
        let is_html = namespace == Namespace::Html;
        match tag.name() {
            b"template" if is_html && !(tag.is_xml && tag.closes_itself) => {
                let mode = tag.value(b"shadowrootmode").unwrap_or_default();
                let is_shown = matches!(&*mode.to_ascii_lowercase(), "open" | "closed");
                self.templates.push(is_inert || !is_shown);
            }
            _ if is_inert => {}
            b"a" if !is_html => {
                let href = tag.value(b"href").or(tag.value(b"xlink:href"));
                self.found.link(href);
            }
            _ if !is_html => {}
            b"a" | b"area" => self.found.link(tag.value(b"href")),
            b"iframe" | b"frame" => self.found.link(tag.value(b"src")),
            b"base" if self.found.base.is_none() => {
                self.found.base = tag.value(b"href").map(Into::into);
            }
            b"title" => self.in_title = !self.found.has_title,
            b"meta" => self.meta(),
            _ => {}
        }
        if self.tag.is_xml || !is_html {
            return None;
        }
        // Without scripts, the content of `<noscript>` is part of the page.
        raw.filter(|_| self.tag.name != b"noscript")
    }

    fn end(&mut self) {
        let name = self.tag.name();
        if name == b"template" && self.templates.pop().is_some() {
            self.foreign.leave();
        }
        self.foreign.end(name);
    }

    fn meta(&mut self) {
        let value = |name| self.tag.value(name).unwrap_or_default();
        let (directive, content) = (value(b"http-equiv"), value(b"content"));
        if directive.eq_ignore_ascii_case("refresh") {
            self.found.refresh(content);
        }
        if self.found.charset.is_none() {
            let is_type = directive.eq_ignore_ascii_case("content-type");
            let in_content = value_of(content, "charset").filter(|_| is_type);
            self.found.charset = declared(value(b"charset")).or(in_content.and_then(declared));
        }
    }
}

impl Emitter for Finder<'_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        name.unwrap_or_default().clone_into(&mut self.raw);
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    #[inline]
    fn emit_string(&mut self, text: &[u8]) {
        if self.in_title {
            self.found.add_to_title(&String::from_utf8_lossy(text));
        }
    }

    fn init_start_tag(&mut self) {
        self.tag.begin(false);
    }

    fn init_end_tag(&mut self) {
        self.tag.begin(true);
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.tag.end_piece();
        self.found.has_title |= std::mem::take(&mut self.in_title);
        if self.tag.is_end {
            self.end();
            return None;
        }
        let raw = self.start();
        if raw.is_some() {
            self.raw.clone_from(&self.tag.name);
        }
        raw
    }

    fn set_self_closing(&mut self) {
        self.tag.closes_itself = true;
    }

    #[inline]
    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag.name.extend_from_slice(name);
    }

    fn init_attribute(&mut self) {
        self.tag.end_piece();
    }

    #[inline]
    fn push_attribute_name(&mut self, name: &[u8]) {
        self.tag.attribute.extend_from_slice(name);
    }

    #[inline]
    fn push_attribute_value(&mut self, value: &[u8]) {
        if !self.tag.relevant.is_empty() {
            self.tag.value.extend_from_slice(value);
        }
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag.is_end && !self.raw.is_empty() && self.tag.name == self.raw
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.tag.is_xml || self.foreign.namespace() != Namespace::Html
    }

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    // Comments, doctypes and errors are ignored.
    fn emit_eof(&mut self) {}
    fn emit_error(&mut self, _: Error) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn emit_current_comment(&mut self) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn emit_current_doctype(&mut self) {}
}
