//! An HTTP client for many threads: pages in, sizes out, nothing kept.
//!
//! It is ureq with what a scraper has to add: one deadline for a URL's whole answer, name look-up
//! and redirects included; a limit on the decompressed body; look-ups that hold up nobody else; and
//! one call that ends everything in flight.
//!
//! ```
//! use common::http::{Client, Error};
//! use common::site::Site;
//!
//! let site = Site::builder().page("/", "Hello").redirect("/home", "/").start()?;
//! let client = Client::builder().build();
//!
//! assert_eq!(client.size(&site.url("/home")), Ok(5));
//! assert_eq!(client.size(&site.url("/nothing")), Err(Error::Status(404)));
//! # Ok::<(), std::io::Error>(())
//! ```

mod address;
mod body;
mod builder;
mod deadline;
mod error;
mod names;

pub use builder::Builder;
pub use error::Error;

use deadline::Call;
use names::Names;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use ureq::http::{Response, header::LOCATION};
use ureq::{Agent, Body};
use url::Url;

/// So many redirects may follow one another.
const REDIRECTS: u32 = 10;

/// An HTTP client that any number of threads share; clones are the same client.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    timeout: Duration,
    max_body: u64,
    names: Names,
    direct: Agent,
    /// There is one where the environment names a proxy.
    proxied: Option<Agent>,
    cancelled: AtomicBool,
}

/// A page that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it was found, after the redirects.
    pub url: String,
    /// How many bytes its body has, decompressed.
    pub size: u64,
}

impl Client {
    /// The settings, to begin with: 5 workers, 60 seconds, 10 MiB.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// How many bytes the page at `url` has: what `curl -sL URL | wc -c` says.
    ///
    /// # Errors
    ///
    /// As [`fetch`](Self::fetch).
    pub fn size(&self, url: &str) -> Result<u64, Error> {
        self.fetch(url, |_| {}).map(|page| page.size)
    }

    /// Reads the page at `url`, handing its body to `each` piece by piece as it comes.
    ///
    /// ```
    /// use common::http::Client;
    /// use common::site::Site;
    ///
    /// let site = Site::builder().page("/", "one\ntwo\n").start()?;
    /// let mut lines = 0;
    /// let count = |piece: &[u8]| lines += piece.iter().filter(|&&byte| byte == b'\n').count();
    /// Client::builder().build().fetch(&site.url("/"), count)?;
    /// assert_eq!(lines, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever keeps the whole page from coming within the time and the limit. `each` may have
    /// seen a part of it by then.
    pub fn fetch(&self, url: &str, mut each: impl FnMut(&[u8])) -> Result<Page, Error> {
        let deadline = Instant::now().checked_add(self.0.timeout);
        let mut url = address::parse(url)?;
        for _ in 0..=REDIRECTS {
            match self.step(&url, deadline, &mut each)? {
                Step::Page(size) => {
                    let url = url.into();
                    return Ok(Page { url, size });
                }
                Step::Redirect(next) => url = next,
            }
        }
        Err(Error::Redirects(REDIRECTS))
    }

    /// Ends every request in flight, and every later one, with [`Error::Cancelled`].
    ///
    /// ```
    /// use common::http::{Client, Error};
    ///
    /// let client = Client::builder().build();
    /// client.cancel();
    /// assert_eq!(client.size("http://example.org/"), Err(Error::Cancelled));
    /// ```
    ///
    /// A TCP connection that is just being opened is not interrupted: its request ends when that
    /// succeeds or fails, at the latest at its deadline.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        self.0.names.cancel();
        self.0.direct.clone().shutdown();
        if let Some(proxied) = &self.0.proxied {
            proxied.clone().shutdown();
        }
    }

    /// One request, and what its answer says to do.
    fn step(
        &self,
        url: &Url,
        deadline: Option<Instant>,
        each: impl FnMut(&[u8]),
    ) -> Result<Step, Error> {
        let step = self
            .ask(url, deadline)
            .and_then(|answer| self.read(url, answer, each));
        // A shutdown looks like many things, among them the end of a body without a length.
        if self.0.cancelled.load(Ordering::SeqCst) {
            return Err(Error::Cancelled);
        }
        step
    }

    /// Sends the request, again while it meets connections that the server has given up.
    fn ask(&self, url: &Url, deadline: Option<Instant>) -> Result<Response<Body>, Error> {
        loop {
            Call::begin(deadline);
            let error = match self.agent(url).get(url.as_str()).call() {
                Ok(answer) => return Ok(answer),
                Err(ureq::Error::Http(error)) => return Err(Error::Malformed(error.to_string())),
                Err(error) => Error::before_body(error, self.0.timeout),
            };
            if error != Error::Closed || !Call::met_a_stale_connection() {
                return Err(error);
            }
        }
    }

    fn agent(&self, url: &Url) -> &Agent {
        match &self.0.proxied {
            Some(proxied) if !address::is_local(url) => proxied,
            _ => &self.0.direct,
        }
    }

    fn read(
        &self,
        url: &Url,
        answer: Response<Body>,
        each: impl FnMut(&[u8]),
    ) -> Result<Step, Error> {
        let (head, mut body) = answer.into_parts();
        if head.status.is_success() {
            return body::read(&mut body, self.0.max_body, self.0.timeout, each).map(Step::Page);
        }
        body::drain(body);
        match head.headers.get(LOCATION) {
            Some(location) if matches!(head.status.as_u16(), 301 | 302 | 303 | 307 | 308) => {
                let location = String::from_utf8_lossy(location.as_bytes());
                address::redirect(url, &location).map(Step::Redirect)
            }
            _ => Err(Error::Status(head.status.as_u16())),
        }
    }
}

enum Step {
    Page(u64),
    Redirect(Url),
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("timeout", &self.0.timeout)
            .field("max_body", &self.0.max_body)
            .finish_non_exhaustive()
    }
}
