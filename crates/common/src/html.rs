//! Pages as a crawler reads them: their text, their links, their title.
//!
//! ```
//! use common::html::{decode, scan};
//! use common::http::url::Url;
//!
//! let (text, encoding) = decode(b"<title>Caf\xe9</title> <a href=b?q=1#top>b</a>", "text/html; charset=latin1");
//! let mut links = Vec::new();
//! let title = scan(&text, &Url::parse("http://me.org/a")?, encoding, |link| links.push(link.to_string()));
//! assert_eq!(title.as_deref(), Some("Caf\u{e9}"));
//! assert_eq!(links, ["http://me.org/b?q=1"]);
//! # Ok::<(), common::http::url::ParseError>(())
//! ```

mod charset;
mod emitter;
mod scan;

pub use charset::decode;
pub use scan::scan;
