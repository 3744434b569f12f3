//! The body of a page, as the crawler reads it.

use super::html::ContentType;
use common::http::url::Url;
use common::http::{Answer, Error};

/// The most memory that is reserved for a body before it is read, and that a worker keeps for the next body.
const MAX_RESERVED: usize = 1024 * 1024;

/// The body of a page, or the target of its redirect.
pub(super) enum Body {
    /// HTML, which is searched for links.
    Html {
        content_type: ContentType,
        /// The value of the `Refresh` field, or the empty string.
        refresh: String,
    },
    /// Another content type, with a body of this length.
    Other(u64),
    Redirect(Url),
}

impl Body {
    /// Reads the body of an answer; the bytes of HTML are read into `bytes`.
    pub(super) fn read(answer: Answer, bytes: &mut Vec<u8>) -> Result<Self, Error> {
        let (status, to) = (answer.status(), answer.redirect()?);
        if !answer.is_success() {
            answer.skip();
            return to.map(Self::Redirect).ok_or(Error::Status(status));
        }
        let types: Vec<_> = answer.headers("content-type").collect();
        let content_type = ContentType::new(&types.join(","));
        if !content_type.is_html() {
            // A body that is not HTML has no links: the status is enough, whatever the length of the body.
            return Ok(Self::Other(answer.skip()));
        }
        let refresh = answer.header("refresh").unwrap_or_default().into_owned();
        bytes.clear();
        bytes.shrink_to(MAX_RESERVED);
        // A server may announce a length that it does not send: this limits the memory reserved for it.
        bytes.reserve(answer.length().unwrap_or_default().min(MAX_RESERVED));
        answer.read(|piece| bytes.extend_from_slice(piece))?;
        Ok(Self::Html {
            content_type,
            refresh,
        })
    }
}
