//! The content type of a body, by its header fields.

use super::charset::value_of;
use encoding_rs::Encoding;

/// The value of a `Content-Type` field, which may be duplicated, as in `text/html,text/html;charset=gbk`: the last
/// valid type counts, with its character set, which may also follow an earlier occurrence of the type.
#[derive(Default)]
pub(crate) struct ContentType {
    /// Empty if the server sends no valid type.
    essence: String,
    pub(super) charset: Option<&'static Encoding>,
    /// Whether the body is parsed by the rules of XML instead of HTML.
    pub(super) is_xml: bool,
}

impl ContentType {
    pub(crate) fn new(field: &str) -> Self {
        field.split(',').fold(Self::default(), |before, value| {
            let essence = value.trim().split([';', ' ', '\t']).next();
            let essence = essence.unwrap_or_default().to_ascii_lowercase();
            if !essence.contains('/') || essence == "*/*" {
                return before;
            }
            let inherited = before.charset.filter(|_| before.essence == essence);
            Self {
                charset: charset(value).or(inherited),
                is_xml: essence == "application/xhtml+xml",
                essence,
            }
        })
    }

    /// Whether the body may contain links. A body without a type is taken for HTML.
    pub(crate) fn is_html(&self) -> bool {
        self.is_xml || matches!(&*self.essence, "" | "text/html")
    }
}

fn charset(value: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(value_of(value, "charset")?.as_bytes())
}
