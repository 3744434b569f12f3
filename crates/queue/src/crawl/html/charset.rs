//! Character sets of pages: declared, detected or guessed.

use super::ContentType;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use common::http::url::Url;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// The longest prefix of a page that is searched for an XML declaration.
const PREFIX: usize = 1024;

/// The encoding by the byte order mark, the header or XML, which takes precedence over a `<meta>` tag; and the
/// encoding by an XML declaration in HTML, which does not.
pub(super) fn known(
    bytes: &[u8],
    content_type: &ContentType,
) -> (Option<&'static Encoding>, Option<&'static Encoding>) {
    let mark = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let known = mark
        .or(content_type.charset)
        .or_else(|| utf16_without_mark(bytes));
    let in_xml = xml_declaration(bytes);
    (known.or(in_xml.filter(|_| content_type.is_xml)), in_xml)
}

/// The encoding named in `<meta charset=label>` or another declaration in ASCII, which therefore cannot be UTF-16.
pub(super) fn declared(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?.output_encoding();
    let is_private = encoding == X_USER_DEFINED;
    Some(if is_private { WINDOWS_1252 } else { encoding })
}

/// The value of `name` in a text like `text/html; charset = "gbk"`, as the HTML standard extracts it.
pub(super) fn value_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let lower = text.to_ascii_lowercase();
    let mut after = lower
        .match_indices(name)
        .map(|(at, _)| &text[at + name.len()..]);
    let value = after.find_map(|rest| rest.trim_ascii_start().strip_prefix('='))?;
    let value = value.trim_ascii_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split_once(quote).map(|(value, _)| value),
        _ => value
            .split(|char: char| char == ';' || char.is_ascii_whitespace())
            .next(),
    }
}

/// The encoding of a UTF-16 document that begins with an XML declaration and has no byte order mark.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, b'?', 0, b'x', 0, ..] => Some(UTF_16LE),
        [0, b'<', 0, b'?', 0, b'x', ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding in `<?xml version="1.0" encoding="gbk"?>`.
fn xml_declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    let beginning = &bytes[..bytes.len().min(PREFIX)];
    let rest = beginning.strip_prefix(b"<?xml")?;
    let end = rest.iter().position(|&byte| byte == b'>')?;
    let declaration = String::from_utf8_lossy(&rest[..end]);
    declared(value_of(&declaration, "encoding")?)
}

/// Guesses UTF-8 if more characters are valid than invalid in it, otherwise the most likely encoding of these bytes.
pub(super) fn guess(bytes: &[u8], url: &Url) -> &'static Encoding {
    let (mut right, mut wrong) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        let chars = chunk.valid().chars();
        right += chars.filter(|char| !char.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    if right > wrong {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let country = url.domain().and_then(|domain| domain.rsplit('.').next());
    detector.guess(country.map(str::as_bytes), Utf8Detection::Deny)
}
