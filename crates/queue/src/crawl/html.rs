//! HTML as a crawler reads it: text, links, title.

mod charset;
mod content_type;
mod finder;
mod foreign;
mod found;

pub(crate) use content_type::ContentType;

use super::link::Address;
use common::http::url::Url;
use encoding_rs::{Encoding, UTF_8};
use finder::Finder;
use found::Found;
use html5gum::Tokenizer;
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// A parsed page: its links and title.
pub(crate) struct Html<'a> {
    pub(crate) text: Cow<'a, str>,
    url: &'a Url,
    encoding: &'static Encoding,
    pub(crate) found: Found,
}

impl<'a> Html<'a> {
    /// Parses the page at `url`. Its character set is the one that the page declares, at any place: if the
    /// declaration differs from the assumed character set, the page is parsed again.
    pub(crate) fn read(bytes: &'a [u8], content_type: &ContentType, url: &'a Url) -> Self {
        let (known, in_xml) = charset::known(bytes, content_type);
        let assumed = known.or(in_xml).unwrap_or(UTF_8);
        let read = |encoding: &'static Encoding| {
            let (text, _, is_malformed) = encoding.decode(bytes);
            let mut found = Found::default();
            let finder = Finder::new(&mut found, content_type.is_xml);
            let Ok(()) = Tokenizer::new_with_emitter(&*text, finder).finish();
            let page = Self {
                text,
                url,
                encoding,
                found,
            };
            (page, is_malformed)
        };
        let (page, is_malformed) = read(assumed);
        let encoding = match known.or(page.found.charset).or(in_xml) {
            Some(encoding) => encoding,
            None if is_malformed => charset::guess(bytes, url),
            None => assumed,
        };
        if encoding == assumed {
            page
        } else {
            read(encoding).0
        }
    }

    /// Calls `each` once with every HTTP page that this page links to.
    pub(crate) fn each_link(&self, mut each: impl FnMut(Address)) {
        // A query is encoded in the page's character set, as browsers do.
        let encode: &dyn Fn(&str) -> Cow<'_, [u8]> = &|text| self.encoding.encode(text).0;
        let options = Url::options().encoding_override(Some(encode));
        let base = self.found.base.as_deref().map(|href| {
            let base = options.base_url(Some(self.url)).parse(href).ok();
            // A malformed base is ignored: the base is then the URL of the page.
            base.filter(Url::has_host)
                .unwrap_or_else(|| self.url.clone())
        });
        let options = options.base_url(base.as_ref().or(Some(self.url)));
        let (mut known, hash) = (HashSet::new(), RandomState::new());
        // Without a base, a fragment alone links to the page itself.
        let hrefs = self.found.hrefs();
        let hrefs = hrefs.filter(|href| base.is_some() || !href.is_empty());
        let urls = hrefs.filter_map(|href| options.parse(href).ok());
        for page in urls.filter_map(Address::of) {
            if known.insert(hash.hash_one(page.canonical())) {
                each(page);
            }
        }
    }
}
