//! What a server does with a request.

use std::io::{self, Write};
use std::net::TcpStream;

/// What is done to the connection.
type Send = dyn FnOnce(&TcpStream) -> io::Result<()>;

/// What happens to a connection on which a request has come.
pub struct Answer {
    pub(super) send: Box<Send>,
    pub(super) after: After,
}

pub(super) enum After {
    Stay,
    Close,
    /// What is closed with the request unread in it is reset.
    Reset,
}

impl Answer {
    /// One with this status, these fields (each with its line end) and this body.
    pub fn page(status: &str, fields: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {length}\r\n\r\n");
        Self::bytes([head.as_bytes(), body].concat()).and_stay()
    }

    /// One that is a page of HTML.
    pub fn html(body: impl AsRef<[u8]>) -> Self {
        Self::page("200 OK", "Content-Type: text/html; charset=utf-8\r\n", body)
    }

    /// One that redirects.
    pub fn redirect(to: &str) -> Self {
        Self::page("302 Found", &format!("Location: {to}\r\n"), "")
    }

    /// One that says that there is no such page.
    pub fn not_found() -> Self {
        Self::page("404 Not Found", "", "")
    }

    /// These bytes as they are, and the end of the connection.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::act(move |mut stream| stream.write_all(&bytes))
    }

    /// These bytes, and a connection that is reset.
    pub fn reset(bytes: impl Into<Vec<u8>>) -> Self {
        let after = After::Reset;
        Self {
            after,
            ..Self::bytes(bytes)
        }
    }

    /// Whatever `send` does, and the end of the connection.
    pub fn act(send: impl FnOnce(&TcpStream) -> io::Result<()> + 'static) -> Self {
        let (send, after) = (Box::new(send), After::Close);
        Self { send, after }
    }

    /// The same, and the end of the connection.
    #[must_use]
    pub fn and_close(self) -> Self {
        let after = After::Close;
        Self { after, ..self }
    }

    /// The same, and the connection stays.
    #[must_use]
    pub fn and_stay(self) -> Self {
        let after = After::Stay;
        Self { after, ..self }
    }
}
