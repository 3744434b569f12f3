//! The settings of a client.

use super::deadline::Punctual;
use super::names::{self, LookUp, Names};
use super::{Client, Inner};
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use ureq::{Agent, Proxy};

/// The head of an answer may have so many bytes, and each connection has room for them.
const HEAD: usize = 64 * 1024;

/// The settings of a [`Client`], before it is built.
///
/// ```
/// use common::http::{Client, Error};
/// use common::site::Site;
/// use std::time::Duration;
///
/// let site = Site::builder().page("/", "Hello").start()?;
/// let client = Client::builder()
///     .workers(20)
///     .timeout(Duration::from_secs(10))
///     .max_body(4)
///     .build();
/// assert_eq!(client.size(&site.url("/")), Err(Error::TooLarge(4)));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Builder {
    workers: usize,
    timeout: Duration,
    max_body: u64,
    look_up: Arc<LookUp>,
    proxy: bool,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            workers: 5,
            timeout: Duration::from_secs(60),
            max_body: 10 * 1024 * 1024,
            look_up: Arc::new(names::system),
            proxy: true,
        }
    }

    /// How many threads are going to fetch: as many connections are kept for reuse.
    #[must_use]
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// How long a URL's whole answer may take, from the name look-up to the last byte of the body
    /// after the last redirect.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many bytes a body may have, decompressed.
    #[must_use]
    pub fn max_body(mut self, bytes: u64) -> Self {
        self.max_body = bytes;
        self
    }

    /// Asks `look_up` where hosts are, instead of the system: once for each host, on a thread of its
    /// own, so that it may take its time.
    ///
    /// ```
    /// use common::http::Client;
    /// use std::io::ErrorKind;
    ///
    /// let client = Client::builder()
    ///     .without_proxy()
    ///     .look_up(|_| Err(ErrorKind::NotFound.into()))
    ///     .build();
    /// let error = client.size("http://example.org/").unwrap_err();
    /// assert_eq!(error.to_string(), "cannot find host example.org");
    /// ```
    #[must_use]
    pub fn look_up<F>(mut self, look_up: F) -> Self
    where
        F: Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    {
        self.look_up = Arc::new(look_up);
        self
    }

    /// Goes straight to every host, whatever proxy the environment names.
    #[must_use]
    pub fn without_proxy(mut self) -> Self {
        self.proxy = false;
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        let names = Names::new(Arc::clone(&self.look_up));
        let proxy = self.proxy.then(Proxy::try_from_env).flatten();
        Client(Arc::new(Inner {
            direct: self.agent(None, &names),
            proxied: proxy.map(|proxy| self.agent(Some(proxy), &names)),
            timeout: self.timeout,
            max_body: self.max_body,
            names,
            cancelled: AtomicBool::new(false),
        }))
    }

    fn agent(&self, proxy: Option<Proxy>, names: &Names) -> Agent {
        let config = Agent::config_builder()
            .proxy(proxy)
            // A status taken as an error costs the connection.
            .http_status_as_error(false)
            // ureq would follow a redirect to any scheme, as a path on the same host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(self.workers)
            .max_idle_connections_per_host(self.workers)
            // ureq's own are four times that, for each connection.
            .input_buffer_size(HEAD)
            .max_response_header_size(HEAD)
            .output_buffer_size(16 * 1024)
            .user_agent(concat!(
                "python-threads-in-rust/",
                env!("CARGO_PKG_VERSION")
            ))
            .build();
        Agent::with_parts(config, Punctual::default(), names.clone())
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("workers", &self.workers)
            .field("timeout", &self.timeout)
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}
