//! The answer of a site to a request.

/// An answer: head and body together, so that one write sends it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) bytes: Vec<u8>,
    pub(super) held: bool,
}

impl Answer {
    pub(super) fn page(body: Vec<u8>, held: bool) -> Self {
        Self {
            held,
            ..Self::new("200 OK", "", body)
        }
    }

    pub(super) fn redirect(to: &str) -> Self {
        Self::new("302 Found", &format!("Location: {to}\r\n"), Vec::new())
    }

    pub(super) fn not_found() -> Self {
        Self::new("404 Not Found", "", b"There is no such page.\n".to_vec())
    }

    fn new(status: &str, fields: &str, body: Vec<u8>) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\n{fields}Content-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\r\n"
        );
        Self {
            bytes: [head.into_bytes(), body].concat(),
            held: false,
        }
    }
}
