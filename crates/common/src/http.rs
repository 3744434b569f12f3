//! A blocking HTTP client shared by many threads.
//!
//! It adds to ureq what a crawler needs: one deadline for the whole answer to a URL, including name lookup and
//! redirects; a limit on the decompressed body; lookups that block no other request; and one call that cancels all
//! requests in flight.
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
mod answer;
mod authorities;
mod body;
mod builder;
mod canonical;
mod coding;
mod connect;
mod deadline;
mod error;
mod header;
mod lenient;
mod names;
mod origin_headers;
mod proxy;

pub use address::{parse, without_userinfo};
pub use answer::Answer;
pub use authorities::Authorities;
pub use builder::Builder;
pub use canonical::{canonical, canonical_escapes, page_url};
pub use error::Error;
pub use header::{Header, NotAHeader};
pub use origin_headers::OriginHeaders;
pub use url;

use connect::DESCRIPTOR_PAUSE;
use deadline::Call;
use names::Names;
use proxy::Exceptions;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use ureq::http::Response;
use ureq::{Agent, Body};
use url::Url;

/// The most redirects in a row, as in browsers.
const REDIRECTS: u32 = 20;

/// An HTTP client that any number of threads can share; clones share its connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    timeout: Duration,
    max_body: u64,
    names: Names,
    direct: Agent,
    /// The routes through the proxies that the environment names, for each scheme.
    http: Option<Result<Route, Error>>,
    https: Option<Result<Route, Error>>,
    exceptions: Exceptions,
    cancelled: AtomicBool,
}

/// A route through a proxy.
struct Route {
    agent: Agent,
    /// The header that authenticates each request to an HTTP proxy.
    authorization: Option<Header>,
}

/// A page that was read completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its URL after redirects.
    pub url: String,
    /// The length of the decompressed body in bytes.
    pub size: u64,
}

impl Client {
    /// Returns a builder with the default settings: 5 workers, 60 seconds, 10 MiB.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Returns the length of the page at `url` in bytes, as `curl -sL URL | wc -c` does.
    ///
    /// # Errors
    ///
    /// The errors of [`fetch`](Self::fetch).
    pub fn size(&self, url: &str) -> Result<u64, Error> {
        self.fetch(url, |_| {}).map(|page| page.size)
    }

    /// Reads the page at `url`, and calls `each` with every chunk of its body as it arrives.
    ///
    /// A user's name and password in `url` are sent to its origin, after a redirect too, and to no other. Userinfo that
    /// a redirect contains is not sent.
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
    /// If the whole page cannot be read within the timeout and the limit. `each` may have been called with a part of
    /// it.
    pub fn fetch(&self, url: &str, mut each: impl FnMut(&[u8])) -> Result<Page, Error> {
        let deadline = self.deadline();
        let mut url = parse(url)?;
        let mut headers = OriginHeaders::default();
        headers.add_origin(&mut url, &[]);
        for _ in 0..=REDIRECTS {
            let answer = self.ask_until(deadline, &url, &headers)?;
            if answer.is_success() {
                let size = answer.read(&mut each)?;
                let url = url.into();
                return Ok(Page { url, size });
            }
            let next = answer.redirect();
            let status = answer.status();
            answer.skip();
            url = next?.ok_or(Error::Status(status))?;
        }
        Err(Error::Redirects(REDIRECTS))
    }

    /// Sends one request with the `headers` of its origin and the headers of the client, and follows no redirect. The
    /// timeout starts now and covers the body too.
    ///
    /// A user's name and password in `url` are not sent: [`OriginHeaders::add_origin`] turns them into a header.
    ///
    /// ```
    /// use common::http::{Client, OriginHeaders, url::Url};
    /// use common::site::Site;
    ///
    /// let site = Site::builder().redirect("/home", "/").start()?;
    /// let home = Url::parse(&site.url("/home"))?;
    /// let answer = Client::builder().build().ask(&home, &OriginHeaders::default())?;
    /// assert_eq!(answer.status(), 302);
    /// assert_eq!(answer.redirect()?.unwrap().as_str(), site.url("/"));
    /// answer.skip();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the head of an answer cannot be read. A status is not an error.
    pub fn ask(&self, url: &Url, headers: &OriginHeaders) -> Result<Answer, Error> {
        self.ask_until(self.deadline(), url, headers)
    }

    fn deadline(&self) -> Option<Instant> {
        Instant::now().checked_add(self.0.timeout)
    }

    /// Cancels every request in flight and every later request with [`Error::Cancelled`].
    ///
    /// ```
    /// use common::http::{Client, Error};
    ///
    /// let client = Client::builder().build();
    /// client.cancel();
    /// assert_eq!(client.size("http://example.org/"), Err(Error::Cancelled));
    /// ```
    ///
    /// A TCP connection that is being opened is not interrupted: its request ends when the connection succeeds or
    /// fails, at the latest at its deadline.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        self.0.names.cancel();
        self.0.direct.clone().shutdown();
        for route in [&self.0.http, &self.0.https]
            .into_iter()
            .flatten()
            .flatten()
        {
            route.agent.clone().shutdown();
        }
    }

    fn ask_until(
        &self,
        deadline: Option<Instant>,
        url: &Url,
        headers: &OriginHeaders,
    ) -> Result<Answer, Error> {
        // ureq would send the userinfo of the URL without decoding it, and a relative redirect would inherit it.
        let mut url = url.clone();
        address::remove_userinfo(&mut url);
        let answer = self.unless_cancelled(self.send(deadline, &url, headers.of(&url)))?;
        Ok(Answer::new(self.clone(), url, answer))
    }

    /// A socket shutdown appears as one of several errors, or as the end of a body without a length.
    fn unless_cancelled<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if self.0.cancelled.load(Ordering::SeqCst) {
            return Err(Error::Cancelled);
        }
        result
    }

    /// Sends the request, and retries it while it meets idle connections that the server closed, or while there is no
    /// file descriptor for a new connection: another thread may release its connection.
    fn send(
        &self,
        deadline: Option<Instant>,
        url: &Url,
        headers: &[Header],
    ) -> Result<Response<Body>, Error> {
        let route = self.route(url)?;
        loop {
            Call::begin(deadline);
            let (agent, authorization) = match route {
                Some(route) => (&route.agent, &route.authorization),
                None => (&self.0.direct, &None),
            };
            let mut request = agent.get(url.as_str());
            for Header { name, value } in headers.iter().chain(authorization) {
                request = request.header(name, value);
            }
            let error = match request.call() {
                Ok(answer) => return Ok(answer),
                Err(ureq::Error::Http(error)) => return Err(Error::Malformed(error.to_string())),
                Err(error) => Error::before_body(error, self.0.timeout),
            };
            if error == Error::TooManyOpenFiles && self.waits_for_descriptor(deadline) {
                continue;
            }
            if error != Error::Closed || !Call::met_a_stale_connection() {
                return Err(match error {
                    Error::Connect(_) | Error::HostNotFound(_) if route.is_some() => {
                        Error::Proxy(error.to_string())
                    }
                    error => error,
                });
            }
        }
    }

    /// Sleeps a moment, unless the deadline is too close.
    fn waits_for_descriptor(&self, deadline: Option<Instant>) -> bool {
        thread::sleep(DESCRIPTOR_PAUSE);
        let is_cancelled = self.0.cancelled.load(Ordering::SeqCst);
        !is_cancelled && deadline.is_none_or(|deadline| Instant::now() < deadline)
    }

    /// The proxy for `url`, if any. Requests to this machine use no proxy.
    fn route(&self, url: &Url) -> Result<Option<&Route>, Error> {
        let route = match url.scheme() {
            "https" => &self.0.https,
            _ => &self.0.http,
        };
        match route {
            Some(route) if !address::is_local(url) && !self.0.exceptions.contains(url) => {
                route.as_ref().map(Some).map_err(Clone::clone)
            }
            _ => Ok(None),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("timeout", &self.0.timeout)
            .field("max_body", &self.0.max_body)
            .finish_non_exhaustive()
    }
}
