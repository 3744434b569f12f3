//! Header fields that are sent with every request.

use std::fmt;
use std::str::FromStr;
use ureq::http::{HeaderName, HeaderValue};

/// A header field, written `Name: value`.
///
/// ```
/// use common::http::Header;
///
/// assert!("Accept-Language: zh".parse::<Header>().is_ok());
/// let error = "no colon".parse::<Header>().unwrap_err();
/// assert_eq!(error.to_string(), "a header is 'Name: value' in one line");
/// ```
#[derive(Clone)]
pub struct Header {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

/// The text is not a header field. It is not quoted, because it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotAHeader;

impl FromStr for Header {
    type Err = NotAHeader;

    fn from_str(text: &str) -> Result<Self, NotAHeader> {
        let (name, value) = text.split_once(':').ok_or(NotAHeader)?;
        let name = name.trim().parse().map_err(|_| NotAHeader)?;
        let value = value.trim().parse().map_err(|_| NotAHeader)?;
        Ok(Self { name, value })
    }
}

impl fmt::Debug for Header {
    /// Without the value, which may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Header").field(&self.name).finish()
    }
}

impl fmt::Display for NotAHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a header is 'Name: value' in one line")
    }
}

impl std::error::Error for NotAHeader {}
