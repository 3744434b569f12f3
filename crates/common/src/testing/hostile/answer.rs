//! The answer of a server to a request.

use std::io::{self, Write};
use std::net::TcpStream;

/// Writes to the connection.
type Send = dyn FnOnce(&TcpStream) -> io::Result<()>;

/// An answer: what the server sends, and whether the connection stays open.
pub struct Answer {
    pub(super) send: Box<Send>,
    pub(super) after: After,
}

pub(super) enum After {
    Stay,
    Close,
    /// Closes the connection while the request is unread, which resets it.
    Reset,
}

impl Answer {
    /// An answer with this status, these header fields (each with its line end) and this body; the connection stays open.
    pub fn page(status: &str, fields: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {length}\r\n\r\n");
        Self::bytes([head.as_bytes(), body].concat()).and_stay()
    }

    /// A page of HTML.
    pub fn html(body: impl AsRef<[u8]>) -> Self {
        Self::page("200 OK", "Content-Type: text/html; charset=utf-8\r\n", body)
    }

    /// A redirect to `to`.
    pub fn redirect(to: &str) -> Self {
        Self::page("302 Found", &format!("Location: {to}\r\n"), "")
    }

    /// The status 404.
    pub fn not_found() -> Self {
        Self::page("404 Not Found", "", "")
    }

    /// Sends these bytes and closes the connection.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::act(move |mut stream| stream.write_all(&bytes))
    }

    /// Sends these bytes and resets the connection.
    pub fn reset(bytes: impl Into<Vec<u8>>) -> Self {
        let after = After::Reset;
        Self {
            after,
            ..Self::bytes(bytes)
        }
    }

    /// Calls `send` and closes the connection.
    pub fn act(send: impl FnOnce(&TcpStream) -> io::Result<()> + 'static) -> Self {
        let (send, after) = (Box::new(send), After::Close);
        Self { send, after }
    }

    /// Closes the connection after the answer.
    #[must_use]
    pub fn and_close(self) -> Self {
        let after = After::Close;
        Self { after, ..self }
    }

    /// Keeps the connection open after the answer.
    #[must_use]
    pub fn and_stay(self) -> Self {
        let after = After::Stay;
        Self { after, ..self }
    }
}
