//! Pages as text, whatever character set they are in.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use html5gum::{Token, Tokenizer};
use std::borrow::Cow;

/// A page names its character set in its first bytes, or nowhere.
const BEGINNING: usize = 1024;

/// The text, and the character set that it was in: as its first bytes say, or the header, or a `<meta>` tag.
/// What says nothing is UTF-8, or else what browsers take for the West.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], content_type: &str) -> (Cow<'a, str>, &'static Encoding) {
    let named = || {
        let label = content_type.to_ascii_lowercase();
        let label = label.split_once("charset=")?.1;
        Encoding::for_label(
            label
                .split(';')
                .next()?
                .trim_matches(['"', '\'', ' '])
                .as_bytes(),
        )
    };
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => named()
            .or_else(|| in_meta(bytes))
            .unwrap_or_else(|| guess(bytes)),
    };
    (encoding.decode(bytes).0, encoding)
}

fn in_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let beginning = &bytes[..bytes.len().min(BEGINNING)];
    for Ok(token) in Tokenizer::new(beginning) {
        let Token::StartTag(tag) = token else {
            continue;
        };
        if &**tag.name != b"meta" {
            continue;
        }
        let charset = tag.attributes.get(b"charset".as_slice());
        let directive = tag.attributes.get(b"http-equiv".as_slice());
        let is_type = directive.is_some_and(|value| value.eq_ignore_ascii_case(b"content-type"));
        let content = tag
            .attributes
            .get(b"content".as_slice())
            .filter(|_| is_type);
        let label = match (charset, content) {
            (Some(charset), _) => charset.to_ascii_lowercase(),
            (None, Some(content)) => {
                let content = content.to_ascii_lowercase();
                let text = String::from_utf8_lossy(&content);
                let Some((_, label)) = text.split_once("charset=") else {
                    continue;
                };
                label.as_bytes().to_owned()
            }
            (None, None) => continue,
        };
        if let Some(encoding) = Encoding::for_label(&label) {
            // Were it in UTF-16, this could not have been read.
            let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
            return Some(if is_wide { UTF_8 } else { encoding });
        }
    }
    None
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    }
}
