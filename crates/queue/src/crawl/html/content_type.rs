//! What a body is, as its header fields say.

use super::charset::value_of;
use encoding_rs::Encoding;

/// The value of a `Content-Type` field that may be doubled, `text/html,text/html;charset=gbk`: the last type that is
/// one counts, and its character set, which may stand beside the same type before it.
#[derive(Default)]
pub(crate) struct ContentType {
    /// Empty where the server says nothing that makes sense.
    essence: String,
    pub(super) charset: Option<&'static Encoding>,
    /// It follows the rules of XML, not those of HTML.
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

    /// Whether there are links to be found in such a body. What has no type is taken for HTML.
    pub(crate) fn is_html(&self) -> bool {
        self.is_xml || matches!(&*self.essence, "" | "text/html")
    }
}

fn charset(value: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(value_of(value, "charset")?.as_bytes())
}
