//! Header fields that go out with every request.

use std::fmt;
use std::str::FromStr;
use ureq::http::{HeaderName, HeaderValue};

/// A header field as one writes it, `Name: value`.
///
/// ```
/// use common::http::Header;
///
/// assert!("Accept-Language: zh".parse::<Header>().is_ok());
/// let error = "no colon".parse::<Header>().unwrap_err();
/// assert_eq!(error.to_string(), "a header is 'Name: value', not 'no colon'");
/// ```
#[derive(Clone)]
pub struct Header {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

/// The text is no header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAHeader(String);

impl FromStr for Header {
    type Err = NotAHeader;

    fn from_str(text: &str) -> Result<Self, NotAHeader> {
        let wrong = || NotAHeader(text.to_owned());
        let (name, value) = text.split_once(':').ok_or_else(wrong)?;
        let name = name.trim().parse().map_err(|_| wrong())?;
        let value = value.trim().parse().map_err(|_| wrong())?;
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
        write!(f, "a header is 'Name: value', not '{}'", self.0)
    }
}

impl std::error::Error for NotAHeader {}
