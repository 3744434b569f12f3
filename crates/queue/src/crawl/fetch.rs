//! Requests for pages.

use super::failure::Failure;
use super::html::ContentType;
use super::link::Link;
use super::options::Crawl;
use super::politeness::{Politeness, Reply};
use common::http::url::Url;
use common::http::{Answer, Client, Error};
use common::queue::Queue;
use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;

/// Requests pages, politely.
pub(super) struct Fetcher(Arc<Politeness>);

/// The body of a page, or the target of its redirect.
pub(super) enum Body {
    /// HTML, which is searched for links.
    Html {
        bytes: Buffer,
        content_type: ContentType,
        /// The value of the `Refresh` field, or the empty string.
        refresh: String,
    },
    /// Another content type, with a body of this length.
    Other(u64),
    Redirect(Url),
}

impl Fetcher {
    pub(super) fn new(job: &Crawl, queue: Arc<Queue<Link>>) -> Self {
        let client = Client::builder()
            .workers(job.workers)
            .timeout(job.timeout)
            .max_body(job.max_body)
            .authorities(job.authorities.clone());
        let (client, headers) = (client.build(), job.headers.clone());
        let politeness = Politeness::new(client, headers, job.delay, job.ignore_robots, queue);
        Self(Arc::new(politeness))
    }

    /// Whether robots.txt allows a request for `url`.
    pub(super) fn may_request(&self, url: &Url) -> Result<(), Failure> {
        self.0.may_request(url).map_err(Failure::Refusal)
    }

    /// Blocks until a link may be requested; returns `None` at the end of the crawl.
    pub(super) fn next(&self) -> Option<Link> {
        self.0.next()
    }

    /// Requests the page of `link`. Returns `None` if the request is retried later.
    pub(super) fn fetch(&self, link: &Link) -> Option<Reply<Body>> {
        self.0.fetch(link, take)
    }

    /// Cancels every request, and every wait for a request.
    pub(super) fn stop(&self) {
        self.0.stop();
    }
}

/// The most memory that is reserved for a body before it is read, and that a worker keeps for the next body.
const MAX_RESERVED: usize = 1024 * 1024;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The bytes of a body, in a buffer that the worker reuses: freeing and allocating memory for each page uses
/// more memory than all buffers together.
pub(super) struct Buffer(Vec<u8>);

impl Buffer {
    fn new() -> Self {
        Self(BUFFER.take())
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.0.clear();
        self.0.shrink_to(MAX_RESERVED);
        BUFFER.set(std::mem::take(&mut self.0));
    }
}

fn take(answer: Answer) -> Result<Body, Error> {
    let (status, to) = (answer.status(), answer.redirect()?);
    if !answer.is_success() {
        answer.skip();
        return to.map(Body::Redirect).ok_or(Error::Status(status));
    }
    let types: Vec<_> = answer.headers("content-type").collect();
    let content_type = ContentType::new(&types.join(","));
    if !content_type.is_html() {
        // A body that is not HTML has no links: the status is enough, whatever the length of the body.
        return Ok(Body::Other(answer.skip()));
    }
    let refresh = answer.header("refresh").unwrap_or_default().into_owned();
    let mut bytes = Buffer::new();
    // A server may announce a length that it does not send: this limits the memory reserved for it.
    bytes
        .0
        .reserve(answer.length().unwrap_or_default().min(MAX_RESERVED));
    answer.read(|piece| bytes.0.extend_from_slice(piece))?;
    Ok(Body::Html {
        bytes,
        content_type,
        refresh,
    })
}

impl Body {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Html { bytes, .. } => bytes.len() as u64,
            Self::Other(length) => *length,
            Self::Redirect(_) => 0,
        }
    }
}
