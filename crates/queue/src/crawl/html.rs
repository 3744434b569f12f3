//! Pages as a crawler reads them: their text, their links, their title.

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

/// A page whose links and title were found.
pub(crate) struct Html<'a> {
    pub(crate) text: Cow<'a, str>,
    url: &'a Url,
    encoding: &'static Encoding,
    found: Found,
}

impl<'a> Html<'a> {
    /// Reads the page at `url`. Its character set is the one that the page declares, wherever it does so: a page that
    /// turns out to be in another one than was assumed is read again.
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
        let guess = || {
            if is_malformed {
                charset::guess(bytes, url)
            } else {
                assumed
            }
        };
        let encoding = known
            .or(page.found.charset)
            .or(in_xml)
            .unwrap_or_else(guess);
        if encoding == assumed {
            page
        } else {
            read(encoding).0
        }
    }

    /// The title on one line, if there is one.
    pub(crate) fn title(&self) -> Option<String> {
        self.found.title()
    }

    /// Notes the value of a `Refresh` header field, which is as good as a `<meta http-equiv=refresh>`.
    pub(crate) fn refresh(&mut self, value: &str) {
        self.found.refresh(value);
    }

    /// Calls `each` with every page on the web that it links to, once.
    pub(crate) fn each_link(&self, mut each: impl FnMut(Address)) {
        // A query is in the page's own character set, as browsers send it.
        let encode = borrowing(|text| self.encoding.encode(text).0);
        let options = Url::options().encoding_override(Some(&encode));
        let base = self.found.base.as_deref().map(|href| {
            let base = options.base_url(Some(self.url)).parse(href).ok();
            // Nonsense means the page itself.
            base.filter(Url::has_host)
                .unwrap_or_else(|| self.url.clone())
        });
        let options = options.base_url(base.as_ref().or(Some(self.url)));
        let (mut known, hash) = (HashSet::new(), RandomState::new());
        // Where there is no base, a fragment alone leads to the page itself.
        let hrefs = self
            .found
            .hrefs()
            .filter(|href| base.is_some() || !href.is_empty());
        for page in hrefs
            .filter_map(|href| options.parse(href).ok())
            .filter_map(Address::of)
        {
            if known.insert(hash.hash_one(page.canonical())) {
                each(page);
            }
        }
    }
}

/// A closure whose result may borrow from its argument, which the compiler does not guess.
fn borrowing<F: Fn(&str) -> Cow<'_, [u8]>>(encode: F) -> F {
    encode
}
