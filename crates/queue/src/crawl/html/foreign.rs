//! Foreign content: SVG and `MathML` in HTML, where elements may be self-closing and all text is parsed as markup.
//!
//! The namespace is simulated without a tree, as in Chromium's preload scanner and in `lol_html`: a stack of the elements
//! that change the namespace is enough.

use super::finder::Tag;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    Html,
    Svg,
    MathMl,
}

use Namespace::{Html, MathMl, Svg};

/// The open elements that change the namespace; empty in plain HTML.
#[derive(Default)]
pub(super) struct Foreign(Vec<Element>);

/// `svg`, `math`, or an integration point in them, such as `foreignObject`.
struct Element {
    name: Box<[u8]>,
    /// The namespace of its content.
    inner: Namespace,
}

impl Foreign {
    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn namespace(&self) -> Namespace {
        self.0.last().map_or(Html, |element| element.inner)
    }

    /// The namespace of the element that begins with `tag`.
    pub(super) fn start(&mut self, tag: &Tag) -> Namespace {
        if !tag.is_xml && self.namespace() != Html && breaks_out(tag) {
            self.leave();
        }
        let outer = self.namespace();
        let (own, inner) = match (outer, tag.name()) {
            (_, b"svg") => (Svg, Svg),
            (Html | MathMl, b"math") => (MathMl, MathMl),
            (Svg, b"foreignobject" | b"desc" | b"title") => (Svg, Html),
            (MathMl, b"mi" | b"mo" | b"mn" | b"ms" | b"mtext") => (MathMl, Html),
            (MathMl, b"annotation-xml") if holds_html(tag) => (MathMl, Html),
            _ => return outer,
        };
        if !tag.closes_itself {
            let name = tag.name().into();
            self.0.push(Element { name, inner });
        }
        own
    }

    pub(super) fn end(&mut self, name: &[u8]) {
        if self.namespace() != Html && matches!(name, b"p" | b"br") {
            return self.leave();
        }
        // The end tag also closes an element that is open inside.
        let mut inmost = self.0.iter().rev().take(2);
        if let Some(depth) = inmost.position(|element| *element.name == *name) {
            self.0.truncate(self.0.len() - depth - 1);
        }
    }

    /// Closes elements until the content is HTML.
    pub(super) fn leave(&mut self) {
        while self.namespace() != Html {
            self.0.pop();
        }
    }
}

fn holds_html(tag: &Tag) -> bool {
    let encoding = tag.value(b"encoding").unwrap_or_default();
    let html = ["text/html", "application/xhtml+xml"];
    html.iter().any(|html| encoding.eq_ignore_ascii_case(html))
}

/// Whether the tag is an HTML tag that ends foreign content.
fn breaks_out(tag: &Tag) -> bool {
    #[rustfmt::skip] // the standard's list, in its order
    let breaks_out = matches!(
        tag.name(),
        b"b" | b"big" | b"blockquote" | b"body" | b"br" | b"center" | b"code" | b"dd" | b"div" | b"dl" | b"dt" | b"em"
            | b"embed" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"head" | b"hr" | b"i" | b"img" | b"li"
            | b"listing" | b"menu" | b"meta" | b"nobr" | b"ol" | b"p" | b"pre" | b"ruby" | b"s" | b"small" | b"span"
            | b"strong" | b"strike" | b"sub" | b"sup" | b"table" | b"tt" | b"u" | b"ul" | b"var"
    );
    breaks_out || tag.name() == b"font" && tag.has_any_value()
}
